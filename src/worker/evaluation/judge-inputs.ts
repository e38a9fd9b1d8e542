/** Steps 6 to 8 of the line on a value: decisions applied, policies evaluated, the verdict given. Asks nothing but its ports. */
import type { Finding } from "../../domain/finding.ts";
import type { BaseImageFacts, FindingFacts, PolicyResult, Verdict } from "../../domain/policy.ts";
import { PlimsollError } from "../../domain/error.ts";
import { printable } from "../../domain/problem.ts";
import { describeDatabase } from "../../analysis/database-state.ts";
import { matchSubjects } from "../../analysis/match-packages.ts";
import { reassess } from "../../analysis/reassess.ts";
import { outsideNeeds, readOptions } from "../../policies/policy-types.ts";
import type { PolicyDefinition } from "../../policies/types.ts";
import { judge } from "../../policies/verdict.ts";
import type { JudgedInputs } from "./judged-inputs.ts";
import type { JudgingPorts } from "./judging-ports.ts";

export interface Judgement {
  /** Null: the packages were not all compared with a vulnerability database. */
  readonly findings: readonly FindingFacts[] | null;
  readonly verdict: Verdict;
  readonly base: {
    readonly facts: BaseImageFacts | null;
    readonly reason: string | null;
    /** Layers that are the base's; 0: it is not proven by its layers. */
    readonly layerCount: number;
  };
}

/** The same for the same inputs and answers. A policy whose options cannot be read any more has no data, and the others are judged. */
export async function judgeInputs(inputs: JudgedInputs, ports: JudgingPorts): Promise<Judgement> {
  const { document, place, contexts, statements, exceptions, settings, now } = inputs;
  const { usable, broken } = sortPolicies(inputs);
  const needs = outsideNeeds(usable);
  let layerCount = 0;
  const assessed = await reassess({
    ...document,
    image: { ...document.image, repository: place?.repository ?? null, tag: place?.tag ?? null },
    ...findingsOf(inputs),
    findContexts: inputs.findings === null ? null : () => contexts,
    // What the organisation keeps it has taken as its own; what anybody could have written is told as a proposal.
    statements: statements.map((statement) => ({ tier: "approved", origin: "organisation", ...statement })),
    tierMin: "approved",
    trustsAuthor: null,
    exceptions,
    policies: usable,
    debugPolicies: false,
    resolveTag: ports.resolveTag,
    findBaseByLayers: async (...question) => {
      const base = await ports.findBaseByLayers(...question);
      layerCount = base?.layerCount ?? 0;
      return base;
    },
    acceptsUnsignedProvenance: false,
    examination: document.examined === undefined ? { reason: NOT_LOOKED_INTO } : { value: document.examined },
    ...(needs.qualityGate ? { qualityGates: ports.qualityGates } : {}),
    ...(needs.baseSupport ? { findBaseSupport: ports.findBaseSupport } : {}),
    usesReachability: settings.usesReachability,
    now,
  });
  const facts = assessed.baseImage;
  return {
    findings: assessed.findings,
    verdict: judge(inOrder(inputs, [...(assessed.verdict?.results ?? []), ...broken])),
    base: {
      facts,
      reason: assessed.baseImageReason,
      layerCount: facts?.evidence === "layers" ? layerCount : 0,
    },
  };
}

const NOT_LOOKED_INTO =
  "the image was analysed before a policy asked for it to be searched: have it analysed again";

function findingsOf({ document: { sbom }, findings, database, settings, now }: JudgedInputs) {
  if (findings === null || database === null) return { findings: null, database: null };
  const found = sbom.packages.flatMap((pkg, position): readonly Finding[] =>
    (findings[position] ?? []).map((finding) => ({ ...finding, package: pkg })),
  );
  const { databaseAgeHoursMax: ageHoursMax } = settings;
  const subjects = matchSubjects(sbom.packages, sbom.distro);
  return { findings: found, database: describeDatabase(database, subjects, { now, ageHoursMax }) };
}

/** A policy whose type is gone, or whose options it refuses, has no data; the others are judged all the same. */
function sortPolicies({ policies }: JudgedInputs): {
  readonly usable: readonly PolicyDefinition[];
  readonly broken: readonly PolicyResult[];
} {
  const usable: PolicyDefinition[] = [];
  const broken: PolicyResult[] = [];
  for (const { id, title, type, weight, config } of policies) {
    try {
      readOptions({ type, config }, title);
      usable.push({ id, title, type, weight, config, enabled: true });
    } catch (error) {
      if (!(error instanceof PlimsollError)) throw error;
      const reason = `the policy cannot be used: ${printable(error.message)}`;
      const none = { status: "no_data", reason, deviations: [], debug: [] } as const;
      broken.push({ policy: id, type, title, ...none, weight, lost: weight });
    }
  }
  return { usable, broken };
}

function inOrder({ policies }: JudgedInputs, results: readonly PolicyResult[]): readonly PolicyResult[] {
  const byId = new Map(results.map((result) => [result.policy, result]));
  return policies.flatMap(({ id }) => byId.get(id) ?? []);
}
