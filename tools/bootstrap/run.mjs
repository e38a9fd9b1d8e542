/** Runs one TypeScript program of the project (`bench/main.ts`, …) with the project's Node: `node run.mjs FILE [ARGS]`. */
import { join } from "node:path";
import { ensureInstalled, installOnce, root, runScript } from "./install.mjs";

const [script, ...args] = process.argv.slice(2);
const node = ensureInstalled();
if (script === "tools/build.ts") installOnce(join(root, "web"), "the dashboard's packages");
if (script === "tools/screenshots.ts") {
  installOnce(join(root, "web"), "the dashboard's packages");
  installOnce(join(root, "tools/postgres"), "the private PostgreSQL");
}
// What measures and proves looks at the demonstration image, and runs servers.
if (!script.startsWith("tools/")) {
  installOnce(join(root, "examples/demo-app"), "the demonstration application");
  installOnce(join(root, "web"), "the dashboard's packages");
  installOnce(join(root, "tools/postgres"), "the private PostgreSQL");
}
process.exit(runScript(node, script, args));
