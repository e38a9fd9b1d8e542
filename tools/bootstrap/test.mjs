/** `npm test`: installs what is missing and runs every test. `npm test -- PATTERN…` runs the files whose path contains one. */
import { join } from "node:path";
import { buildOnce } from "./build-once.mjs";
import { ensureInstalled, installOnce, root, runScript } from "./install.mjs";

const node = ensureInstalled();
installOnce(join(root, "examples/demo-app"), "the demonstration application");
installOnce(join(root, "web"), "the dashboard's packages");
installOnce(join(root, "tools/postgres"), "the private PostgreSQL");
// A server started from the sources serves the dashboard as it was built.
buildOnce(node, "dashboard");
process.exit(runScript(node, "tools/run-tests.ts", process.argv.slice(2)));
