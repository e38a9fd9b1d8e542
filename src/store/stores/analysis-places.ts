/** Where an analysis gets its image: the repository and how its registry is spoken to. */
import { sql, type Kysely } from "kysely";
import type { Database } from "../schema.ts";
import { uploadsHost } from "./uploads.ts";

export interface AnalysisPlace {
  readonly repositoryId: string;
  /** `acme/my-app` */
  readonly name: string;
  readonly registryId: string;
  /** `registry.example.com` */
  readonly host: string;
  readonly insecure: boolean;
  readonly username: string | null;
  readonly passwordSealed: Buffer | null;
}

/** Null: the repository is not there, or not enabled any more. */
export async function findAnalysisPlace(
  tx: Kysely<Database>,
  orgId: string,
  repositoryId: string,
): Promise<AnalysisPlace | null> {
  const [place] = await listPlaces(tx, orgId, sql<boolean>`repository.id = ${repositoryId}`);
  return place ?? null;
}

/** The registry of this host, for a repository of it that need not be known; null: it is not one of the organisation's. */
export async function findOwnRegistry(
  tx: Kysely<Database>,
  orgId: string,
  host: string,
): Promise<Omit<AnalysisPlace, "repositoryId" | "name"> | null> {
  const row = await tx
    .selectFrom("registry")
    .where("org_id", "=", orgId)
    .where("host", "=", host)
    .select(["id as registryId", "host", "insecure", "username", "password_sealed as passwordSealed"])
    .executeTakeFirst();
  return row ?? null;
}

/** Other enabled repositories that the digest was said to be pushed to, and that no worker has looked into yet. */
export async function findUnconfirmedPlaces(
  tx: Kysely<Database>,
  orgId: string,
  digest: string,
): Promise<readonly AnalysisPlace[]> {
  return listPlaces(
    tx,
    orgId,
    sql<boolean>`repository.id in (
      select push.repository_id from push where push.org_id = ${orgId} and push.digest = ${digest}
    ) and not exists (
      select from repository_image held
      where held.org_id = ${orgId} and held.repository_id = repository.id and held.pushed_digest = ${digest}
        and held.found_at is not null
    )`,
  );
}

async function listPlaces(
  tx: Kysely<Database>,
  orgId: string,
  condition: ReturnType<typeof sql<boolean>>,
): Promise<readonly AnalysisPlace[]> {
  return tx
    .selectFrom("repository")
    .innerJoin("registry", (join) =>
      join
        .onRef("registry.org_id", "=", "repository.org_id")
        .onRef("registry.id", "=", "repository.registry_id"),
    )
    .where("repository.org_id", "=", orgId)
    .where("repository.enabled", "=", true)
    .where(condition)
    .select([
      "repository.id as repositoryId",
      "repository.name",
      "registry.id as registryId",
      "registry.host",
      "registry.insecure",
      "registry.username",
      "registry.password_sealed as passwordSealed",
    ])
    .orderBy("repository.id")
    .limit(PLACES_MAX)
    .execute();
}

/** Of one digest; the rest is looked into with the next push. */
const PLACES_MAX = 50;

/** Digest that the tag is known to name; null: it is not known. */
export async function findKnownTag(
  tx: Kysely<Database>,
  orgId: string,
  repositoryId: string,
  tag: string,
): Promise<string | null> {
  const row = await tx
    .selectFrom("tag")
    .select("digest")
    .where("org_id", "=", orgId)
    .where("repository_id", "=", repositoryId)
    .where("name", "=", tag)
    .executeTakeFirst();
  return row?.digest ?? null;
}

/** Tags of enabled repositories that are known to name the digest, those that moved last first. */
export async function findTagsNaming(
  tx: Kysely<Database>,
  orgId: string,
  digest: string,
): Promise<readonly (AnalysisPlace & { readonly tag: string })[]> {
  const { rows } = await sql<AnalysisPlace & { readonly tag: string }>`
    select tag.name as tag, repository.id as "repositoryId", repository.name, registry.id as "registryId", registry.host,
      registry.insecure, registry.username, registry.password_sealed as "passwordSealed"
    from tag
    join repository on repository.org_id = tag.org_id and repository.id = tag.repository_id
    join registry on registry.org_id = repository.org_id and registry.id = repository.registry_id
    where tag.org_id = ${orgId} and tag.digest = ${digest} and repository.enabled and registry.host <> ${uploadsHost}
    order by tag.pushed_at desc, repository.id, tag.name limit ${PLACES_MAX}`.execute(tx);
  return rows;
}

/** Why a push could not be analysed before any image of it was known; null: it can be. */
export async function recordPushFailure(
  tx: Kysely<Database>,
  orgId: string,
  pushed: { readonly repositoryId: string; readonly digest: string },
  failure: { readonly code: string; readonly message: string } | null,
): Promise<void> {
  await tx
    .updateTable("push")
    .set({ failure_code: failure?.code ?? null, failure_message: failure?.message ?? null })
    .where("org_id", "=", orgId)
    .where("repository_id", "=", pushed.repositoryId)
    .where("digest", "=", pushed.digest)
    .where(sql<boolean>`failure_code is distinct from ${failure?.code ?? null}`)
    .execute();
}

/** Images of a pushed digest that are waiting for their analysis. */
export async function findWaitingImages(
  tx: Kysely<Database>,
  orgId: string,
  digest: string,
): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from image
    where org_id = ${orgId} and state in ('queued', 'analysing') and (
      digest = ${digest} or id in (
        select image_id from repository_image where org_id = ${orgId} and pushed_digest = ${digest}
      )
    ) order by id`.execute(tx);
  return rows.map(({ id }) => id);
}
