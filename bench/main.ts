/**
 * `npm run bench`: what scans cost, beside the least they could cost and beside other scanners. `-- --runs 3` for fewer runs,
 * `--image slim,fat` for some images, `--peers syft,trivy` or `--peers none`, `--only archive` for some subjects, `--scale 0.5` for
 * a generated image of half the size. Images and peers are made once, below `build/bench/`: that takes minutes, needs mmdebstrap,
 * npm, pip and Go, and for the registry skopeo and docker-registry. `-- prepare` does only that.
 *
 * `npm run bench -- server`: what people of a server wait for. `--runs 30` pushes of each kind, `--images 1000` in the list.
 *
 * `npm run bench -- database`: what the vulnerability database costs. `--records 500000` of the synthetic set, `--days 60`, of the
 * synthetic set `--synthetic-days 60`; days that were followed before are not followed again (`build/bench/database/days.json`).
 *
 * All: `--write` writes the section of docs/reference/performance.md.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { fingerprintSources } from "../tools/bootstrap/sources.mjs";
import { imageNames } from "./images/all.ts";
import { writeSection, type Section } from "./page.ts";
import { peerNames } from "./peers/install.ts";
import { benchScans, prepareScans, type ScansRequest } from "./scans.ts";

const root = resolve(import.meta.dirname, "..");
const folder = join(root, "build/bench");
const plimsoll = join(root, "dist/plimsoll.mjs");

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: "string" },
    scale: { type: "string", default: "1" },
    image: { type: "string", default: imageNames.join(",") },
    peers: { type: "string", default: peerNames.join(",") },
    only: { type: "string" },
    images: { type: "string", default: "1000" },
    records: { type: "string", default: "500000" },
    days: { type: "string", default: "60" },
    "synthetic-days": { type: "string" },
    write: { type: "boolean", default: false },
  },
});
const [name = "scans"] = positionals;
const log = (line: string): void => void process.stderr.write(`${line}\n`);

mkdirSync(folder, { recursive: true });
if (!isBuilt()) build();
if (name === "scans") await scans();
else if (name === "prepare") await prepareScans(scansRequest());
else if (name === "server") await server();
else if (name === "database") await database();
else throw new Error(`there is no benchmark "${name}"; there are scans, prepare, server and database`);

async function scans(): Promise<void> {
  const { text, markdown } = await benchScans(scansRequest());
  finish("scans", text, markdown);
}

function scansRequest(): ScansRequest {
  return {
    root,
    plimsoll,
    folder,
    images: chosen(values.image, imageNames),
    peers: values.peers === "none" ? [] : chosen(values.peers, peerNames),
    only: values.only ?? null,
    runs: Number(values.runs ?? 3),
    scale: Number(values.scale),
    log,
  };
}

async function server(): Promise<void> {
  const { benchServer } = await import("./server/main.ts");
  const { text, markdown } = await benchServer({
    plimsoll,
    runs: Number(values.runs ?? 30),
    images: Number(values.images),
    log,
  });
  finish("server", text, markdown);
}

async function database(): Promise<void> {
  const { benchDatabase } = await import("./database/main.ts");
  const [records, days] = [Number(values.records), Number(values.days)];
  const { text, markdown } = await benchDatabase({
    plimsoll,
    folder: join(folder, "database"),
    records,
    days,
    syntheticDays: Number(values["synthetic-days"] ?? days),
    log,
  });
  finish("database", text, markdown);
}

/** @throws on a name that is none */
function chosen<T extends string>(list: string, names: readonly T[]): T[] {
  return list.split(",").map((wanted) => {
    const found = names.find((one) => one === wanted);
    if (found === undefined) throw new Error(`there is no "${wanted}"; there are ${names.join(", ")}`);
    return found;
  });
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

function build(): void {
  const args = [join(root, "tools/build.ts"), "--quiet"];
  const { status } = spawnSync(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0) throw new Error(`the build ended with exit code ${status}`);
}
