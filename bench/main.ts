/**
 * `npm run bench`: what scans cost, beside the least they could cost. `-- --runs 7` for more runs, `-- --scale 0.5` for an
 * image of half the size, `-- --write` to write docs/reference/performance.md. The image is made once, below `build/bench/`.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { fingerprintSources } from "../tools/bootstrap/sources.mjs";
import { benchImage, type BenchImage } from "./image.ts";
import { measure, type Subject } from "./measure.ts";
import { asMarkdown, asText } from "./report.ts";

const root = resolve(import.meta.dirname, "..");
const folder = join(root, "build/bench");
const floor = fileURLToPath(new URL("./floor.ts", import.meta.url));
const plimsoll = join(root, "dist/plimsoll.mjs");

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "5" },
    scale: { type: "string", default: "1" },
    write: { type: "boolean", default: false },
  },
});

mkdirSync(folder, { recursive: true });
if (!isBuilt()) runNode([join(root, "tools/build.ts"), "--quiet"]);
const image = await benchImage(folder, Number(values.scale));
const homes = { cold: join(folder, "home-cold"), warm: join(folder, "home-warm") };
prepareHomes(image);
const results = { image, measured: await measure(subjects(image), Number(values.runs)) };
process.stdout.write(asText(results));
if (values.write) {
  const page = join(root, "docs/reference/performance.md");
  writeFileSync(page, asMarkdown(results, new Date()));
  process.stdout.write(`written to ${relative(root, page)}\n`);
}

/** The built command line is of these sources. */
function isBuilt(): boolean {
  const stamp = join(root, "dist/.sources");
  return existsSync(stamp) && readFileSync(stamp, "utf8") === fingerprintSources(root);
}

function subjects(of: BenchImage): Subject[] {
  const layout = `oci-dir://${of.layout}`;
  const archive = `archive://${of.archive}`;
  const scan = (name: string, reference: string, ...more: string[]): Subject => ({
    name,
    args: [plimsoll, "sbom", reference, "--format", "json", "--output", join(folder, "sbom.json"), ...more],
    env: { PLIMSOLL_HOME: homes.cold },
    prepare: () => rmSync(join(homes.cold, "cache"), { recursive: true, force: true }),
  });
  const cves = [plimsoll, "cves", layout, "--format", "json", "--output", join(folder, "cves.json")];
  return [
    {
      name: "floor: inflate, two at a time",
      args: [floor, "inflate", ...of.blobs],
      printsMs: true,
    },
    {
      name: "floor: hash the blobs",
      args: [floor, "hash", ...of.blobs],
      printsMs: true,
    },
    scan("cold, OCI layout", layout),
    scan("cold, docker archive (seeking)", archive),
    scan("cold, docker archive --verify", archive, "--verify"),
    { name: "an empty node process", args: ["-e", "0"], isShort: true },
    { name: "warm, cves", args: cves, env: { PLIMSOLL_HOME: homes.warm }, isShort: true },
  ];
}

/** A demonstration database for both, and one scan that fills the cache of the warm one. */
function prepareHomes(of: BenchImage): void {
  for (const home of Object.values(homes)) {
    rmSync(home, { recursive: true, force: true });
    const from = join(root, "examples/advisories");
    runNode([plimsoll, "db", "build", "--from", from, "--demonstration", "--quiet"], home);
  }
  runNode([plimsoll, "cves", `oci-dir://${of.layout}`, "--output", join(folder, "cves.txt")], homes.warm);
}

function runNode(args: readonly string[], home: string | null = null): void {
  const env = home === null ? process.env : { ...process.env, PLIMSOLL_HOME: home };
  const { status } = spawnSync(process.execPath, args, { env, stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0) throw new Error(`node ${args.join(" ")} ended with exit code ${status}`);
}
