/** What polls saw tags name. A tag that names something else than it was seen to name was pushed meanwhile. */
import { sql, type Kysely } from "kysely";
import type { Database } from "../schema.ts";

export interface SeenTag {
  readonly digest: string;
  readonly seenAt: Date;
}

/** By name. */
export async function listSeenTags(
  tx: Kysely<Database>,
  orgId: string,
  repositoryId: string,
): Promise<ReadonlyMap<string, SeenTag>> {
  const rows = await tx
    .selectFrom("seen_tag")
    .where("org_id", "=", orgId)
    .where("repository_id", "=", repositoryId)
    .select(["name", "digest", "seen_at as seenAt"])
    .execute();
  return new Map(rows.map(({ name, ...seen }) => [name, seen]));
}

/** Digests that tags are known to name, by the tag's name. */
export async function listKnownTags(
  tx: Kysely<Database>,
  orgId: string,
  repositoryId: string,
): Promise<ReadonlyMap<string, string>> {
  const rows = await tx
    .selectFrom("tag")
    .where("org_id", "=", orgId)
    .where("repository_id", "=", repositoryId)
    .select(["name", "digest"])
    .execute();
  return new Map(rows.map(({ name, digest }) => [name, digest]));
}

/** Whether that is news: of two workers that see the same, one is told so. */
export async function noteSeenTag(
  tx: Kysely<Database>,
  orgId: string,
  seen: {
    readonly repositoryId: string;
    readonly name: string;
    readonly digest: string;
    readonly at: Date;
  },
): Promise<boolean> {
  const { rows } = await sql`
    insert into seen_tag (org_id, repository_id, name, digest, seen_at)
    values (${orgId}, ${seen.repositoryId}, ${seen.name}, ${seen.digest}, ${seen.at})
    on conflict (org_id, repository_id, name) do update
      set digest = excluded.digest, seen_at = excluded.seen_at
      where seen_tag.digest <> excluded.digest
    returning name`.execute(tx);
  return rows.length > 0;
}

/** Of tags that name what they did: the next poll looks at others first. */
export async function touchSeenTags(
  tx: Kysely<Database>,
  orgId: string,
  repositoryId: string,
  { names, at }: { readonly names: readonly string[]; readonly at: Date },
): Promise<void> {
  if (names.length === 0) return;
  await sql`
    update seen_tag set seen_at = ${at}
    where org_id = ${orgId} and repository_id = ${repositoryId} and name = any (${[...names]}::text[])`.execute(
    tx,
  );
}

/** Of tags that the registry has no more: when one comes back, it is news. */
export async function forgetSeenTags(
  tx: Kysely<Database>,
  orgId: string,
  repositoryId: string,
  names: readonly string[],
): Promise<void> {
  if (names.length === 0) return;
  await sql`
    delete from seen_tag
    where org_id = ${orgId} and repository_id = ${repositoryId} and name = any (${[...names]}::text[])`.execute(
    tx,
  );
}
