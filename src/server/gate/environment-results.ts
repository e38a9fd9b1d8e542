/**
 * Which results of policies count for an environment. An evaluation holds those of the environments that the image is recorded in;
 * asked for another one, its own policies are evaluated by a worker first, and their results stand beside the evaluation.
 */
import { isInScope } from "../../domain/policy-scope.ts";
import type { StoreTransaction } from "../../store/connect.ts";
import type { StoredResult } from "../../store/schema.ts";
import { findForeseen } from "../../store/stores/foreseen-verdicts.ts";
import {
  findPlaces,
  listPoliciesInForce,
  type StoredEvaluation,
} from "../../store/views/evaluation-sources.ts";

export interface AskedEnvironment {
  /** uuid */
  readonly id: string;
  readonly name: string;
}

export interface CountedResults {
  readonly results: readonly StoredResult[];
  /** Milliseconds since 1970. */
  readonly goodUntil: number;
  /** Some policies of the environment have not been evaluated on it, or not lately. */
  readonly isUnforeseen: boolean;
}

export interface ResultsContext {
  readonly orgId: string;
  readonly imageId: string;
  /** Null: wherever it runs, so all results count. */
  readonly environment: AskedEnvironment | null;
  readonly now: Date;
}

/** @throws what the store throws */
export async function resultsFor(
  tx: StoreTransaction,
  { orgId, imageId, environment, now }: ResultsContext,
  evaluation: StoredEvaluation,
): Promise<CountedResults> {
  const { results } = evaluation;
  if (environment === null) return { results, goodUntil: Infinity, isUnforeseen: false };
  const { name } = environment;
  const inForce = await listPoliciesInForce(tx, orgId);
  const scopes = new Map(inForce.map(({ id, environments }) => [id, environments]));
  const own = results.filter(({ policyId }) => {
    const environments = scopes.get(policyId) ?? [];
    return environments.length === 0 || environments.includes(name);
  });
  const scoped = inForce.filter(
    ({ id, environments }) => environments.includes(name) && !results.some(({ policyId }) => policyId === id),
  );
  if (scoped.length === 0) return { results: own, goodUntil: Infinity, isUnforeseen: false };
  const repositories = (await findPlaces(tx, orgId, imageId)).map(({ repository }) => repository);
  const missing = scoped.filter((policy) => isInScope(policy, { repositories, environments: [name] }));
  if (missing.length === 0) return { results: own, goodUntil: Infinity, isUnforeseen: false };
  const foreseen = await findForeseen(tx, { orgId, imageId, environmentId: environment.id });
  const goodUntil = foreseen === null ? 0 : foreseen.foreseenAt.getTime() + FORESEEN_MS;
  const said = missing.flatMap(
    ({ id, version }) =>
      foreseen?.results.find(({ policyId, policyVersion }) => policyId === id && policyVersion === version) ??
      [],
  );
  const isCurrent =
    foreseen?.evaluationId === evaluation.id && goodUntil > now.getTime() && said.length === missing.length;
  if (!isCurrent) return { results: own, goodUntil: Infinity, isUnforeseen: true };
  return { results: [...own, ...said], goodUntil, isUnforeseen: false };
}

/** What was foreseen is looked at again after that, for policies that count days turn without anything having changed. */
const FORESEEN_MS = 60 * 60_000;
