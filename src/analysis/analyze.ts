/**
 * The straight line, and the only place that knows its order from end to end:
 * resolve, unpack, catalog, gather, match, assess, evaluate, score. See ARCHITECTURE.md.
 *
 * Who has the inventory or the findings already enters it in the middle: `match-packages.ts` is steps 4 and 5,
 * `reassess.ts` steps 6 to 8, and this file is made of the same.
 */
import type { Analysis } from "../domain/analysis.ts";
import type { AdvisoryDatabase } from "../domain/ports.ts";
import type { OpenedImage } from "../image/types.ts";
import type { ConsideredAdvisory } from "../domain/finding.ts";
import { consider } from "../matching/consider.ts";
import { allKeysOf, type MatchSubject } from "../matching/match.ts";
import { endOfLifeText } from "../policies/shared/distro-support.ts";
import type { Examined } from "./facts.ts";
import { describeDatabase } from "./database-state.ts";
import { takeInventory } from "./inventory.ts";
import { redactionOf } from "./redact-once.ts";
import { gatherAndMatch, matchSubjects } from "./match-packages.ts";
import type { AnalyzeOptions } from "./options.ts";
import { reassess } from "./reassess.ts";
import { startStopwatch } from "./stopwatch.ts";
import { withVerified } from "./verify-signed.ts";

/** Secrets and hygiene for the policies that judge them. A source without files has none, which is their reason to have no data. */
async function lookInto(
  opened: OpenedImage,
  { examines: parts = "secrets", ...options }: AnalyzeOptions,
  database: AdvisoryDatabase | null,
): Promise<Examined> {
  if (opened.document !== null) return { reason: "an SBOM lists packages and holds no files to look into" };
  const { examine } = await import("./examine.ts");
  return { value: await examine(opened, { ...options, parts, database, sboms: options.cache }) };
}

/** Runs the line over an opened image (step 1 is `image/open.ts`). @throws PlimsollError when nothing at all can be said */
export async function analyze(found: OpenedImage, options: AnalyzeOptions): Promise<Analysis> {
  const watch = startStopwatch(options.monotonicMs);
  const opened = await withVerified(found, options.signers ?? null);
  const now = options.clock();
  watch.lap("resolve", opened.image.layers.length);

  const redaction = redactionOf(opened.image, options.redactions ?? null);
  const meanwhile = (): void => void redaction.start();
  const { sbom, fromCache, contentProved, sandbox, ...inventory } = await takeInventory(
    opened,
    { ...options, meanwhile },
    watch,
  );
  // Whatever shows, judges or keeps the image from here on has no secret of its configuration in it.
  const image = await redaction.of(inventory.image);

  const subjects = matchSubjects(sbom.packages, sbom.distro, sbom.stages);
  const source =
    typeof options.database === "function"
      ? await options.database(new Set(subjects.flatMap(({ keys }) => keys.map(({ space }) => space))))
      : options.database;
  const { severitySources = [] } = options;
  if (source === null) watch.lap("gather", 0);
  const matched = source === null ? null : gatherAndMatch(subjects, source, { watch, severitySources });
  const considered = source === null ? [] : explainsOf(subjects, source, options.explains);
  watch.lap("match", matched?.findings.length ?? 0);

  const database =
    source === null
      ? null
      : describeDatabase(source.status, subjects, { now, ageHoursMax: options.databaseAgeHoursMax });
  const examination = options.examines === undefined ? null : await lookInto(opened, options, source);
  const assessed = await reassess(
    {
      ...options,
      ...(examination === null ? {} : { examination }),
      image,
      sbom,
      contentProved,
      openProblems: opened.problems,
      findings: matched?.findings ?? null,
      database,
      findContexts: matched === null ? null : () => matched.contexts,
      now,
    },
    watch,
  );
  const { findings, baseImage, baseImageReason, verdict, vex } = assessed;
  return Object.freeze({
    image,
    sbom,
    baseImage,
    baseImageReason,
    findings,
    considered,
    verdict,
    database,
    problems: [...opened.problems, ...(matched?.problems ?? []), ...assessed.problems],
    steps: watch.steps,
    fromCache,
    sandbox,
    contentProved,
    ...(options.keepsFacts === true ? { facts: assessed.facts } : {}),
    endOfLife: endOfLifeText(sbom.distro, now),
    ...(vex === undefined ? {} : { vex }),
    demonstration:
      source?.status.demonstration === true || (findings ?? []).some((finding) => finding.demonstration),
  });
}

/** The advisories that say no of vulnerability `id`; null: nobody asks. */
function explainsOf(
  packages: readonly MatchSubject[],
  database: AdvisoryDatabase,
  id: string | null,
): readonly ConsideredAdvisory[] {
  if (id === null) return [];
  return consider({ packages, advisories: database.findAdvisories(packages.flatMap(allKeysOf)) }, id);
}
