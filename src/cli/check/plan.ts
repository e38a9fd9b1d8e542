/** What would have to change about an image: every base that it could have, every version that its packages could have, and the gate's policies. */
import { databaseAsOf, type AsOf } from "../../analysis/as-of.ts";
import { tryVersions } from "../../analysis/try-versions.ts";
import { baseLayerCount } from "../../comparison/base-chain.ts";
import { isSystemPackage } from "../../comparison/change-costs.ts";
import { onBase } from "../../comparison/changed-facts.ts";
import { cheapestChanges } from "../../comparison/cheapest-changes.ts";
import type { Judges } from "../../comparison/change-steps.ts";
import { versionsToTry } from "../../comparison/fixes.ts";
import type { Analysis } from "../../domain/analysis.ts";
import type { BaseAdvice, BaseCandidate } from "../../domain/base-advice.ts";
import type { BaseVariant, ChangePlan, TriedPackage } from "../../domain/change-plan.ts";
import type { GateState } from "../../domain/policy-set.ts";
import type { Package } from "../../domain/package.ts";
import type { FindingFacts, ImageFacts, PolicyResult } from "../../domain/policy.ts";
import { trustsNobody } from "../../domain/signature.ts";
import type { AdvisoryDatabase } from "../../domain/ports.ts";
import type { PolicyDefinition } from "../../policies/types.ts";
import { gatherAdvice } from "../base-advice.ts";
import type { CliContext } from "../context.ts";
import { openAtHand } from "../open-at-hand.ts";
import type { AnalysisRequest } from "../run-analysis.ts";
import { versionOrder } from "../version-order.ts";

export interface PlanRequest {
  readonly analysis: Analysis;
  readonly facts: ImageFacts;
  /** As the image was analysed. */
  readonly request: Omit<AnalysisRequest, "reference">;
  readonly policies: readonly PolicyDefinition[];
  readonly failOn: readonly GateState[];
  /** The base as the user names it; null: as the image tells. */
  readonly namedBase: string | null;
  readonly asOf: AsOf;
}

/** @throws as bases are asked for */
export async function planChanges(context: CliContext, plan: PlanRequest): Promise<ChangePlan> {
  const { analysis, facts, request, namedBase } = plan;
  context.step?.("looking for the cheapest changes");
  const advice = await gatherAdvice(context, analysis, {
    request: {
      ...request,
      policies: null,
      keepsFacts: false,
      // What is seen of other bases is not told of the image.
      ...(request.asOf === undefined ? {} : { asOf: { ...request.asOf, undated: new Set() } }),
    },
    fetches: !context.config.isOffline,
    wants: ["refresh", "update"],
    named: namedBase,
    tag: null,
  });
  const database = openAtHand(context, false);
  try {
    const tryAll = tryer(database, plan);
    const isOwn = ownership(analysis, advice);
    const asIs: BaseVariant = {
      candidate: null,
      facts,
      tried: tryAll(facts, analysis.sbom.distro),
      isOwn,
    };
    const others = [advice.refresh, ...advice.updates].flatMap((candidate) =>
      candidate === null ? [] : variantOf(candidate, facts, { tryAll, isOwn }),
    );
    return await cheapestChanges([asIs, ...others], await judgesOf(context, plan));
  } finally {
    database?.close();
  }
}

type TryAll = (facts: ImageFacts, distro: ImageFacts["distro"]) => readonly TriedPackage[];

function variantOf(
  candidate: BaseCandidate,
  facts: ImageFacts,
  { tryAll, isOwn }: { readonly tryAll: TryAll; readonly isOwn: (pkg: Package) => boolean },
): readonly BaseVariant[] {
  const changed = onBase(facts, candidate);
  if (changed === null) return [];
  const distro = candidate.analysis?.sbom.distro ?? null;
  return [{ candidate, facts: changed, tried: tryAll(changed, distro), isOwn }];
}

