/**
 * Round `feeds`: every archive of real advisory data beside the checkout that the feeds can read, one database each and one of all
 * together. Counts equal those of the collection's own manifest, and every record that was read answers when it is asked for.
 */
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildDatabase, type BuildReport, type InputReport } from "../../src/advisories/build.ts";
import { sharedPath } from "../helpers/shared.ts";
import { archives, toldBy, type ArchiveExpectation } from "./feeds-expected.ts";
import { findLost } from "./feeds-lost.ts";
import type { RoundOptions, RoundResult } from "./round.ts";

const claim =
  "Every archive of real advisory data that the feeds can read becomes a database without losing a record: counts equal those of " +
  "the collection's manifest, and each advisory that a plain reading of the documents gives is answered by the database.";

const head = [
  "archive",
  "manifest says",
  "records read",
  "stored",
  "withdrawn",
  "no place yet",
  "never affected",
  "no package",
  "faults",
  "rows asked for again",
  "MB in",
  "MB database",
  "s",
  "why the counts differ",
];

export async function feedsRound(options: RoundOptions): Promise<RoundResult> {
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-feeds-"));
  const failures: string[] = [];
  try {
    const manifest = readFileSync(pathOf("MANIFEST.md"), "utf8");
    const rows: (string | number)[][] = [];
    for (const archive of archives) {
      options.progress(archive.name);
      rows.push(await proveArchive(archive, manifest, join(folder, archive.name), failures));
    }
    const all = await build(
      archives.map(({ name }) => pathOf(name)),
      join(folder, "all"),
    );
    checkAll(all.report, failures);
    rows.push(rowOfAll(all.report, all.seconds));
    const unread =
      "VEX has a proof of its own. No feed reads retire.js' lists; fixtures of single documents are counted by the tests of the feeds.";
    return { claim, tables: [{ head, rows }], failures, notes: [unread] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function pathOf(name: string): string {
  const path = sharedPath(`feeds/${name}`);
  if (path === null) throw new Error(`the round needs ../shared/feeds/${name}`);
  return path;
}

async function build(
  paths: readonly string[],
  dir: string,
): Promise<{ report: BuildReport; seconds: number }> {
  const started = performance.now();
  const inputs = paths.map((path) => ({ path, feed: null }));
  const report = await buildDatabase({
    inputs,
    dir,
    now: new Date("2026-11-21T00:00:00Z"),
    demonstration: false,
  });
  return { report, seconds: (performance.now() - started) / 1000 };
}

async function proveArchive(
  archive: ArchiveExpectation,
  manifest: string,
  dir: string,
  failures: string[],
): Promise<(string | number)[]> {
  const path = pathOf(archive.name);
  const { report, seconds } = await build([path], dir);
  const [input] = report.inputs;
  if (input === undefined) throw new Error("a build without its input");
  const told = toldBy(manifest, archive);
  const lost = await findLost(path, dir);
  const fail = (what: string): void => void failures.push(`${archive.name}: ${what}`);
  if (told === null) fail("the manifest of the collection does not tell its records");
  if (input.records !== (told ?? 0) + archive.difference)
    fail(`${input.records} records, not ${told} + ${archive.difference}`);
  if (unaccounted(input) !== 0) fail(`${unaccounted(input)} records are neither stored nor explained`);
  if (input.invalid !== archive.faults)
    fail(`${input.invalid} faults, not ${archive.faults}: ${input.reasons.join("; ")}`);
  if (lost.missing.length > 0)
    fail(`${lost.missing.length} rows are lost, such as ${lost.missing.slice(0, 3).join(", ")}`);
  return [
    archive.name,
    told ?? "?",
    ...numbersOf(input),
    lost.asked,
    megabytes(statSync(path).size),
    megabytes(report.sizeBytes),
    seconds.toFixed(1),
    archive.reason,
  ];
}

function numbersOf(input: InputReport): number[] {
  const { records, stored, withdrawn, unsupported, neverAffected, empty, invalid } = input;
  return [records, stored, withdrawn, unsupported, neverAffected, empty, invalid];
}

function unaccounted({ records, stored, withdrawn, unsupported, neverAffected, empty }: InputReport): number {
  return records - stored - withdrawn - unsupported - neverAffected - empty;
}

/** Together they must be what they were alone; copies between archives are stored once. */
function checkAll(report: BuildReport, failures: string[]): void {
  const sum = report.inputs.reduce((total, input) => total + unaccounted(input), 0);
  if (sum !== 0) failures.push(`all together: ${sum} records are neither stored nor explained`);
  if (report.inputs.length !== archives.length) failures.push("all together: an input is missing");
}

function rowOfAll(report: BuildReport, seconds: number): (string | number)[] {
  const numbers = report.inputs.map(numbersOf);
  const sums = [0, 1, 2, 3, 4, 5, 6].map((at) => numbers.reduce((total, row) => total + (row[at] ?? 0), 0));
  const bytes = archives.reduce((total, { name }) => total + statSync(pathOf(name)).size, 0);
  const reason = `one database of all: ${report.advisoryCount} rows in ${report.spaces.length} name spaces`;
  return [
    "all together",
    "",
    ...sums,
    "",
    megabytes(bytes),
    megabytes(report.sizeBytes),
    seconds.toFixed(1),
    reason,
  ];
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(2);
}
