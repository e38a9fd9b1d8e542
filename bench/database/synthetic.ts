/**
 * A synthetic set of advisories of any size: real records of ../shared/feeds taken again and again under other names, ids, dates,
 * versions and half other words, in a mix like that of the public databases, where malicious packages and distributions' trackers
 * are the most. And scores for 300,000 vulnerabilities.
 */
import { closeSync, existsSync, openSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync, zstdCompressSync } from "node:zlib";
import { parse } from "yaml";
import { readZip } from "../../src/advisories/zip-archive.ts";
import { createTarParser } from "../../src/io/tar-parser.ts";
import { tarEnd, tarFileHeader, tarPadding } from "../../src/io/tar-writer.ts";
import { sharedPath } from "../../test/helpers/shared.ts";
import { createRandom, type Random } from "../../test/proof/random.ts";

/** Share of the records that are made like those of an archive. */
const mix: readonly (readonly [archive: string, share: number])[] = [
  ["malicious", 0.4],
  ["bellsoft-alpaquita-osv.tar.gz", 0.3],
  ["osv-samples.zip", 0.1],
  ["pypi-pysec-osv-yaml.tar.gz", 0.08],
  ["bitnami-osv.tar.gz", 0.05],
  ["go-vulndb-osv.tar.gz", 0.04],
  ["almalinux-osv.tar.gz", 0.02],
  ["crates-rustsec-osv.tar.gz", 0.01],
];

const SCORES = 300_000;

type Json = Record<string, unknown>;

/** Writes `count` records and the scores below `folder` and returns the files; they are made once. */
export async function makeSynthetic(folder: string, count: number): Promise<string[]> {
  const paths: string[] = [];
  for (const [archive, share] of mix) {
    const path = join(folder, `synthetic-${count}-${archive.replace(/\W.*/, "")}.tar.zst`);
    paths.push(path);
    if (existsSync(path)) continue;
    const models = archive === "malicious" ? [malicious] : await readModels(archive);
    writeRecords(path, models, Math.round(count * share), createRandom(count + path.length));
  }
  const scores = join(folder, `epss_scores-${count}.csv.gz`);
  if (!existsSync(scores)) writeFileSync(scores, gzipSync(scoresText(createRandom(count))));
  return [...paths, scores];
}

const malicious: Json = {
  id: "MAL-2024-1",
  modified: "2024-05-01T10:00:00Z",
  published: "2024-05-01T09:00:00Z",
  summary: "Malicious code in package (npm)",
  affected: [{ package: { ecosystem: "npm", name: "package" }, versions: ["1.0.0", "1.0.1"] }],
};

async function readModels(archive: string): Promise<Json[]> {
  const path = sharedPath(`feeds/${archive}`);
  if (path === null) throw new Error(`the benchmark needs ../shared/feeds/${archive}`);
  const models: Json[] = [];
  const take = (name: string, bytes: Uint8Array): void => {
    const text = Buffer.from(bytes).toString("utf8");
    const record: unknown = name.endsWith(".json") ? JSON.parse(text) : parse(text, { schema: "core" });
    if (typeof record === "object" && record !== null && "affected" in record) models.push(record as Json);
  };
  const isRecord = (name: string): boolean => /\.(?:json|ya?ml)$/.test(name);
  const bodyBytesMax = 64 * 1024 ** 2;
  if (archive.endsWith(".zip")) {
    const onEntry = (name: string, bytes: Uint8Array): void => take(name, bytes);
    await readZip(path, {
      entriesMax: 1e6,
      entryBytesMax: bodyBytesMax,
      wants: isRecord,
      onEntry,
      signal: null,
    });
  } else {
    const parser = createTarParser({
      bodyBytesMax,
      wants: ({ path: name }) => isRecord(name),
      onEntry: (entry, body) => {
        if (body !== null) take(entry.path, body);
      },
    });
    parser.write(gunzipSync(readFileSync(path)));
    parser.end();
  }
  return models;
}

