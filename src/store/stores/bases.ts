/**
 * Known images as bases: which image of the organisation comes first in another one's layers, and which images are built on one.
 * Only images whose layers' content was compared with their diff IDs have a chain ID and can be a base.
 */
import { sql, type Kysely } from "kysely";
import type { KnownBase } from "../../domain/ports.ts";
import type { Database } from "../schema.ts";

export interface BaseByChain extends KnownBase {
  /** Layers that are the base's. */
  readonly layerCount: number;
}

export interface AskedBase {
  /** Of every prefix of the layers, shortest first. */
  readonly chainIds: readonly string[];
  /** Of every prefix of the build's steps, shortest first; empty: not known. */
  readonly historyIds: readonly string[];
  /** The asked image's own, which is no answer; null: it has none yet. */
  readonly digest: string | null;
  /** Where it is going to be pushed, with the registry's host; null: nowhere, or it is known by its digest. */
  readonly repository: string | null;
}

/**
 * The image with the longest prefix of the layers, or null. Of several the most recently pushed wins.
 *
 * Not an answer is what stands in a repository of the asked image: an earlier build of the same thing shares layers with it and is
 * not what it was built on. An image with all of the layers is one only if the asked one repeats its build and goes on: two builds
 * that differ in a label have the same layers, and neither is the other's base.
 */
export async function findBase(
  tx: Kysely<Database>,
  orgId: string,
  { chainIds, historyIds, digest, repository }: AskedBase,
): Promise<BaseByChain | null> {
  const { rows } = await sql<BaseByChain>`
    with own as (
      select held.repository_id as id from repository_image held
      join image asked on asked.org_id = held.org_id and asked.id = held.image_id
      where asked.org_id = ${orgId} and asked.digest = ${digest}
    )
    select registry.host || '/' || repository.name as name, pushed.tag, held.pushed_digest as digest,
      array_position(${chainIds}::text[], base.chain_id) as "layerCount"
    from image base
    join repository_image held on held.org_id = base.org_id and held.image_id = base.id
    join repository on repository.org_id = held.org_id and repository.id = held.repository_id
    join registry on registry.org_id = repository.org_id and registry.id = repository.registry_id
    left join lateral (
      select push.tag, push.pushed_at, push.id from push
      where push.org_id = held.org_id and push.repository_id = held.repository_id and push.digest = held.pushed_digest
      order by push.tag is null, push.id desc limit 1
    ) pushed on true
    where base.org_id = ${orgId} and base.chain_id = any (${chainIds}::text[]) and base.state = 'analysed'
      and base.digest is distinct from ${digest}
      -- whoever may notify could name any repository; what was found in it decides
      and held.found_at is not null
      and held.repository_id not in (select id from own)
      and registry.host || '/' || repository.name is distinct from ${repository}
      and (base.chain_id <> ${chainIds.at(-1) ?? ""} or base.history_id = any (${historyIds.slice(0, -1)}::text[]))
    order by "layerCount" desc, pushed.tag is null, pushed.pushed_at desc nulls last, pushed.id desc, held.pushed_digest
    limit 1`.execute(tx);
  return rows[0] ?? null;
}

/** Images whose layers begin with those of the base, newest first: whichever was pushed first, they may be judged anew now. */
export async function findBuiltOn(
  tx: Kysely<Database>,
  orgId: string,
  base: { readonly imageId: string; readonly chainId: string },
): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    select image.id from image
    where image.org_id = ${orgId} and image.state = 'analysed' and image.id <> ${base.imageId} and image.id in (
      select layer.image_id from layer where layer.org_id = ${orgId} and layer.chain_id = ${base.chainId}
    )
    order by image.analysed_at desc, image.id
    limit ${BUILT_ON_MAX}`.execute(tx);
  return rows.map(({ id }) => id);
}

/** Older ones are judged with the daily evaluation, where they count. */
const BUILT_ON_MAX = 2000;

/** Images whose base was taken by this tag: it may have moved on. `repository` with its host. */
export async function findBasedOnTag(
  tx: Kysely<Database>,
  orgId: string,
  base: { readonly repository: string; readonly tag: string },
): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from image
    where org_id = ${orgId} and state = 'analysed'
      and base ->> 'name' = ${base.repository} and base ->> 'tag' = ${base.tag}
    order by analysed_at desc, id
    limit ${BUILT_ON_MAX}`.execute(tx);
  return rows.map(({ id }) => id);
}

/** What a tag of an enabled repository names, as its registry told; null: nobody told. `repository` with its host. */
export async function findTagDigest(
  tx: Kysely<Database>,
  orgId: string,
  repository: string,
  tag: string,
): Promise<string | null> {
  const { rows } = await sql<{ digest: string }>`
    select tag.digest from tag
    join repository on repository.org_id = tag.org_id and repository.id = tag.repository_id
    join registry on registry.org_id = repository.org_id and registry.id = repository.registry_id
    where tag.org_id = ${orgId} and tag.name = ${tag} and repository.enabled
      and registry.host || '/' || repository.name = ${repository}`.execute(tx);
  return rows[0]?.digest ?? null;
}
