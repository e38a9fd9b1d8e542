/**
 * `npm run bench`: what scans cost, beside the least they could cost. `-- --runs 7` for more runs, `-- --scale 0.5` for an
 * image of half the size. The image is made once, below `build/bench/`.
 *
 * `npm run bench -- server`: what people of a server wait for. `--runs 30` pushes of each kind, `--images 1000` in the list.
 *
 * Both: `--write` writes the section of docs/reference/performance.md.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { fingerprintSources } from "../tools/bootstrap/sources.mjs";
import { benchImage, type BenchImage } from "./image.ts";
import { measure, type Subject } from "./measure.ts";
import { writeSection, type Section } from "./page.ts";
import { asMarkdown, asText } from "./report.ts";

const root = resolve(import.meta.dirname, "..");
const folder = join(root, "build/bench");
const floor = fileURLToPath(new URL("./floor.ts", import.meta.url));
const plimsoll = join(root, "dist/plimsoll.mjs");
const homes = { cold: join(folder, "home-cold"), warm: join(folder, "home-warm") };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: "string" },
    scale: { type: "string", default: "1" },
    images: { type: "string", default: "1000" },
    write: { type: "boolean", default: false },
  },
});
const [name = "scans"] = positionals;

mkdirSync(folder, { recursive: true });
if (!isBuilt()) runNode([join(root, "tools/build.ts"), "--quiet"]);
if (name === "scans") await benchScans();
else if (name === "server") await benchServer();
else throw new Error(`there is no benchmark "${name}"; there are scans and server`);

async function benchScans(): Promise<void> {
  const image = await benchImage(folder, Number(values.scale));
  prepareHomes(image);
  const results = { image, measured: await measure(subjects(image), Number(values.runs ?? 5)) };
  finish("scans", asText(results), asMarkdown(results, new Date()));
}

async function benchServer(): Promise<void> {
  const server = await import("./server/main.ts");
  const { text, markdown } = await server.benchServer({
    plimsoll,
    runs: Number(values.runs ?? 30),
    images: Number(values.images),
    log: (line) => process.stderr.write(`${line}\n`),
  });
  finish("server", text, markdown);
}

function finish(section: Section, text: string, markdown: string): void {
  process.stdout.write(text);
  if (!values.write) return;
  const page = join(root, "docs/reference/performance.md");
  writeSection(page, section, markdown);
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
