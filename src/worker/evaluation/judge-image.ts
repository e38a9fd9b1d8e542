/** Steps 6 to 8 of the line on what is stored: decisions applied, policies evaluated, the verdict given. */
import { repositoriesOf, type Exception } from "../../domain/exception.ts";
import type { Finding } from "../../domain/finding.ts";
import type { BaseImageFacts, FindingFacts, PolicyResult, Verdict } from "../../domain/policy.ts";
import type { TagResolver } from "../../domain/ports.ts";
import { PlimsollError } from "../../domain/error.ts";
import { printable } from "../../domain/problem.ts";
import { describeDatabase } from "../../analysis/database-state.ts";
import { matchSubjects } from "../../analysis/match-packages.ts";
import { reassess } from "../../analysis/reassess.ts";
import { outsideNeeds, readOptions } from "../../policies/policy-types.ts";
import type { PolicyDefinition } from "../../policies/types.ts";
import { judge } from "../../policies/verdict.ts";
import { findBase } from "../../store/stores/bases.ts";
import { canonicalRepository } from "../../vex/shared/image-identity.ts";
import type { WorkerContext } from "../context.ts";
import type { EvaluationSources } from "./load-sources.ts";
import { baseSupport, qualityGates } from "./policy-sources.ts";

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

export interface JudgeOptions {
  readonly orgId: string;
  readonly now: Date;
  readonly resolveTag: TagResolver;
}

/** Writes nothing. A policy whose options cannot be read any more has no data, and the others are judged. */
export async function judgeImage(
  { store, config }: Pick<WorkerContext, "store" | "config">,
  sources: EvaluationSources,
  { orgId, now, resolveTag }: JudgeOptions,
): Promise<Judgement> {
  const { document, places, contexts, statements, image } = sources;
  const findings = findingsOf(sources);
  const isKnown = findings !== null && sources.database !== null;
  const { usable, broken } = sortPolicies(sources);
  const needs = outsideNeeds(usable);
  let layerCount = 0;
  const assessed = await reassess({
    ...document,
    image: { ...document.image, repository: places[0]?.repository ?? null, tag: places[0]?.tag ?? null },
    findings: isKnown ? findings : null,
    database:
      isKnown && sources.database !== null
        ? describeDatabase(sources.database, matchSubjects(document.sbom.packages, document.sbom.distro), {
            now,
            ageHoursMax: config.databaseAgeHoursMax,
          })
        : null,
    findContexts: isKnown ? () => contexts : null,
    // What the organisation keeps it has taken as its own; what anybody could have written is told as a proposal.
    statements: statements.map((statement) => ({ tier: "approved", origin: "organisation", ...statement })),
    tierMin: "approved",
    trustsAuthor: null,
    exceptions: exceptionsAbout(sources),
    policies: usable,
    debugPolicies: false,
    resolveTag,
    findBaseByLayers: async (chainIds, { historyIds }) => {
      const asked = { chainIds, historyIds, digest: image.digest, repository: null };
      const base = await findBase(store.engine, orgId, asked);
      layerCount = base?.layerCount ?? 0;
      return base === null ? null : { name: base.name, tag: base.tag, digest: base.digest, layerCount };
    },
    acceptsUnsignedProvenance: false,
    examination: document.examined === undefined ? { reason: NOT_LOOKED_INTO } : { value: document.examined },
    ...(needs.qualityGate ? { qualityGates: qualityGates(config) } : {}),
    ...(needs.baseSupport ? { findBaseSupport: baseSupport(config.supportedTags ?? []) } : {}),
    usesReachability: config.usesReachability ?? true,
    now,
  });
  const facts = assessed.baseImage;
  return {
    findings: assessed.findings,
    verdict: judge(inOrder(sources, [...(assessed.verdict?.results ?? []), ...broken])),
    base: {
      facts,
      reason: assessed.baseImageReason,
      layerCount: facts?.evidence === "layers" ? layerCount : 0,
    },
  };
}

const NOT_LOOKED_INTO =
  "the image was analysed before a policy asked for it to be searched: have it analysed again";

/** Null: at least one package was never compared with any database. */
function findingsOf({ document, findings }: EvaluationSources): readonly Finding[] | null {
  if (!findings.isMatched) return null;
  return document.sbom.packages.flatMap((pkg, position) => {
    const id = findings.positions.get(position);
    const stored = id === undefined ? [] : (findings.findings.get(id) ?? []);
    return stored.map((finding) => ({ ...finding, package: pkg }));
  });
}

/**
 * An image may stand in several repositories and indexes, and has one verdict: an exception about one of them is about the image.
 * Those that have ended are left out by their time.
 */
function exceptionsAbout({ exceptions, places, image }: EvaluationSources): readonly Exception[] {
  const repositories = new Set(places.map(({ repository }) => canonicalRepository(repository)));
  const digests = new Set([image.digest, ...places.map(({ pushedDigest }) => pushedDigest)]);
  return exceptions
    .filter(({ state, scope }) => {
      const named = repositoriesOf(scope);
      const isHere =
        (named.length === 0 && scope.repositories === undefined) ||
        named.some((name) => repositories.has(canonicalRepository(name)));
      return state === "approved" && isHere && (scope.digest === null || digests.has(scope.digest));
    })
    .map((exception) => ({
      ...exception,
      scope: { repository: null, digest: null, purl: exception.scope.purl },
    }));
}

/** A policy whose type is gone, or whose options it refuses, has no data; the others are judged all the same. */
function sortPolicies({ policies }: EvaluationSources): {
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
      broken.push({
        policy: id,
        type,
        title,
        status: "no_data",
        reason,
        deviations: [],
        weight,
        lost: weight,
        debug: [],
      });
    }
  }
  return { usable, broken };
}

function inOrder({ policies }: EvaluationSources, results: readonly PolicyResult[]): readonly PolicyResult[] {
  const byId = new Map(results.map((result) => [result.policy, result]));
  return policies.flatMap(({ id }) => byId.get(id) ?? []);
}
