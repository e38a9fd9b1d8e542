/** Builds a part of the product unless it is built from just these sources. Plain JavaScript, as all that runs before the project's own Node. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root, runScript } from "./install.mjs";
import { fingerprintDashboard, fingerprintSources } from "./sources.mjs";

/** The builds write the fingerprint of their sources beside their output; see tools/build.ts. */
const parts = {
  program: { output: "dist", fingerprint: fingerprintSources, what: "the program" },
  dashboard: { output: "dist/web", fingerprint: fingerprintDashboard, what: "the dashboard" },
};

/** `part`: `program` or `dashboard`. Ends the process when it cannot be built. */
export function buildOnce(node, part) {
  const { output, fingerprint, what } = parts[part];
  const stamp = join(root, output, ".sources");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === fingerprint(root)) return;
  process.stderr.write(`building ${what} …\n`);
  const status = runScript(node, "tools/build.ts", ["--quiet", "--only", part]);
  if (status !== 0) process.exit(status);
}
