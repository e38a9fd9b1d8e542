/** Writes of registries: how each is spoken to, and whether its notifications come. */
import { sql, type Kysely, type Selectable } from "kysely";
import type { Database, StoredProductSettings } from "../schema.ts";

export type RegistryRow = Selectable<Database["registry"]>;

export interface NewRegistry {
  /** uuid, chosen by the caller: the password is sealed for it. */
  readonly id: string;
  /** Plug-in of `src/registries`. */
  readonly kind: string;
  /** As in references; see `canonicalHost`. */
  readonly host: string;
  readonly insecure: boolean;
  readonly username: string | null;
  readonly passwordSealed: Buffer | null;
  readonly settings?: StoredProductSettings;
  /** Glob of repositories that are enabled when they are listed; null: none. */
  readonly enablePattern?: string | null;
  /** Null: it is not polled. */
  readonly pollSeconds?: number | null;
}

/** What may change of a registry. */
export type RegistryUpdate = Partial<Omit<NewRegistry, "id" | "kind" | "host">> & {
  readonly hookKeySealed?: Buffer | null;
};

/** Null when the organisation has a registry with this host. */
export async function insertRegistry(
  tx: Kysely<Database>,
  orgId: string,
  { id, kind, host, ...content }: NewRegistry,
): Promise<RegistryRow | null> {
  const row = await tx
    .insertInto("registry")
    .values({ org_id: orgId, id, kind, host, ...toColumns(content) })
    .onConflict((conflict) => conflict.columns(["org_id", "host"]).doNothing())
    .returningAll()
    .executeTakeFirst();
  return row ?? null;
}

/** What is undefined stays. Null when it is not there or not theirs. */
export async function changeRegistry(
  tx: Kysely<Database>,
  orgId: string,
  id: string,
  change: RegistryUpdate,
): Promise<RegistryRow | null> {
  const row = await tx
    .updateTable("registry")
    .set({
      // A registry that is spoken to in another way is in no error until it fails again.
      failure: null,
      sign_in_failure: null,
      poll_failure: null,
      poll_failures: 0,
      list_failure: null,
      ...toColumns(change),
    })
    .where("org_id", "=", orgId)
    .where("id", "=", id)
    .returningAll()
    .executeTakeFirst();
  return row ?? null;
}

/** What is undefined is left out. A registry that is polled from now on is due at once. */
function toColumns(content: RegistryUpdate) {
  const { insecure, username, passwordSealed, settings, enablePattern, pollSeconds, hookKeySealed } = content;
  return {
    ...(insecure === undefined ? {} : { insecure }),
    ...(username === undefined ? {} : { username }),
    ...(passwordSealed === undefined ? {} : { password_sealed: passwordSealed }),
    ...(settings === undefined ? {} : { settings: JSON.stringify(settings) }),
    ...(enablePattern === undefined ? {} : { enable_pattern: enablePattern }),
    ...(hookKeySealed === undefined ? {} : { hook_key_sealed: hookKeySealed }),
    ...(pollSeconds === undefined
      ? {}
      : { poll_seconds: pollSeconds, next_poll_at: pollSeconds === null ? null : sql<Date>`now()` }),
  };
}

/**
 * Forgets a registry with its repositories, their tags and pushes. What is known of the images stays. Null when it is not there or
 * not theirs; else how many repositories it had.
 */
export async function deleteRegistry(
  tx: Kysely<Database>,
  orgId: string,
  id: string,
): Promise<{ readonly host: string; readonly repositoryCount: number } | null> {
  const { rows } = await sql<{ host: string; repositoryCount: number }>`
    delete from registry g where g.org_id = ${orgId} and g.id = ${id}
    returning g.host, (
      select count(*) from repository r where r.org_id = g.org_id and r.registry_id = g.id
    ) as "repositoryCount"`.execute(tx);
  return rows[0] ?? null;
}

/** Null: not there, or not theirs. */
export async function findRegistry(
  tx: Kysely<Database>,
  orgId: string,
  id: string,
): Promise<RegistryRow | null> {
  const row = await tx
    .selectFrom("registry")
    .selectAll()
    .where("org_id", "=", orgId)
    .where("id", "=", id)
    .executeTakeFirst();
  return row ?? null;
}

/** By host; the organisation's registries are few. */
export async function listRegistries(tx: Kysely<Database>, orgId: string): Promise<readonly RegistryRow[]> {
  return tx.selectFrom("registry").selectAll().where("org_id", "=", orgId).orderBy("host").execute();
}

/** Whether the registry lets workers in: why it does not, or null. Written where it differs. */
export async function recordSignIn(
  tx: Kysely<Database>,
  orgId: string,
  id: string,
  failure: string | null,
): Promise<void> {
  await tx
    .updateTable("registry")
    .set({ sign_in_failure: failure })
    .where("org_id", "=", orgId)
    .where("id", "=", id)
    .where(sql<boolean>`sign_in_failure is distinct from ${failure}`)
    .execute();
}

/**
 * A notification has come. `failure`: what of it was not understood, or null. Written at most once a minute while nothing changes,
 * so that pushes at the same time do not wait for each other's row. Returns whether it was the first.
 */
export async function markNotified(
  tx: Kysely<Database>,
  orgId: string,
  id: string,
  { at, failure }: { readonly at: Date; readonly failure: string | null },
): Promise<boolean> {
  const { rows } = await sql<{ first: boolean }>`
    with before as (
      select notified_at from registry where org_id = ${orgId} and id = ${id}
    )
    update registry set notified_at = ${at}, failure = ${failure}
    from before
    where registry.org_id = ${orgId} and registry.id = ${id}
      and (registry.notified_at is null or registry.notified_at < ${at}::timestamptz - interval '1 minute'
        or registry.failure is distinct from ${failure})
    returning before.notified_at is null as first`.execute(tx);
  return rows[0]?.first === true;
}
