/**
 * Entry of the GitHub Action (`action.yml`). A release brings the built program; any other commit is installed once and runs from its
 * sources, so that every ref of the repository can be used. Plain JavaScript, as all that runs before anything is installed.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ensureInstalled, root, runScript } from "./bootstrap/install.mjs";
import { fingerprintSources } from "./bootstrap/sources.mjs";

const program = isBuilt() ? "dist/plimsoll.mjs" : "src/cli/main.ts";
const node = program.startsWith("dist/") ? process.execPath : ensureInstalled();
process.exit(runScript(node, program, ["github-action"], { cwd: process.cwd() }));

/** Whether the built program is there and, where that can be told, made from just these sources. */
function isBuilt() {
  if (!existsSync(join(root, "dist/plimsoll.mjs"))) return false;
  const stamp = join(root, "dist/.sources");
  return !existsSync(stamp) || readFileSync(stamp, "utf8") === fingerprintSources(root);
}
