/**
 * Steps 6 to 8 on findings that are known already: statements and exceptions applied, policies evaluated, the verdict given.
 * Nothing is unpacked or matched, so an image can be judged again whenever a decision, a policy or an advisory has changed.
 */
import type { AppliedVex, DatabaseState } from "../domain/analysis.ts";
import type { Exception } from "../domain/exception.ts";
import type { AssessedFinding, Finding } from "../domain/finding.ts";
import type { ResolvedImage } from "../domain/image.ts";
import type { Sbom } from "../domain/package.ts";
import type { BaseImageFacts, FindingFacts, ImageFacts, PolicyResult, Verdict } from "../domain/policy.ts";
import type { AdvisoryDatabase, TagResolver } from "../domain/ports.ts";
import type { Problem } from "../domain/problem.ts";
import type { TrustTier, VexStatement } from "../domain/vex.ts";
import { absenceStatement, symbolTests, type SymbolTests } from "../matching/absent-symbols.ts";
import { compareFindings } from "../matching/match.ts";
import type { PolicyDefinition } from "../policies/types.ts";
import { judge } from "../policies/verdict.ts";
import type { Assessment } from "../vex/assess.ts";
import type { AssessOptions } from "../vex/decide.ts";
import { label } from "../vex/label.ts";
import type { BaseEvidence } from "./base-image.ts";
import { assembleFacts, type FactSources } from "./facts.ts";
import { imageStatements } from "./image-statements.ts";
import type { Stopwatch } from "./stopwatch.ts";
import { rememberBase, vexBases } from "./vex-bases.ts";

/** What is judged, and by what. `BaseEvidence` says how the base image is found. */
export interface ReassessInput
  extends BaseEvidence, Pick<FactSources, "examination" | "qualityGates" | "findBaseAttestations" | "findBaseSupport"> {
  readonly image: ResolvedImage;
  readonly sbom: Sbom;
  /** Problems of opening the image: one of them may tell why a fact is missing. */
  readonly openProblems: readonly Problem[];
  /** In any order, each with this image's package; null: no vulnerability database was asked. */
  readonly findings: readonly Finding[] | null;
  /** What the database that gave the findings says of itself and of this image's packages; null with `findings`. */
  readonly database: DatabaseState | null;
  /** KEV and EPSS of each vulnerability id; null with `findings`. */
  readonly findContexts: AdvisoryDatabase["findContexts"] | null;
  readonly statements: readonly VexStatement[];
  /** Whether a VEX author is trusted; null: all of the given statements are. */
  readonly trustsAuthor: ((author: string) => boolean) | null;
  /** Exceptions of the organisation or of a file; those about other images and those that have ended do nothing. */
  readonly exceptions: readonly Exception[];
  /** Statements and exceptions that are trusted less decide nothing and are told as proposals. Absent: all decide. */
  readonly tierMin?: TrustTier;
  /** Say of each statement whether it applied, or why not. Absent: of those that did not, as problems. */
  readonly explainsVex?: boolean;
  /** Null: policies are not evaluated. */
  readonly policies: readonly PolicyDefinition[] | null;
  readonly debugPolicies: boolean;
  /** False: a Go program counts as affected whether or not it holds the vulnerable functions. Absent: it has to hold one. */
  readonly usesReachability?: boolean;
  readonly resolveTag: TagResolver | null;
  readonly now: Date;
}

export interface Reassessment {
  /** In the order of reports; null when no vulnerability database was asked. */
  readonly findings: readonly FindingFacts[] | null;
  readonly baseImage: BaseImageFacts | null;
  /** Why the base image is not known; null when it is. */
  readonly baseImageReason: string | null;
  /** Null when policies were not evaluated. */
  readonly verdict: Verdict | null;
  readonly facts: ImageFacts;
  /** Of statements that did not apply. */
  readonly problems: readonly Problem[];
  /** Where it was asked for, and findings are known. */
  readonly vex?: AppliedVex;
}

/**
 * Judges the image. `watch`: times the steps; null: nobody asks.
 * @throws PolicyError POLICY_UNKNOWN or POLICY_CONFIG_INVALID when a policy itself is wrong; what the ports throw
 */
