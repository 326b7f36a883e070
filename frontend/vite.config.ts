import react from "@vitejs/plugin-react";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The built canvas goes where the server serves it from; `npm run dev` speaks to a server on FLOWRUN_SERVER. */
export default defineConfig(({ command }) => {
  // A server that a test starts inherits NODE_ENV=test, with which the canvas it builds would be React for developers.
  if (command === "build") process.env.NODE_ENV = "production";
  return {
    plugins: [react()],
    resolve: { alias: { "@": here("./src") } },
    build: {
      outDir: here("../engine/server/static"),
      emptyOutDir: true,
      chunkSizeWarningLimit: 900,
      assetsInlineLimit: 0, // the content security policy allows no data: scripts or fonts
    },
    server: { proxy: { "/api": process.env.FLOWRUN_SERVER ?? "http://127.0.0.1:8765" } },
  };
});
