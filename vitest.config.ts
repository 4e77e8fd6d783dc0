import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    // Real servers are started once for all files; each test file works in its own database, prefix and folder.
    globalSetup: ["tests/support/services.ts"],
    // Generous, so that a busy machine is no failure; what waits for a condition stops as soon as it holds.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 20_000 } },
    // More than cores: much of a test is waiting for servers.
    maxWorkers: 3,
    // Files share a worker's modules and its browser, which halves what a small file costs; so none mocks a module.
    isolate: false,
  },
});
