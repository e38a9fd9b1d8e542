/**
 * One measured task in a process of its own, so that its memory is its own: `task.ts build DIR FILE…`, `task.ts read DIR`,
 * `task.ts match DIR`.
 * Prints its figures as JSON.
 */
import { randomInt } from "node:crypto";
import { buildDatabase } from "../../src/advisories/build.ts";
import { openCurrent, openDatabase } from "../../src/advisories/database.ts";
import { isOfAdvisories } from "../../src/advisories/row-text.ts";
import type { AdvisoryKey } from "../../src/domain/package.ts";
import { measureMatching } from "./match.ts";

export interface BuildFigures {
  readonly seconds: number;
  /** Of all threads: what it takes on a machine that others load, too. */
  readonly cpuSeconds: number;
  readonly peakMiB: number;
  readonly records: number;
  /** Records that advise, without those that only score. */
  readonly advisories: number;
  readonly rows: number;
}

export interface ReadFigures {
  /** First opening in the process, and the median of twenty. */
  readonly firstOpenMs: number;
  readonly openMs: number;
  /** 500 look-ups (of what decides, as matching asks) after opening, all with an answer, in other blocks each time: median of five databases opened anew. */
  readonly lookUpMs: number;
  /** Processor time of these, for machines that others load too. */
  readonly lookUpCpuMs: number;
  /** The same with nine in ten names unknown, as in an image. */
  readonly mixedMs: number;
}

const [task, dir = "", ...paths] = process.argv.slice(2);
if (task === "build") {
  const started = performance.now();
  const inputs = paths.map((path) => ({ path, feed: null }));
  const report = await buildDatabase({
    inputs,
    dir,
    now: new Date("2026-11-20T00:00:00Z"),
    demonstration: false,
  });
  const { user, system } = process.cpuUsage();
  print({
    seconds: (performance.now() - started) / 1000,
    cpuSeconds: (user + system) / 1e6,
    peakMiB: process.resourceUsage().maxRSS / 1024,
    records: report.inputs.reduce((sum, { records }) => sum + records, 0),
    advisories: report.parts
      .filter(({ advisoryCount }) => advisoryCount > 0)
      .reduce((sum, { recordCount }) => sum + recordCount, 0),
    rows: report.advisoryCount,
  } satisfies BuildFigures);
} else if (task === "match") print(measureMatching(dir));
else {
  const firstOpenMs = time(() => openDatabase(dir).close());
  const openMs = median(Array.from({ length: 20 }, () => time(() => openDatabase(dir).close())));
  const names = keysOf();
  const cpuTimes: number[] = [];
  const lookUpMs = median(
    Array.from({ length: 5 }, () => {
      const cpu = process.cpuUsage();
      const ms = timeLookUps(pick(names, 500));
      const { user, system } = process.cpuUsage(cpu);
      cpuTimes.push((user + system) / 1000);
      return ms;
    }),
  );
  const lookUpCpuMs = median(cpuTimes);
  const unknown = Array.from({ length: 450 }, (_, at) => ({
    ...(names[at] ?? nobody),
    name: `no-such-${at}`,
  }));
  const mixedMs = median(Array.from({ length: 5 }, () => timeLookUps([...pick(names, 50), ...unknown])));
  print({ firstOpenMs, openMs, lookUpMs, lookUpCpuMs, mixedMs } satisfies ReadFigures);
}

function keysOf(): AdvisoryKey[] {
  const { opened } = openCurrent(dir);
  const keys: AdvisoryKey[] = [];
  for (const part of opened.parts) {
    for (const { key, body } of part.rows()) {
      const [space = "", name = ""] = key.split("\n");
      if (isOfAdvisories(body)) keys.push({ space, name, version: "", by: "package" });
    }
  }
  opened.close();
  return keys;
}

const nobody: AdvisoryKey = { space: "npm", name: "", version: "", by: "package" };

function pick(keys: readonly AdvisoryKey[], count: number): AdvisoryKey[] {
  return Array.from({ length: count }, () => keys[randomInt(keys.length)] ?? nobody);
}

function timeLookUps(keys: readonly AdvisoryKey[]): number {
  const database = openDatabase(dir);
  const ms = time(() => database.findHeads(keys));
  database.close();
  return ms;
}

function time(work: () => unknown): number {
  const started = performance.now();
  work();
  return performance.now() - started;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
}

function print(figures: object): void {
  process.stdout.write(`${JSON.stringify(figures)}\n`);
}