function writeRecords(path: string, models: readonly Json[], count: number, random: Random): void {
  const vocabulary = wordsOf(models);
  const file = openSync(path, "w");
  for (let at = 0; at < count;) {
    const pieces: Buffer[] = [];
    for (const end = Math.min(count, at + 2_000); at < end; at += 1) {
      const record = Buffer.from(JSON.stringify(vary(random.pick(models), at, vocabulary, random)));
      pieces.push(tarFileHeader(`${at}.json`, record.length), record, tarPadding(record.length));
    }
    if (at >= count) pieces.push(tarEnd);
    // Frames follow each other; readers take them as one.
    writeSync(file, zstdCompressSync(Buffer.concat(pieces)));
  }
  closeSync(file);
}

function wordsOf(models: readonly Json[]): readonly string[] {
  const words = models
    .flatMap((model) => textOf(model).split(/\s+/))
    .filter((word) => /^[a-z]{4,12}$/.test(word));
  return [...new Set(words)].sort().slice(0, 6_000);
}

function textOf(model: Json): string {
  return typeof model["summary"] === "string"
    ? model["summary"]
    : String(model["details"] ?? "").slice(0, 300);
}

/** The record as another one of its kind. */
function vary(model: Json, number: number, vocabulary: readonly string[], random: Random): Json {
  const year = 2005 + random.below(22);
  const id = String(model["id"]).replace(/[-:][^-:]*$/, `-${number}`);
  const isMalicious = model === malicious;
  // A distribution has thousands of packages, not as many as there are malicious ones.
  const name = isMalicious || random.below(10) > 0 ? newName(random, isMalicious ? 200_000 : 100) : null;
  const instant = (): string =>
    new Date(
      Date.UTC(year, random.below(12), 1 + random.below(28), random.below(24), random.below(60)),
    ).toISOString();
  const words = textOf(model).split(" ");
  const text = words.map((word) =>
    random.below(2) === 0 && vocabulary.length > 0 ? random.pick(vocabulary) : word,
  );
  return {
    ...model,
    id,
    aliases: [`CVE-${year}-${1_000 + random.below(60_000)}`],
    published: instant(),
    modified: instant(),
    summary: text.join(" "),
    affected: (model["affected"] as Json[]).map((affected) => varyAffected(affected, name, random)),
  };
}

function varyAffected(affected: Json, name: string | null, random: Random): Json {
  const pkg = affected["package"] as Json | undefined;
  if (pkg === undefined) return affected;
  const renamed = name === null ? pkg["name"] : `${name}-${String(pkg["name"]).slice(-12)}`;
  const digits = (text: string): string => text.replace(/\d/, () => String(1 + random.below(9)));
  const events = (range: Json): Json[] =>
    (range["events"] as Json[]).map((event) =>
      typeof event["fixed"] === "string" ? { fixed: digits(event["fixed"]) } : event,
    );
  const ranges = ((affected["ranges"] ?? []) as Json[]).map((range) =>
    range["type"] === "GIT" ? range : { ...range, events: events(range) },
  );
  return { ...affected, package: { ...pkg, name: renamed }, ranges };
}

const nameParts = [
  "core",
  "node",
  "py",
  "lib",
  "web",
  "data",
  "auth",
  "http",
  "json",
  "cloud",
  "test",
  "ui",
  "api",
];

function newName(random: Random, count: number): string {
  return `${random.pick(nameParts)}-${random.pick(nameParts)}-${random.below(count).toString(36)}`;
}

function scoresText(random: Random): string {
  const lines = ["#model_version:v2025.03.14,score_date:2026-11-20T00:00:00+0000", "cve,epss,percentile"];
  const seen = new Set<string>();
  while (seen.size < SCORES) {
    const id = `CVE-${1999 + random.below(28)}-${String(1 + random.below(40_000)).padStart(4, "0")}`;
    if (seen.has(id)) continue;
    seen.add(id);
    lines.push(`${id},${(random.next() ** 8).toFixed(5)},${random.next().toFixed(5)}`);
  }
  return `${lines.join("\n")}\n`;
}
