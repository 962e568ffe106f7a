import { defineConfig } from "vitest/config";

const long = "**/*.long.test.ts";

export default defineConfig(({ mode }) => ({
  test: {
    include: mode === "long" ? [long] : ["src/**/*.test.ts", "test/**/*.test.ts"],
    exclude: mode === "long" ? ["node_modules/**"] : ["node_modules/**", long],
    globalSetup: "test/support/build.js",
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 15_000 } },
    pool: "forks",
    maxWorkers: 2,
  },
}));
