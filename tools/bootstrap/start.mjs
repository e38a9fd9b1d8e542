/**
 * `npm start`: installs and builds what is missing, then does the main job on the demonstration image.
 * `npm start -- <verb> <args>`: the same set-up, then any verb of the command line.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ensureInstalled, installOnce, root, runScript } from "./install.mjs";
import { fingerprintSources } from "./sources.mjs";

const node = ensureInstalled();
if (buildIsStale()) {
  process.stderr.write("building the command line …\n");
  const status = runScript(node, "tools/build.ts", ["--quiet"]);
  if (status !== 0) process.exit(status);
}

const args = process.argv.slice(2);
if (args.length > 0) {
  process.exit(runScript(node, "dist/plimsoll.mjs", args, { cwd: process.env.INIT_CWD ?? process.cwd() }));
}
installOnce(join(root, "examples/demo-app"), "the demonstration application");
process.exit(runScript(node, "tools/demo/main.ts", []));

/** The build writes the fingerprint of its sources beside its output; see tools/build.ts. */
function buildIsStale() {
  const stamp = join(root, "dist/.sources");
  return !existsSync(stamp) || readFileSync(stamp, "utf8") !== fingerprintSources(root);
}