export async function reassess(given: ReassessInput, watch: Stopwatch | null = null): Promise<Reassessment> {
  const input = { ...given, findBaseByLayers: rememberBase(given.findBaseByLayers) };
  const ordered = input.findings?.toSorted(compareFindings) ?? null;
  const assessed = ordered === null ? null : await assessFindings(ordered, input);
  watch?.lap("assess", assessed?.findings.filter((finding) => finding.suppressed).length ?? 0);

  const findings = assessed === null ? null : joinContext(assessed.findings, input.findContexts);
  const facts = await assembleFacts({ ...input, findings });
  const results = input.policies === null ? null : await evaluate(facts, input.policies, input.debugPolicies);
  watch?.lap("evaluate", results?.length ?? 0);

  const verdict = results === null ? null : judge(results);
  watch?.lap("score", verdict === null ? 0 : verdict.score.scored);
  return {
    findings,
    baseImage: facts.baseImage,
    baseImageReason: facts.baseImage === null ? (facts.missing.baseImage ?? null) : null,
    verdict,
    facts,
    problems: assessed?.problems ?? [],
    ...(assessed?.vex === undefined ? {} : { vex: assessed.vex }),
  };
}

/** What was assessed, with the explanation where it was asked for. */
interface Assessed extends Assessment {
  readonly vex?: AppliedVex;
}

/** Step 6. The reader of identities is loaded only when there is something to apply. */
async function assessFindings(findings: readonly Finding[], input: ReassessInput): Promise<Assessed> {
  const { exceptions, sbom, now, usesReachability = true } = input;
  const brought = await imageStatements(input.image, sbom, input.trustsAuthor);
  const statements = [...input.statements, ...brought.statements];
  const tests = symbolTests(usesReachability ? (sbom.functionTables ?? []) : []);
  const unlabelled = findings.map((finding) => label(finding, null));
  let assessment: Assessed = { findings: unlabelled, problems: [] };
  if (statements.length > 0 || input.explainsVex === true) {
    const { assess, explainVex } = await import("../vex/assess.ts");
    const options = await assessOptions(input);
    assessment = assess(findings, statements, options);
    if (input.explainsVex === true) {
      const bases = (options.bases ?? []).map(({ name }) => name);
      const explanations = explainVex(findings, statements, options);
      assessment = { ...assessment, vex: { explanations, image: options.image, bases } };
    }
  }
  assessment = { ...assessment, problems: [...brought.problems, ...assessment.problems] };
  if (tests.size > 0) assessment = { ...assessment, findings: lowerAbsent(assessment.findings, tests) };
  if (exceptions.length === 0) return assessment;
  const { applyExceptions } = await import("../vex/exceptions.ts");
  const options = { image: imageIdentity(input.image), now, ...tierOption(input) };
  return { ...assessment, findings: applyExceptions(assessment.findings, exceptions, options) };
}

/** By what statements are applied to this image: its names, its proven bases, and whom to trust. */
async function assessOptions(
  input: BaseEvidence & Pick<ReassessInput, "image" | "now" | "trustsAuthor" | "tierMin">,
): Promise<AssessOptions> {
  const { image, now, trustsAuthor } = input;
  const bases = await vexBases(image, input);
  return { image: imageIdentity(image), now, trustsAuthor, bases, ...tierOption(input) };
}

function tierOption({ tierMin }: Pick<ReassessInput, "tierMin">): Pick<AssessOptions, "tierMin"> {
  return tierMin === undefined ? {} : { tierMin };
}

/** What the program itself shows stands where no author has said anything. */
function lowerAbsent(findings: readonly AssessedFinding[], tests: SymbolTests): readonly AssessedFinding[] {
  return findings.map((finding) => {
    const absence = finding.statement === null ? absenceStatement(finding, tests) : null;
    return absence === null ? finding : label(finding, absence);
  });
}

/**
 * What a statement or an exception may name the image by. An index means an image of each platform, so a statement about one
 * platform of it must not speak for the others; folders and documents have no platform.
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
function joinContext(
  findings: readonly AssessedFinding[],
  findContexts: ReassessInput["findContexts"],
): readonly FindingFacts[] {
  const ids = new Set(findings.flatMap((finding) => [finding.vulnerability, ...finding.aliases]));
  const contexts = findContexts?.([...ids]);
  return findings.map((finding) => {
    const known = [finding.vulnerability, ...finding.aliases].flatMap((id) => contexts?.get(id) ?? []);
    return {
      ...finding,
      context: {
        kev: known.find((context) => context.kev !== null)?.kev ?? null,
        epss: known.find((context) => context.epss !== null)?.epss ?? null,
      },
    };
  });
}

/** Loaded on demand: the option schemas of policies are the heaviest import, and a run without policies must not pay for it. */
async function evaluate(
  facts: ImageFacts,
  policies: readonly PolicyDefinition[],
  debug: boolean,
): Promise<readonly PolicyResult[]> {
  const { evaluatePolicies } = await import("../policies/evaluate.ts");
  const { judgeApart } = await import("./custom-policies.ts");
  return evaluatePolicies(facts, policies, { debug, outcomes: await judgeApart(facts, policies) });
}
