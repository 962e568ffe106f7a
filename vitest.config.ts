import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { include: ["src/**/*.test.ts", "test/**/*.test.ts"], globalSetup: "test/support/build.js", testTimeout: 120_000, hookTimeout: 120_000, expect: { poll: { timeout: 15_000 } }, pool: "forks", maxWorkers: 2 },
});
