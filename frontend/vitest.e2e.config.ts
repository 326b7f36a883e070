import { defineConfig } from "vitest/config";

/** Real Chromium against the real server; every file has a server and a folder of its own, so two go side by side. */
export default defineConfig({
  test: {
    include: ["tests/e2e/*.test.ts"],
    maxWorkers: 2,
    testTimeout: 120_000,
    expect: { poll: { timeout: 30_000 } }, // as long as the browser waits for an element
    hookTimeout: 240_000, // the server may have to build the canvas first
  },
});
