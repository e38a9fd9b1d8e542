/** `npm run check`: types, lint, format, import plan, dead code, tests, generated docs up to date. */
import { join } from "node:path";
import { ensureInstalled, installOnce, root, runScript } from "./install.mjs";

const node = ensureInstalled();
installOnce(join(root, "examples/demo-app"), "the demonstration application");
installOnce(join(root, "web"), "the dashboard's packages");
process.exit(runScript(node, "tools/check.ts", process.argv.slice(2)));
