/** Runs one TypeScript program of the project (`bench/main.ts`, …) with the project's Node: `node run.mjs FILE [ARGS]`. */
import { join } from "node:path";
import { ensureInstalled, installOnce, root, runScript } from "./install.mjs";

const [script, ...args] = process.argv.slice(2);
const node = ensureInstalled();
// Only what measures and proves looks at the demonstration image.
if (!script.startsWith("tools/"))
  installOnce(join(root, "examples/demo-app"), "the demonstration application");
process.exit(runScript(node, script, args));
