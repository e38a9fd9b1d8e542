/**
 * Builds the dashboard into `dist/web`: hashed files below `assets/`, no inline script or style, nothing from outside, so that it
 * runs under the content security policy `default-src 'none'; script-src 'self'; style-src 'self'; …`.
 * `PLIMSOLL_API` names the server that a development session asks.
 */
import { resolve } from "node:path";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { notices } from "./notices.ts";

export default defineConfig({
  root: import.meta.dirname,
  base: "/",
  resolve: {
    alias: [
      // It injects style elements, which the policy forbids; see the file itself.
      {
        find: /^react-remove-scroll$/,
        replacement: resolve(import.meta.dirname, "src/parts/remove-scroll.tsx"),
      },
    ],
  },
  plugins: [react(), tailwindcss(), notices()],
  build: {
    outDir: "../dist/web",
    emptyOutDir: true,
    // A data: address would be an inline file; everything stays a file of its own.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: { proxy: { "/api": process.env["PLIMSOLL_API"] ?? "http://127.0.0.1:8080" } },
});
