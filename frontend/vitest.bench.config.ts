import { defineConfig } from "vitest/config";

/** Figures of the canvas in a real browser, printed; on an idle machine. */
export default defineConfig({
  test: {
    include: ["tests/bench/*.bench.ts"],
    fileParallelism: false,
    testTimeout: 240_000,
    hookTimeout: 240_000, // the server may have to build the canvas first
  },
});
