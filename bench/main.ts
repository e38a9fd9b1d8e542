/**
 * `npm run bench`: what scans cost, beside the least they could cost. `-- --runs 7` for more runs, `-- --scale 0.5` for an
 * image of half the size. The image is made once, below `build/bench/`.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { cpus } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { fingerprintSources } from "../tools/bootstrap/sources.mjs";
import { benchImage, type BenchImage } from "./image.ts";
import { measure, type Measured, type Subject } from "./measure.ts";

const root = resolve(import.meta.dirname, "..");
const folder = join(root, "build/bench");
const floor = fileURLToPath(new URL("./floor.ts", import.meta.url));
const plimsoll = join(root, "dist/plimsoll.mjs");

const { values } = parseArgs({
  options: { runs: { type: "string", default: "5" }, scale: { type: "string", default: "1" } },
});

mkdirSync(folder, { recursive: true });
if (!isBuilt()) runNode([join(root, "tools/build.ts"), "--quiet"]);
const image = await benchImage(folder, Number(values.scale));
const homes = { cold: join(folder, "home-cold"), warm: join(folder, "home-warm") };
prepareHomes(image);
print(image, await measure(subjects(image), Number(values.runs)));

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

function print(of: BenchImage, measured: readonly Measured[]): void {
  const [inflate, hash] = measured as [Measured, Measured];
  const floorMs = Math.max(inflate.medianMs, hash.medianMs);
  const mega = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;
  const lines = [
    `image: ${of.blobs.length} layers, ${of.entryCount} entries, ${mega(of.blobBytes)} gzip, ${mega(of.contentBytes)} content`,
    `node ${process.version}, ${cpus().length} cores, ${cpus()[0]?.model ?? "unknown processor"}`,
    `median of ${measured[0]?.runsMs.length ?? 0} runs in turns; floor = the larger of its two lines`,
    "",
    `${"".padEnd(34)}${"ms".padStart(8)}${"x floor".padStart(10)}${"peak MiB".padStart(10)}   runs, ms`,
    ...measured.map((one) => {
      const ratio = (one.medianMs / floorMs).toFixed(2);
      const runs = one.runsMs.map((ms) => Math.round(ms)).join(" ");
      const name = one.name.padEnd(34);
      return `${name}${String(Math.round(one.medianMs)).padStart(8)}${ratio.padStart(10)}${String(Math.round(one.peakMiB)).padStart(10)}   ${runs}`;
    }),
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}
