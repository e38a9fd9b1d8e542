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

// `vite build --mode gallery` builds the page of all parts, into a folder of its own, for `gallery-shots.ts`.
export default defineConfig(({ mode }) => ({
  root: import.meta.dirname,
  base: "/",
  resolve: {
    alias: [
      // It injects style elements, which the policy forbids; see the file itself.
      {
        find: /^react-remove-scroll$/,
        replacement: fromRoot("web/src/parts/remove-scroll.tsx"),
      },
    ],
  },
  plugins: [react(), tailwindcss(), notices()],
  build: {
    outDir: mode === "gallery" ? "../build/gallery" : "../dist/web",
    rolldownOptions: {
      output: {
        // A few files instead of fifty: packages, which change seldom; our own parts; and a file for each page.
        codeSplitting: {
          groups: [
            { name: "packages", test: /[\\/]node_modules[\\/]/ },
            { name: "parts", test: /[\\/]src[\\/](?:api|app|display|parts|theme)[\\/]/ },
          ],
        },
      },
      input:
        mode === "gallery"
          ? ["web/index.html", "web/gallery.html"].map(fromRoot)
          : fromRoot("web/index.html"),
    },
    emptyOutDir: true,
    // A data: address would be an inline file; everything stays a file of its own.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: {
    proxy: {
      "/api": {
        target: process.env["PLIMSOLL_API"] ?? "http://127.0.0.1:7300",
        // The server compares the host that the browser named with the page's origin, and refuses changes where they differ.
        changeOrigin: false,
      },
    },
  },
}));

function fromRoot(path: string): string {
  return resolve(import.meta.dirname, "..", path);
}
