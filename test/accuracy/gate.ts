/**
 * The gate of accuracy: labels on real inventories, version tables and replayed queries against one database of all real feeds.
 * A true positive that is lost, a false positive that appears, and a label that cannot be judged are failures.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildDatabase } from "../../src/advisories/build.ts";
import { openDatabase } from "../../src/advisories/database.ts";
import {
  answerLabels,
  isFalse,
  isLost,
  isRight,
  tallyAnswers,
  type AccuracyTally,
  type AnsweredLabel,
} from "../../src/analysis/accuracy.ts";
import { checkKnownAnswers, type KnownAnswersReport } from "../../src/analysis/known-answers.ts";
import type { AdvisoryDatabase } from "../../src/domain/ports.ts";
import { sharedPath } from "../helpers/shared.ts";
import { findBrokenCitations } from "./citations.ts";
import { knownErrors } from "./known.ts";
import {
  ecosystemOf,
  errorClasses,
  readLabelledImages,
  type Label,
  type LabelledImage,
} from "./label-files.ts";
import { heldMax, replayQueries, type ReplayedSpace } from "./replay.ts";
import { checkVersionTables, type TableResult } from "./version-tables.ts";

export interface GateResult {
  readonly images: number;
  /** By ecosystem, the last one of all together. */
  readonly ecosystems: readonly {
    readonly name: string;
    readonly negatives: number;
    readonly tally: AccuracyTally;
  }[];
  /** Of the list that the product brings along. */
  readonly knownAnswers: KnownAnswersReport;
  readonly tables: readonly TableResult[];
  readonly replayed: readonly ReplayedSpace[];
  /** Wrong answers that stand in the list of known errors. */
  readonly known: readonly string[];
  /** Empty: the gate is passed. */
  readonly failures: readonly string[];
}

/** The archives that labels cite, and what else speaks of the same packages. */
const archives = [
  "debian-dsa-dla-lists-2023-04.tar.gz",
  "alpine-secdb-v3.3-v3.11.tar.gz",
  "wolfi-advisories-2025-05-07.tar.gz",
  "almalinux-osv.tar.gz",
  "go-vulndb-osv.tar.gz",
  "pypi-pysec-osv-yaml.tar.gz",
  "rubygems-ruby-advisory-db.tar.gz",
  "crates-rustsec-osv.tar.gz",
  "packagist-friendsofphp.tar.gz",
  "npm-nodejs-security-wg.tar.gz",
  "bitnami-osv.tar.gz",
  "osv-samples.zip",
];

const labelsMin = 400;
const labelsOfEcosystemMin = 30;
const errorClassShareMin = 0.4;

interface Answered {
  readonly image: LabelledImage;
  readonly answered: AnsweredLabel<Label>;
}

/** Runs all of it. @throws Error when the real feeds are not beside the checkout */
export async function runAccuracyGate(): Promise<GateResult> {
  const images = readLabelledImages();
  const { answers, knownAnswers } = await withRealDatabase((database) => ({
    answers: images.flatMap((image) =>
      answerLabels(image.sbom, image.labels, database).map((answered) => ({ image, answered })),
    ),
    knownAnswers: checkKnownAnswers(database),
  }));
  const tables = checkVersionTables();
  const replayed = await replayQueries();
  const wrong = answers.filter(({ answered }) => !isRight(answered));
  const isKnown = (each: Answered): boolean =>
    knownErrors.some((known) => matches(known.label, nameOf(each)));
  return {
    images: images.length,
    ecosystems: summarise(answers),
    knownAnswers,
    tables,
    replayed,
    known: wrong.filter(isKnown).map(describe),
    failures: [
      ...checkLabels(answers),
      ...(await findBrokenCitations(answers.map(({ answered }) => answered.label.source))),
      ...wrong.filter((each) => !isKnown(each)).map(describe),
      ...[...knownAnswers.wrong, ...knownAnswers.absent].map((line) => `known answer: ${line}`),
      ...knownErrors
        .filter((known) => !wrong.some((each) => matches(known.label, nameOf(each))))
        .map((known) => `no longer wrong, and still in the list of known errors: ${known.label}`),
      ...tables.flatMap(({ scheme, wrong: pairs }) =>
        pairs.slice(0, 5).map((pair) => `order of ${scheme}: ${pair}`),
      ),
      ...replayed.flatMap(checkReplayed),
    ],
  };
}

async function withRealDatabase<Result>(use: (database: AdvisoryDatabase) => Result): Promise<Result> {
  const dir = mkdtempSync(join(tmpdir(), "plimsoll-accuracy-"));
  try {
    const inputs = archives.map((name) => {
      const path = sharedPath(`feeds/${name}`);
      if (path === null) throw new Error(`the gate needs ../shared/feeds/${name}`);
      return { path, feed: null };
    });
    await buildDatabase({ inputs, dir, now: new Date("2026-11-22T00:00:00Z"), demonstration: false });
    const database = openDatabase(dir);
    try {
      return use(database);
    } finally {
      database.close();
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Too few labels prove nothing, and neither do such that any engine gets right. */
function checkLabels(answers: readonly Answered[]): readonly string[] {
  const failures: string[] = [];
  const ofErrors = answers.filter(
    ({ answered: { label } }) =>
      label.verdict !== "affected" && (errorClasses as readonly string[]).includes(label.class),
  );
  if (answers.length < labelsMin) failures.push(`only ${answers.length} labels`);
  if (ofErrors.length < answers.length * errorClassShareMin) {
    failures.push(`only ${ofErrors.length} of ${answers.length} labels are negatives of a class of error`);
  }
  for (const [name, own] of byEcosystem(answers)) {
    if (own.length < labelsOfEcosystemMin) failures.push(`only ${own.length} labels of ${name}`);
  }
  return failures;
}

function checkReplayed({ space, lost, held }: ReplayedSpace): readonly string[] {
  const max = heldMax[space] ?? 0;
  const tooMany =
    held.length > max ? [`${held.length} versions that OSV does not list are affected, not ${max}`] : [];
  return [...lost.slice(0, 5), ...tooMany].map((line) => `replayed queries of ${space}: ${line}`);
}

function summarise(answers: readonly Answered[]): GateResult["ecosystems"] {
  const rows = [...byEcosystem(answers)].sort(([a], [b]) => (a < b ? -1 : 1));
  return [...rows, ["all", answers] as const].map(([name, own]) => ({
    name,
    negatives: own.filter(({ answered }) => answered.label.verdict === "not_affected").length,
    tally: tallyAnswers(own.map(({ answered }) => answered)),
  }));
}

function byEcosystem(answers: readonly Answered[]): Map<string, Answered[]> {
  return Map.groupBy(answers, ({ image, answered }) => ecosystemOf(image, answered.label));
}

function nameOf({ image, answered: { label } }: Answered): string {
  return `${image.id} ${label.package} ${label.vulnerability}`;
}

function describe(each: Answered): string {
  const { label, answer, because } = each.answered;
  const kind = isLost(each.answered) ? "lost" : isFalse(each.answered) ? "false" : "not told";
  const said = because === null ? answer : `${answer}, ${because}`;
  return `${kind}: ${nameOf(each)} (${label.class}) is ${label.verdict}: ${label.reason}; the engine says ${said}`;
}

function matches(pattern: string, text: string): boolean {
  const parts = pattern.split("*");
  let at = 0;
  for (const [index, part] of parts.entries()) {
    const found = text.indexOf(part, at);
    if (found === -1 || (index === 0 && found !== 0)) return false;
    at = found + part.length;
  }
  return parts.at(-1) === "" || at === text.length;
}
