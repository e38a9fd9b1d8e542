/** Writes the licences of the packages that the dashboard's bundle holds, as `tools/build.ts` does for the command line. */
import { relative, resolve } from "node:path";
import type { Plugin } from "vite";
import { noticesOf } from "../tools/bundle-notices.ts";

const root = resolve(import.meta.dirname, "..");

/** Adds `THIRD-PARTY-NOTICES.txt` to the bundle. */
export function notices(): Plugin {
  return {
    name: "plimsoll-notices",
    apply: "build",
    generateBundle(_options, bundle) {
      const modules = Object.values(bundle)
        .flatMap((output) => (output.type === "chunk" ? output.moduleIds : []))
        .filter((id) => id.startsWith(root))
        .map((id) => relative(root, id.split("?")[0] ?? id));
      // The style sheet is made from this package's rules, and is no module of a chunk.
      const inputs = [...modules, "web/node_modules/tailwindcss/index.css"];
      this.emitFile({
        type: "asset",
        fileName: "THIRD-PARTY-NOTICES.txt",
        source: noticesOf(root, inputs, "Plimsoll's dashboard"),
      });
    },
  };
}
