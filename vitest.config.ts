import { defineConfig } from "vitest/config";

const long = "**/*.long.test.ts";
const modules = "node_modules/**";
const servers = "test/server/**/*.test.ts";
/**
 * The tests beside the sources and those of the server share a process, in which a module is loaded once. These do not:
 * they change what belongs to the process (its folder, environment, clock, standard error), or write to a folder of
 * test/support that one file removes.
 */
const apart = [
  "src/app/cli/default-output.test.ts",
  "src/app/cli/status-line.test.ts",
  "src/runtime/compile.test.ts",
  "src/model/export*.test.ts",
  "src/model/weights/torch/*.test.ts",
];

export default defineConfig(({ mode }) => ({
  test: {
    globalSetup: "test/support/build.js",
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000 } },
    pool: "forks",
    maxWorkers: 2,
    ...(mode === "long"
      ? { include: [long], exclude: [modules] }
      : {
          projects: [
            {
              extends: true,
              test: { name: "whole", include: ["test/**/*.test.ts", ...apart], exclude: [modules, long, servers] },
            },
            {
              extends: true,
              test: {
                name: "units",
                include: ["src/**/*.test.ts", servers],
                exclude: [modules, long, ...apart],
                isolate: false,
              },
            },
          ],
        }),
  },
}));
