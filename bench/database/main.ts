/**
 * `npm run bench -- database`: what the vulnerability database costs. Built from all of ../shared/feeds and from a synthetic set of
 * 500,000 advisories; opened and asked; and carried to a client day by day, for 60 days with new bases, where 1 % of the
 * advisories change each day and where 300 do.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { readDatabaseStatus } from "../../src/advisories/status.ts";
import { sharedPath } from "../../test/helpers/shared.ts";
import type { DayFigures } from "./follow-days.ts";
import { measureFirstVerdict } from "./first-verdict.ts";
import { followOrRecall } from "./kept-days.ts";
import type { MatchFigures } from "./match.ts";
import { asMarkdown, asText, type DatabaseFigures } from "./report.ts";
import { makeSynthetic } from "./synthetic.ts";
import type { BuildFigures, ReadFigures } from "./task.ts";

export interface DatabaseBench {
  /** The built command line. */
  readonly plimsoll: string;
  /** For what is made once. */
  readonly folder: string;
  /** Records of the synthetic set. */
  readonly records: number;
  readonly days: number;
  /** Days of the synthetic set, each of which takes minutes. */
  readonly syntheticDays: number;
  readonly log: (line: string) => void;
}

/** The results for a terminal, and as a section of the page. */
export async function benchDatabase(
  bench: DatabaseBench,
): Promise<{ readonly text: string; readonly markdown: string }> {
  const { folder, records, log } = bench;
  mkdirSync(folder, { recursive: true });
  const sets: DatabaseFigures[] = [];
  log(`${records} synthetic records`);
  const synthetic = await makeSynthetic(folder, records);
  for (const [name, paths, days] of [
    ["../shared/feeds", sharedFeeds(), bench.days],
    ["synthetic", synthetic, bench.syntheticDays],
  ] as const) {
    const work = mkdtempSync(join(folder, "database-"));
    try {
      sets.push(await measureSet(name, paths, work, { folder, days, log }));
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  }
  const first = await measureFirstVerdict({ plimsoll: bench.plimsoll, folder, synthetic, log });
  return { text: asText(sets, first), markdown: asMarkdown(sets, first, new Date()) };
}

async function measureSet(
  name: string,
  paths: readonly string[],
  work: string,
  { folder, days, log }: Pick<DatabaseBench, "folder" | "days" | "log">,
): Promise<DatabaseFigures> {
  const dir = join(work, "publisher");
  log(`${name}: building`);
  const build = run<BuildFigures>(["build", dir, ...paths]);
  const { sizeBytes, segmentCount } = readDatabaseStatus(dir);
  log(`${name}: reading`);
  const read = run<ReadFigures>(["read", dir]);
  log(`${name}: matching`);
  const match = run<MatchFigures>(["match", dir]);
  const follow = (share: number, count: number): Promise<DayFigures> =>
    followOrRecall(join(folder, "days.json"), {
      from: dir,
      work: mkdtempSync(join(work, "days-")),
      share,
      days: count,
      log,
    });
  log(`${name}: one day of 1 %, then ${days} days`);
  return {
    name,
    build,
    read,
    match,
    sizeBytes,
    segmentCount,
    percent: await follow(0.01, days),
    threeHundred: await follow(Math.min(1, 300 / build.advisories), days),
  };
}

/** Statements about images, and a scanner's own data, are no advisories. */
function sharedFeeds(): string[] {
  const folder = sharedPath("feeds") ?? "";
  if (folder === "") throw new Error("the benchmark needs ../shared/feeds");
  return readdirSync(folder)
    .filter((name) => /\.(?:zip|tar\.gz)$/.test(name) && !/^vex-|retirejs/.test(name))
    .map((name) => join(folder, name));
}

function run<Figures>(args: readonly string[]): Figures {
  const task = join(import.meta.dirname, "task.ts");
  const output = execFileSync(process.execPath, [task, ...args], { encoding: "utf8", maxBuffer: 1024 ** 2 });
  return JSON.parse(output) as Figures;
}
