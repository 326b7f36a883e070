import { defineConfig } from "vitest/config";

/** Real Chromium against the real server, one file after the other. */
export default defineConfig({
  test: {
    include: ["tests/e2e/*.test.ts"],
    fileParallelism: false,
    testTimeout: 120_000,
    expect: { poll: { timeout: 10_000 } }, // as long as the browser waits for an element
    hookTimeout: 240_000, // the server may have to build the canvas first
  },
});
