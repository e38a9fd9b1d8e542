/**
 * What is known of a pushed digest or tag of one repository, for gates and the command line: the images that it stands for with
 * what a gate looks at, or that nothing is known yet.
 */
import { sql, type Kysely } from "kysely";
import type { PolicyStatus } from "../../domain/policy.ts";
import type { Database } from "../schema.ts";
import { findKnownTag } from "../stores/analysis-places.ts";
import { stateInPlace } from "./image-list-worst.ts";

export interface PushedImage {
  readonly id: string;
  readonly platform: string | null;
  /** `queued` too where it is only said to stand in this repository. */
  readonly state: Database["image"]["state"];
  readonly failureCode: string | null;
  readonly failureMessage: string | null;
  readonly completeness: Database["image"]["completeness"];
  readonly verification: Database["image"]["verification"];
  /** Null: not judged, or outdated. */
  readonly evaluationId: string | null;
  readonly status: PolicyStatus | null;
  readonly percent: number | null;
  /** It was judged, and something has changed since. */
  readonly outdated: boolean;
}

export interface PushedDigest {
  readonly digest: string;
  /** Worst first; empty: an index that is not resolved. */
  readonly images: readonly PushedImage[];
  /** Why nothing of the push could be analysed; null: it could, or is going to be. */
  readonly failure: { readonly code: string; readonly message: string } | null;
}

/** Null: it was never pushed there. `digest` of an index or an image; without it what the tag names now. */
export async function findPushedDigest(
  tx: Kysely<Database>,
  orgId: string,
  asked: { readonly repositoryId: string; readonly digest: string | null; readonly tag: string | null },
): Promise<PushedDigest | null> {
  const { repositoryId } = asked;
  const digest = asked.digest ?? (await findKnownTag(tx, orgId, repositoryId, asked.tag ?? ""));
  if (digest === null) return null;
  const images = await listImagesOf(tx, orgId, repositoryId, digest);
  const push = await tx
    .selectFrom("push")
    .select(["failure_code as code", "failure_message as message"])
    .where("org_id", "=", orgId)
    .where("repository_id", "=", repositoryId)
    .where("digest", "=", digest)
    .orderBy("id", "desc")
    .executeTakeFirst();
  if (images.length === 0 && push === undefined) return null;
  const code = push?.code ?? null;
  return { digest, images, failure: code === null ? null : { code, message: push?.message ?? "" } };
}

/** Those pushed under the digest, and the image with it as its own, which may have come in an index. */
async function listImagesOf(
  tx: Kysely<Database>,
  orgId: string,
  repositoryId: string,
  digest: string,
): Promise<readonly PushedImage[]> {
  const { rows } = await sql<PushedImage>`
    with c as (
      select held.image_id, held.pushed_digest, bool_or(held.found_at is not null) as confirmed
      from repository_image held
      join image i on i.org_id = held.org_id and i.id = held.image_id
      where held.org_id = ${orgId} and held.repository_id = ${repositoryId}
        and (held.pushed_digest = ${digest} or i.digest = ${digest})
      group by held.image_id, held.pushed_digest
    ), best as (
      select distinct on (image_id) * from c order by image_id, confirmed desc, pushed_digest = ${digest} desc
    )
    select i.id, i.platform, ${stateInPlace(sql`best`)} as state,
      coalesce(i.failure_code, told.failure_code) as "failureCode",
      coalesce(i.failure_message, told.failure_message) as "failureMessage",
      i.completeness, i.verification, e.id as "evaluationId", e.status, e.percent,
      i.evaluation_id is null and i.outdated_evaluation_id is not null as outdated
    from best
    join image i on i.org_id = ${orgId} and i.id = best.image_id
    left join evaluation e on e.org_id = i.org_id and e.id = i.evaluation_id and best.confirmed
    left join lateral (
      select p.failure_code, p.failure_message from push p
      where best.confirmed is not true
        and p.org_id = ${orgId} and p.repository_id = ${repositoryId} and p.digest = best.pushed_digest
      order by p.id desc limit 1
    ) told on true
    order by case when e.status = 'not_met' then 1 when e.status = 'no_data' then 2 when e.status = 'met' then 4
      when i.state = 'failed' then 0 else 3 end, e.percent nulls first, i.platform, i.id`.execute(tx);
  return rows;
}
