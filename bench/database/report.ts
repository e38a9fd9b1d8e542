/** The results of one run of the database's benchmark, held against its budget. */
import { cpus } from "node:os";
import type { FirstVerdict } from "./first-verdict.ts";
import type { DayFigures } from "./follow-days.ts";
import type { MatchFigures } from "./match.ts";
import type { BuildFigures, ReadFigures } from "./task.ts";

export interface DatabaseFigures {
  readonly name: string;
  readonly build: BuildFigures;
  readonly read: ReadFigures;
  readonly match: MatchFigures;
  readonly sizeBytes: number;
  readonly segmentCount: number;
  /** Days on which 1 % of the advisories change. */
  readonly percent: DayFigures;
  /** Days on which 300 advisories change. */
  readonly threeHundred: DayFigures;
}

interface Line {
  readonly what: string;
  readonly budget: string;
  readonly measured: string;
  readonly isMet: boolean;
}

function linesOf({ build, read, match, sizeBytes, percent, threeHundred }: DatabaseFigures): Line[] {
  return [
    below("build", build.seconds, 60, "s"),
    below("peak memory of the build", build.peakMiB * 1.048_576, 1_000, "MB"),
    below("at rest", sizeBytes / 1e6, 60, "MB"),
    below("open", read.openMs, 5, "ms"),
    below("500 look-ups, each with an answer", read.lookUpMs, 30, "ms"),
    below("500 look-ups, one in ten with an answer", read.mixedMs, 30, "ms"),
    below(`matching ${match.matchedPackages} packages, after opening`, match.matchMs, 50, "ms"),
    below("the same, the first in a process", match.firstMatchMs, 50, "ms"),
    below(
      `update after ${changed(percent)} changed, mean of ${percent.days} days`,
      percent.meanShare * 100,
      3,
      "%",
    ),
    below("the same, largest day", percent.largestShare * 100, 3, "%"),
    below(
      `update after ${changed(threeHundred)} changed, mean of ${threeHundred.days} days`,
      threeHundred.meanShare * 100,
      3,
      "%",
    ),
    below("the same, largest day", threeHundred.largestShare * 100, 3, "%"),
  ];
}

function changed({ changed: count }: DayFigures): string {
  return `${Math.round(count)} advisories`;
}

function below(what: string, measured: number, budget: number, unit: string): Line {
  const shown = measured < 10 ? measured.toFixed(2) : measured.toFixed(1);
  return { what, budget: `< ${budget} ${unit}`, measured: `${shown} ${unit}`, isMet: measured < budget };
}

function factsOf({ build, segmentCount, percent, threeHundred, read, match }: DatabaseFigures): string {
  const kilo = (bytes: number): string => `${(bytes / 1000).toFixed(0)} kB`;
  return [
    `${build.records} records in ${build.rows} rows, ${segmentCount} files`,
    `${build.cpuSeconds.toFixed(0)} s of processor time for the build`,
    `first opening in a process ${read.firstOpenMs.toFixed(1)} ms`,
    `${match.findings} findings in the packages matched, which took ${match.matchCpuMs.toFixed(0)} ms of processor time`,
    `${read.lookUpCpuMs.toFixed(0)} ms of it for 500 look-ups with an answer`,
    `a day of 1 %: ${kilo(percent.meanBytes)} and ${kilo(percent.scoreBytes)} of scores, based anew on ${percent.rebasings} of ${percent.days} days`,
    `a day of 300: ${kilo(threeHundred.meanBytes)}, based anew on ${threeHundred.rebasings} days`,
    `at most ${(percent.largestWholeBytes / 1e6).toFixed(1)} MB with deltas`,
  ].join("; ");
}

export function asText(sets: readonly DatabaseFigures[], first: readonly FirstVerdict[]): string {
  const tables = sets.flatMap((set) => [
    "",
    `${set.name}: ${factsOf(set)}`,
    ...linesOf(set).map(
      ({ what, budget, measured, isMet }) =>
        `  ${what.padEnd(64)} ${measured.padStart(10)}  ${budget.padEnd(10)} ${isMet ? "met" : "MISSED"}`,
    ),
  ]);
  const verdicts = first.map((each) => `  ${verdictText(each)}`);
  return [
    `node ${process.version}, ${cpus().length} cores`,
    ...tables,
    "",
    "first verdict",
    ...verdicts,
    "",
  ].join("\n");
}

function verdictText(verdict: FirstVerdict): string {
  const { of, packages, findings, fetchedBytes, seconds, laterSeconds } = verdict;
  const line = (fetchedBytes * 8) / 100e6;
  return `${packages} packages of ${of}: ${(fetchedBytes / 1e6).toFixed(1)} MB fetched and ${findings} findings after ${seconds.toFixed(1)} s, and ${line.toFixed(1)} s more for a line of 100 Mbit/s; the next scan ${laterSeconds.toFixed(2)} s`;
}

/** `now` dates the section. */
export function asMarkdown(
  sets: readonly DatabaseFigures[],
  first: readonly FirstVerdict[],
  now: Date,
): string {
  const tables = sets.map((set) => {
    const rows = linesOf(set).map(
      ({ what, budget, measured, isMet }) =>
        `| ${what} | ${budget} | ${measured} | ${isMet ? "met" : "missed"} |`,
    );
    return `### ${set.name}

${factsOf(set)}.

| | budget | measured | |
| --- | --- | --- | --- |
${rows.join("\n")}
`;
  });
  return `## Vulnerability database

Measured ${now.toISOString().slice(0, 10)} by \`npm run bench -- database --write\` on ${cpus().length} cores with node ${process.version}. The
synthetic set is made of real records under other names, ids, versions and words, in a mix like that of the public databases; a
changed advisory changes in every row that it has. An update is what a client fetches, manifests included; scores (EPSS) change
as a whole every day and are counted apart.

${tables.join("\n")}
### To the first verdict

With nothing at hand and no settings, the feeds of the ecosystems of its packages as they are laid out by OSV (npm with 200,000 records of
malicious packages), KEV and EPSS, all served on loopback, to the end of the process:

${first.map((each) => `- ${verdictText(each)}`).join("\n")}
`;
}