/** Every version that an advisory names as a fix, with what is known of it. */
function tryer(database: AdvisoryDatabase | null, { asOf, facts: original }: PlanRequest): TryAll {
  if (database === null) return () => [];
  const then = databaseAsOf(database, asOf, new Set());
  return ({ findings }, distro) => {
    const tried = tryVersions(versionsToTry(findings ?? [], versionOrder), distro, then);
    const contexts = then.findContexts([
      ...new Set(
        tried.flatMap(({ found }) => found.flatMap((each) => [each.vulnerability, ...each.aliases])),
      ),
    ]);
    const decided = new Map(
      [...(original.findings ?? []), ...(findings ?? [])].map((finding) => [keyOf(finding), finding]),
    );
    return tried.map(({ package: pkg, version, as, found }) => ({
      package: pkg,
      version,
      as,
      findings: found.map((finding): FindingFacts => {
        const known = decided.get(keyOf({ package: pkg, vulnerability: finding.vulnerability }));
        // What was decided about the vulnerability in the version at hand is taken to hold in the next.
        if (known !== undefined) return { ...known, package: as };
        const context = [finding.vulnerability, ...finding.aliases].flatMap((id) => contexts.get(id) ?? []);
        return {
          ...finding,
          status: finding.state === "undetermined" ? "undetermined" : "affected",
          statement: null,
          exception: null,
          suppressed: false,
          context: { kev: context.find(({ kev }) => kev !== null)?.kev ?? null, epss: null },
        };
      }),
    }));
  };
}

function keyOf({ package: pkg, vulnerability }: Pick<FindingFacts, "package" | "vulnerability">): string {
  return `${pkg.purl}\n${vulnerability}`;
}

/** What the image brought itself. Where its base's layers are not known, what a distribution packages is taken for the base's. */
function ownership(analysis: Analysis, advice: BaseAdvice): (pkg: Package) => boolean {
  const count = baseLayerCount(advice.chain);
  const own = new Set(
    analysis.sbom.packages
      .filter((pkg) =>
        count === null
          ? !isSystemPackage(pkg)
          : pkg.evidence.length > 0 &&
            pkg.evidence.every(({ layerIndex }) => layerIndex !== null && layerIndex >= count),
      )
      .map(({ purl }) => purl),
  );
  return ({ purl }) => own.has(purl);
}

async function judgesOf(context: CliContext, plan: PlanRequest): Promise<Judges> {
  const { policies, failOn, analysis, request } = plan;
  const { evaluatePolicies } = await import("../../policies/evaluate.ts");
  const { policyTypes } = await import("../../policies/policy-types.ts");
  const { judgeApart } = await import("../../analysis/custom-policies.ts");
  const { policySources } = await import("../policy-sources.ts");
  const { image } = analysis;
  const { evidence } = await policySources(context, {
    options: request.options,
    platform: image.config.platform,
    signers: request.organisation?.signers ?? trustsNobody,
    image,
    policies,
  });
  const apart = { repository: image.repository, ...(evidence === undefined ? {} : { evidence }) };
  const enabled = policies.filter((policy) => policy.enabled);
  const typeOf = ({ type }: PolicyDefinition) => policyTypes.find(({ id }) => id === type);
  const builtIn = enabled.filter((policy) => typeOf(policy)?.judgedApart !== true);
  const ofFindings = builtIn.filter((policy) => typeOf(policy)?.needs.includes("findings") === true);
  return {
    ofFindings: new Set(ofFindings.map(({ id }) => id)),
    all: async (facts) =>
      facts === plan.facts && analysis.verdict !== null
        ? analysis.verdict.results
        : evaluatePolicies(facts, enabled, { outcomes: await judgeApart(facts, enabled, apart) }),
    builtIn: (facts, asked) =>
      evaluatePolicies(
        facts,
        builtIn.filter(({ id }) => asked.has(id)),
      ),
    stops: (result) => stopsGate(result, failOn),
  };
}

/** Whether one result stops a gate that stops for these states. */
export function stopsGate({ status, effect = "block" }: PolicyResult, failOn: readonly GateState[]): boolean {
  if (effect !== "block") return false;
  return status === "not_met" || (status === "no_data" && failOn.includes("no-data"));
}
