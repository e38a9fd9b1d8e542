/** The Policies page: each policy as it stands, and how many of the images that count meet it. */
import { sql, type Kysely } from "kysely";
import type { PolicyEffect } from "../../domain/verdict-history.ts";
import type { Database } from "../schema.ts";
import type { StoredPolicy } from "../stores/policies.ts";
import { judgements } from "./policy-judgements.ts";

export interface PolicyRow extends StoredPolicy {
  /** Over the images that count and are in its scope; all zero while it is disabled. */
  readonly compliance: {
    readonly met: number;
    readonly notMet: number;
    readonly noData: number;
    readonly waiting: number;
  };
}

/** In the order of results: the heaviest first. */
export async function listPolicies(tx: Kysely<Database>, orgId: string): Promise<PolicyRow[]> {
  return readPolicies(tx, orgId, null);
}

/** Null: not there, deleted, or not theirs. */
export async function findPolicy(tx: Kysely<Database>, orgId: string, id: string): Promise<PolicyRow | null> {
  const [found] = await readPolicies(tx, orgId, id);
  return found ?? null;
}

async function readPolicies(tx: Kysely<Database>, orgId: string, id: string | null): Promise<PolicyRow[]> {
  const { rows } = await sql<PolicyColumns>`
    select policy.id, policy.type, policy.preset, policy.version,
      version.title, version.description, version.config, version.weight, version.effect, version.enabled,
      version.scope_repositories as repositories, version.scope_environments as environments,
      version.created_at as "changedAt", version.created_by as "changedBy",
      coalesce(counts.met, 0) as met, coalesce(counts.not_met, 0) as "notMet",
      coalesce(counts.no_data, 0) as "noData", coalesce(counts.waiting, 0) as waiting
    from policy
    join policy_version version
      on version.org_id = policy.org_id and version.policy_id = policy.id and version.version = policy.version
    left join (
      select policy_id, count(*) filter (where judged = 'met') as met,
        count(*) filter (where judged = 'not_met') as not_met,
        count(*) filter (where judged in ('no_data', 'failed')) as no_data,
        count(*) filter (where judged = 'waiting') as waiting
      from ${judgements(tx, orgId, id)} judgement group by policy_id
    ) counts on counts.policy_id = policy.id
    where policy.org_id = ${orgId} and policy.deleted_at is null and (${id}::uuid is null or policy.id = ${id}::uuid)
    order by version.weight desc, version.title collate "C", policy.id`.execute(tx);
  return rows.map(({ repositories, environments, met, notMet, noData, waiting, ...policy }) => ({
    ...policy,
    scope: { repositories, environments },
    compliance: { met, notMet, noData, waiting },
  }));
}

interface PolicyColumns extends Omit<StoredPolicy, "scope"> {
  readonly repositories: readonly string[];
  readonly environments: readonly string[];
  readonly met: number;
  readonly notMet: number;
  readonly noData: number;
  readonly waiting: number;
}

export interface PolicyVersionRow {
  readonly version: number;
  readonly title: string;
  readonly description: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly weight: number;
  readonly effect: PolicyEffect;
  readonly enabled: boolean;
  readonly repositories: readonly string[];
  readonly environments: readonly string[];
  readonly createdBy: string;
  readonly createdAt: Date;
}

/** The versions of a policy, the newest first, at most 500; of a deleted one too. Empty: not there, or not theirs. */
export async function listPolicyVersions(
  tx: Kysely<Database>,
  orgId: string,
  id: string,
): Promise<PolicyVersionRow[]> {
  return tx
    .selectFrom("policy_version")
    .select(["version", "title", "description", "config", "weight", "effect", "enabled"])
    .select(["scope_repositories as repositories", "scope_environments as environments"])
    .select(["created_by as createdBy", "created_at as createdAt"])
    .where("org_id", "=", orgId)
    .where("policy_id", "=", id)
    .orderBy("version", "desc")
    .limit(VERSIONS_MAX)
    .execute();
}

const VERSIONS_MAX = 500;

/** Those of the names that no environment of the organisation has. */
export async function findUnknownEnvironments(
  tx: Kysely<Database>,
  orgId: string,
  names: readonly string[],
): Promise<readonly string[]> {
  if (names.length === 0) return [];
  const known = await tx
    .selectFrom("environment")
    .select("name")
    .where("org_id", "=", orgId)
    .where("name", "in", names)
    .execute();
  return names.filter((name) => !known.some((row) => row.name === name));
}
