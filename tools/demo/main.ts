/**
 * The main job on an embedded default: builds the demonstration image and its database, then runs the command line on them and
 * shows quickview, findings, policies and grade. `npm start` without arguments ends here. Works without a network.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { writeDemoImage } from "./image.ts";

const root = resolve(import.meta.dirname, "../..");
const folder = join(root, "build/demo");
const layout = join(folder, "image");
const database = join(folder, "db");

mkdirSync(folder, { recursive: true });
const digest = writeDemoImage(join(root, "examples/demo-app"), layout);
process.stderr.write(`demonstration image ${digest} in ${relative(root, layout)}\n`);
plimsoll(["db", "build", "--from", "examples/advisories", "--demonstration", "--quiet"], true);

const image = `oci-dir://${relative(root, layout)}`;
for (const verb of ["quickview", "cves", "policy"]) {
  process.stdout.write(`\n$ plimsoll ${verb} ${image}\n`);
  plimsoll([verb, image], false);
}
process.stdout.write(`
What next
  why does it match          npm start -- explain CVE-2022-24999 ${image}
  its SBOM                   npm start -- sbom --format cyclonedx ${image}
  a gate for CI (exit 2)     npm start -- policy --exit-code ${image}
  real vulnerability data    npm start -- db update
  your own image             npm start -- quickview registry.example.com/team/app:1.2

Demonstration data is used only by this run; it lies in ${relative(root, database)}.
Set PLIMSOLL_DB_DIR=${relative(root, database)} to use it with the commands above before "db update".
`);

/** Runs the built command line against the demonstration's own database and cache. */
function plimsoll(args: readonly string[], quiet: boolean): void {
  const result = spawnSync(process.execPath, [join(root, "dist/plimsoll.mjs"), ...args], {
    cwd: root,
    stdio: ["ignore", quiet ? 2 : "inherit", "inherit"],
    env: { ...process.env, PLIMSOLL_DB_DIR: database, PLIMSOLL_CACHE_DIR: join(folder, "cache") },
  });
  if (result.status !== 0) {
    process.stderr.write(`plimsoll ${args.join(" ")} ended with ${result.status ?? result.signal}\n`);
    process.exit(1);
  }
}
