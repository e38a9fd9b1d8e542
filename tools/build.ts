/**
 * Builds what is published: the program and the dashboard. Output goes to `dist/`, or to the folder after `--into`; `--only program`
 * or `--only dashboard` builds one of them.
 */
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { buildDashboard } from "./bundle/dashboard.ts";
import { buildProgram } from "./bundle/program.ts";

const root = resolve(import.meta.dirname, "..");
const { values } = parseArgs({
  options: { quiet: { type: "boolean" }, into: { type: "string" }, only: { type: "string" } },
});
const quiet = values.quiet === true;
const dist = values.into === undefined ? join(root, "dist") : resolve(values.into);

if (values.only !== "dashboard") {
  const { files, bytes } = await buildProgram(root, dist, quiet);
  if (!quiet) process.stdout.write(`program: ${files} files, ${Math.round(bytes / 1024)} KB\n`);
}
if (values.only !== "program") {
  buildDashboard(root, dist);
  if (!quiet) process.stdout.write("dashboard: web/\n");
}
