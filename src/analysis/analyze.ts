/**
 * The straight line, and the only place that knows its order:
 * resolve, unpack, catalog, gather, match, assess, evaluate, score. See ARCHITECTURE.md.
 */
import type { Analysis, DatabaseState } from "../domain/analysis.ts";
import type { Finding } from "../domain/finding.ts";
import type { ResolvedImage } from "../domain/image.ts";
import type { Sbom } from "../domain/package.ts";
import type { FindingFacts, ImageFacts, PolicyResult } from "../domain/policy.ts";
import type { AdvisoryDatabase } from "../domain/ports.ts";
import type { Problem } from "../domain/problem.ts";
import type { PolicyDefinition } from "../policies/types.ts";
import { lookUpKeys, schemeOf } from "../ecosystems/catalog.ts";
import type { OpenedImage } from "../image/types.ts";
import { consider } from "../matching/consider.ts";
import { match, type MatchSubject } from "../matching/match.ts";
import { judge } from "../policies/verdict.ts";
import type { Assessment } from "../vex/assess.ts";
import type { AssessOptions } from "../vex/decide.ts";
import { label } from "../vex/label.ts";
import { describeDatabase } from "./database-state.ts";
import { assembleFacts } from "./facts.ts";
import { takeInventory } from "./inventory.ts";
import type { AnalyzeOptions } from "./options.ts";
import { startStopwatch } from "./stopwatch.ts";

/** Runs the line over an opened image (step 1 is `image/open.ts`). @throws PlimsollError when nothing at all can be said */
export async function analyze(opened: OpenedImage, options: AnalyzeOptions): Promise<Analysis> {
  const watch = startStopwatch(options.monotonicMs);
  const now = options.clock();
  watch.lap("resolve", opened.image.layers.length);

  const { image, sbom, fromCache } = await takeInventory(opened, options, watch);

  const subjects = matchSubjects(sbom);
  const advisories = options.database?.findAdvisories(subjects.flatMap((subject) => subject.keys)) ?? null;
  watch.lap("gather", advisories?.size ?? 0);

  const matched = advisories === null ? null : match({ packages: subjects, advisories });
  const considered =
    advisories === null || options.explains === null
      ? []
      : consider({ packages: subjects, advisories }, options.explains);
  watch.lap("match", matched?.findings.length ?? 0);

  const assessed = matched === null ? null : await applyStatements(matched.findings, image, options, now);
  watch.lap("assess", assessed?.findings.filter((finding) => finding.suppressed).length ?? 0);

  const findings =
    assessed === null || options.database === null ? null : joinContext(assessed.findings, options.database);
  const database = options.database === null ? null : describeState(options, subjects, now);
  const facts = await assembleFacts({
    opened,
    sbom,
    findings,
    database,
    resolveTag: options.resolveTag,
    now,
  });
  const results =
    options.policies === null ? null : await evaluate(facts, options.policies, options.debugPolicies);
  watch.lap("evaluate", results?.length ?? 0);

  const verdict = results === null ? null : judge(results);
  watch.lap("score", verdict === null ? 0 : verdict.score.scored);

  const problems: Problem[] = [
    ...opened.problems,
    ...(matched?.problems ?? []),
    ...(assessed?.problems ?? []),
  ];
  return Object.freeze({
    image,
    sbom,
    baseImage: facts.baseImage,
    baseImageReason: facts.baseImage === null ? (facts.missing.baseImage ?? null) : null,
    findings,
    considered,
    verdict,
    database,
    problems,
    steps: watch.steps,
    fromCache,
    demonstration:
      options.database?.status.demonstration === true ||
      (findings ?? []).some((finding) => finding.demonstration),
  });
}

function matchSubjects(sbom: Sbom): MatchSubject[] {
  return sbom.packages.map((pkg) => ({
    package: pkg,
    keys: lookUpKeys(pkg, sbom.distro),
    scheme: schemeOf(pkg) ?? "",
  }));
}

/** Step 6. The reader of identities is loaded only when there are statements to apply. */
async function applyStatements(
  findings: readonly Finding[],
  image: ResolvedImage,
  { statements, trustsAuthor }: AnalyzeOptions,
  now: Date,
): Promise<Assessment> {
  if (statements.length === 0)
    return { findings: findings.map((finding) => label(finding, null)), problems: [] };
  const { assess } = await import("../vex/assess.ts");
  return assess(findings, statements, { image: imageIdentity(image), now, trustsAuthor });
}

/**
 * What a statement may name the image by. An index means an image of each platform, so a statement about one platform of it
 * must not speak for the others; folders and documents have no platform.
 */
function imageIdentity(image: ResolvedImage): AssessOptions["image"] {
  const hasPlatform = image.source !== "fs" && image.source !== "sbom";
  return {
    repository: image.repository,
    tag: image.tag,
    digests: [image.digest, image.indexDigest].filter((digest) => digest !== null),
    architecture: hasPlatform ? image.config.platform.architecture : null,
  };
}

/** EPSS and KEV belong to the vulnerability, not to the finding: they are joined here and never stored with it. */
function joinContext(findings: Assessment["findings"], database: AdvisoryDatabase): readonly FindingFacts[] {
  const ids = new Set(findings.flatMap((finding) => [finding.vulnerability, ...finding.aliases]));
  const contexts = database.findContexts([...ids]);
  return findings.map((finding) => {
    const known = [finding.vulnerability, ...finding.aliases].flatMap((id) => contexts.get(id) ?? []);
    return {
      ...finding,
      context: {
        kev: known.find((context) => context.kev !== null)?.kev ?? null,
        epss: known.find((context) => context.epss !== null)?.epss ?? null,
      },
    };
  });
}

function describeState(
  options: AnalyzeOptions,
  subjects: readonly MatchSubject[],
  now: Date,
): DatabaseState | null {
  if (options.database === null) return null;
  return describeDatabase(options.database.status, subjects, {
    now,
    ageHoursMax: options.databaseAgeHoursMax,
  });
}

/** Loaded on demand: the option schemas of policies are the heaviest import, and a run without policies must not pay for it. */
async function evaluate(
  facts: ImageFacts,
  policies: readonly PolicyDefinition[],
  debug: boolean,
): Promise<readonly PolicyResult[]> {
  const { evaluatePolicies } = await import("../policies/evaluate.ts");
  return evaluatePolicies(facts, policies, { debug });
}
