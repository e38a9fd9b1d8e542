/**
 * The main job on an embedded default: builds the demonstration image and its database, then runs the command line on them and
 * shows quickview, findings, policies and grade. `npm start -- --once` ends here, `npm start` goes on and serves. Works without a
 * network.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join, relative } from "node:path";
import { databaseIsCurrent, noteDatabase } from "./database.ts";
import { writeDemoImage } from "./image.ts";
import { cache, database, folder, layout, root } from "./places.ts";

/** npm runs scripts in the root; what is printed must work where the user stands. */
const userFolder = process.env["INIT_CWD"] ?? process.cwd();
const image = `oci-dir://${shown(layout)}`;

mkdirSync(folder, { recursive: true });
const digest = writeDemoImage(join(root, "examples/demo-app"), layout);
process.stderr.write(`demonstration image ${digest} in ${shown(layout)}\n`);
if (!databaseIsCurrent()) {
  plimsoll(["db", "build", "--from", join(root, "examples/advisories"), "--demonstration", "--quiet"]);
  noteDatabase();
}

for (const args of [
  ["quickview", image],
  ["cves", "--only-severity", "critical,high", image],
  ["policy", image],
]) {
  process.stdout.write(`\n$ plimsoll ${args.map(quoted).join(" ")}\n`);
  plimsoll(args);
}

// The demonstration's database is not the one that real runs use, so each command about its image names it.
const demo = `PLIMSOLL_DB_DIR=${quoted(shown(database))} npm start --`;
process.stdout.write(`
What next, with the demonstration image

  every finding, low ones too    ${demo} cves ${quoted(image)}
  why does it match              ${demo} explain CVE-2022-24999 ${quoted(image)}
  its SBOM                       npm start -- sbom --format cyclonedx -o app.cdx.json ${quoted(image)}
  a gate for CI: exit code 2     ${demo} policy --exit-code ${quoted(image)}

What next, with your own

  real vulnerability data        npm start -- db update
  your image                     npm start -- quickview registry.example.com/team/app:1.2
  every verb                     npm start -- --help
`);

/** Runs the built command line with the demonstration's own database and cache; its hints and notes are shown when it fails. */
function plimsoll(args: readonly string[]): void {
  const result = spawnSync(process.execPath, [join(root, "dist/plimsoll.mjs"), ...args], {
    cwd: userFolder,
    stdio: ["ignore", "inherit", "pipe"],
    env: { ...process.env, PLIMSOLL_DB_DIR: database, PLIMSOLL_CACHE_DIR: cache },
  });
  if (result.status !== 0) {
    process.stderr.write(result.stderr);
    process.stderr.write(`plimsoll ${args.join(" ")} ended with ${result.status ?? result.signal}\n`);
    process.exit(1);
  }
}

function shown(path: string): string {
  return relative(userFolder, path) || ".";
}

/** As a POSIX shell reads it back. */
function quoted(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
