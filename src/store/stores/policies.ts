/**
 * Writes of policies. A policy is a row that says which of its versions is the newest; what it demands stands in the versions,
 * which are only ever added, so that a verdict of last year still names what it was judged by.
 */
import { sql, type Kysely, type Selectable } from "kysely";
import type { PolicyEffect } from "../../domain/verdict-history.ts";
import type { Database } from "../schema.ts";

/** What one version of a policy demands. */
export interface PolicyContent {
  readonly title: string;
  readonly description: string;
  /** Input of the type's option schema. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Points; 0: not scored. */
  readonly weight: number;
  readonly effect: PolicyEffect;
  readonly enabled: boolean;
  /** See `src/domain/policy-scope.ts`. */
  readonly scope: { readonly repositories: readonly string[]; readonly environments: readonly string[] };
}

/** A policy as it stands: its newest version. */
export interface StoredPolicy extends PolicyContent {
  readonly id: string;
  readonly type: string;
  readonly preset: string | null;
  readonly version: number;
  readonly changedAt: Date;
  readonly changedBy: string;
}

/** A policy that new organisations begin with: `builtInPolicies` of `src/policies/definitions.ts`. */
export interface SeedPolicy {
  readonly id: string;
  readonly title: string;
  readonly type: string;
  readonly weight: number;
  readonly enabled: boolean;
  readonly config: Readonly<Record<string, unknown>>;
}

/** Gives an organisation its first policies, each with the effect `block` and for everything. `by`: name for the versions. */
export async function seedPolicies(
  tx: Kysely<Database>,
  orgId: string,
  by: string,
  definitions: readonly SeedPolicy[],
): Promise<void> {
  for (const { id: preset, type, title, weight, enabled, config } of definitions) {
    const scope = { repositories: [], environments: [] };
    const content: PolicyContent = {
      title,
      description: "",
      config,
      weight,
      effect: "block",
      enabled,
      scope,
    };
    await insertPolicy(tx, orgId, { type, preset }, content, by);
  }
}

/** A new policy in its first version. Returns its id. */
export async function insertPolicy(
  tx: Kysely<Database>,
  orgId: string,
  { type, preset }: { readonly type: string; readonly preset: string | null },
  content: PolicyContent,
  by: string,
): Promise<string> {
  const { id } = await tx
    .insertInto("policy")
    .values({ org_id: orgId, type, preset, deleted_at: null })
    .returning("id")
    .executeTakeFirstOrThrow();
  await insertVersion(tx, { orgId, id, version: 1 }, content, by);
  return id;
}

/**
 * The next version of a policy, if `version` is the newest: of two changes of the same version one is made. Returns whether it
 * was; a deleted policy is never changed.
 */
export async function changePolicy(
  tx: Kysely<Database>,
  orgId: string,
  { id, version }: { readonly id: string; readonly version: number },
  content: PolicyContent,
  by: string,
): Promise<boolean> {
  const changed = await tx
    .updateTable("policy")
    .set({ version: version + 1 })
    .where("org_id", "=", orgId)
    .where("id", "=", id)
    .where("version", "=", version)
    .where("deleted_at", "is", null)
    .returning("id")
    .executeTakeFirst();
  if (changed === undefined) return false;
  await insertVersion(tx, { orgId, id, version: version + 1 }, content, by);
  return true;
}

/** Takes a policy out of use; versions and results stay. Returns false when it was deleted before. */
export async function deletePolicy(tx: Kysely<Database>, orgId: string, id: string): Promise<boolean> {
  const deleted = await tx
    .updateTable("policy")
    .set({ deleted_at: sql<Date>`now()` })
    .where("org_id", "=", orgId)
    .where("id", "=", id)
    .where("deleted_at", "is", null)
    .returning("id")
    .executeTakeFirst();
  return deleted !== undefined;
}

/** The policy that is to be changed, its row held until the transaction ends; null: not there, deleted, or not theirs. */
export async function lockPolicy(
  tx: Kysely<Database>,
  orgId: string,
  id: string,
): Promise<StoredPolicy | null> {
  const policy = await tx
    .selectFrom("policy")
    .selectAll()
    .where("org_id", "=", orgId)
    .where("id", "=", id)
    .where("deleted_at", "is", null)
    .forUpdate()
    .executeTakeFirst();
  if (policy === undefined) return null;
  const newest = await tx
    .selectFrom("policy_version")
    .selectAll()
    .where("org_id", "=", orgId)
    .where("policy_id", "=", id)
    .where("version", "=", policy.version)
    .executeTakeFirstOrThrow();
  return { id, type: policy.type, preset: policy.preset, version: policy.version, ...toContent(newest) };
}

/** Number of policies of an organisation, deleted ones left out. */
export async function countPolicies(tx: Kysely<Database>, orgId: string): Promise<number> {
  const { count } = await tx
    .selectFrom("policy")
    .select((each) => each.fn.countAll<number>().as("count"))
    .where("org_id", "=", orgId)
    .where("deleted_at", "is", null)
    .executeTakeFirstOrThrow();
  return count;
}

async function insertVersion(
  tx: Kysely<Database>,
  { orgId, id, version }: { readonly orgId: string; readonly id: string; readonly version: number },
  content: PolicyContent,
  by: string,
): Promise<void> {
  await tx
    .insertInto("policy_version")
    .values({
      org_id: orgId,
      policy_id: id,
      version,
      title: content.title,
      description: content.description,
      config: JSON.stringify(content.config),
      weight: content.weight,
      effect: content.effect,
      enabled: content.enabled,
      scope_repositories: [...content.scope.repositories],
      scope_environments: [...content.scope.environments],
      created_by: by,
    })
    .execute();
}

function toContent(
  row: Selectable<Database["policy_version"]>,
): PolicyContent & Pick<StoredPolicy, "changedAt" | "changedBy"> {
  return {
    title: row.title,
    description: row.description,
    config: row.config,
    weight: row.weight,
    effect: row.effect,
    enabled: row.enabled,
    scope: { repositories: row.scope_repositories, environments: row.scope_environments },
    changedAt: row.created_at,
    changedBy: row.created_by,
  };
}
