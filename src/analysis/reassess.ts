/**
 * Steps 6 to 8 on findings that are known already: statements and exceptions applied, policies evaluated, the verdict given.
 * Nothing is unpacked or matched, so an image can be judged again whenever a decision, a policy or an advisory has changed.
 */
import type { AppliedVex, DatabaseState } from "../domain/analysis.ts";
import type { AssessedFinding, Finding } from "../domain/finding.ts";
import type { BaseImageFacts, FindingFacts, ImageFacts, PolicyResult, Verdict } from "../domain/policy.ts";
import type { AdvisoryDatabase, TagResolver } from "../domain/ports.ts";
import type { Problem } from "../domain/problem.ts";
import { compareFindings } from "../matching/match.ts";
import type { EvidenceSource } from "../policies/rego/evidence.ts";
import type { PolicyDefinition } from "../policies/types.ts";
import { judge } from "../policies/verdict.ts";
import { assessFindings, type AssessInput } from "./assess-findings.ts";
import { assembleFacts, type FactSources } from "./facts.ts";
import type { JudgeOptions } from "./custom-policies.ts";
import type { Stopwatch } from "./stopwatch.ts";
import { rememberAnswer } from "./vex-bases.ts";

/** What is judged, and by what. */
export interface ReassessInput
  extends
    AssessInput,
    Pick<FactSources, "examination" | "qualityGates" | "findBaseLayers" | "findBaseSupport"> {
  /** Problems of opening the image: one of them may tell why a fact is missing. */
  readonly openProblems: readonly Problem[];
  /** In any order, each with this image's package; null: no vulnerability database was asked. */
  readonly findings: readonly Finding[] | null;
  /** What the database that gave the findings says of itself and of this image's packages; null with `findings`. */
  readonly database: DatabaseState | null;
  /** KEV and EPSS of each vulnerability id; null with `findings`. */
  readonly findContexts: AdvisoryDatabase["findContexts"] | null;
  /** Null: policies are not evaluated. */
  readonly policies: readonly PolicyDefinition[] | null;
  readonly debugPolicies: boolean;
  /** See `JudgeOptions`. */
  readonly evidence?: EvidenceSource;
  readonly resolveTag: TagResolver | null;
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
  // Facts and statements ask the same, once each.
  const { findBaseByLayers, findBaseAttestations } = given;
  const input = {
    ...given,
    findBaseByLayers: findBaseByLayers === null ? null : rememberAnswer(findBaseByLayers),
    ...(findBaseAttestations === undefined
      ? {}
      : { findBaseAttestations: rememberAnswer(findBaseAttestations) }),
  };
  const ordered = input.findings?.toSorted(compareFindings) ?? null;
  const assessed = ordered === null ? null : await assessFindings(ordered, input);
  watch?.lap("assess", assessed?.findings.filter((finding) => finding.suppressed).length ?? 0);

  const findings = assessed === null ? null : joinContext(assessed.findings, input.findContexts);
  const facts = await assembleFacts({ ...input, findings });
  const results =
    input.policies === null
      ? null
      : await evaluate(facts, input.policies, {
          debug: input.debugPolicies,
          repository: input.image.repository,
          ...(input.evidence === undefined ? {} : { evidence: input.evidence }),
        });
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
  { debug, ...judging }: JudgeOptions & { readonly debug: boolean },
): Promise<readonly PolicyResult[]> {
  const { evaluatePolicies } = await import("../policies/evaluate.ts");
  const { judgeApart } = await import("./custom-policies.ts");
  return evaluatePolicies(facts, policies, {
    debug,
    outcomes: await judgeApart(facts, policies, judging),
  });
}
