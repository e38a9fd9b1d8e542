/**
 * Pushes: what a registry tells of becomes a row, a moved tag, an event and a job, all in the transaction of its notification, so
 * that nothing that was acknowledged is lost and nothing happens twice.
 */
import { sql, type Kysely } from "kysely";
import { printable } from "../../domain/problem.ts";
import type { Queue } from "../queue.ts";
import type { Database } from "../schema.ts";
import { requestOutdated } from "./evaluation-requests.ts";
import { recordEvent } from "./events.ts";
import { openImages } from "./images.ts";

export interface NewPush {
  /** The same when it is told again, another for each push. */
  readonly onceKey: string;
  readonly repositoryId: string;
  /** `registry.example.com/acme/my-app` */
  readonly repository: string;
  /** Null: pushed by digest. */
  readonly tag: string | null;
  readonly digest: string;
  /** Which images an index lists is known once it was fetched. */
  readonly isIndex: boolean;
  /** Who pushed, as the registry knows them; null: unknown. */
  readonly actor: string | null;
  /** Not later than the present: a clock that is ahead must not keep the tag from moving. */
  readonly at: Date;
  /** Default `notification`. */
  readonly source?: PushRow["source"];
}

/** Takes a push and asks for its analysis. The id of its row, or null when it was taken before. */
export async function takePush(
  tx: Kysely<Database>,
  queue: Pick<Queue, "send">,
  orgId: string,
  push: NewPush,
): Promise<number | null> {
  const { repositoryId, repository, tag, digest, onceKey } = push;
  if (await wasTold(tx, orgId, onceKey)) return null;
  const [image] = push.isIndex ? [] : await openImages(tx, orgId, [{ digest, platform: null }]);
  const imageId = image?.id ?? null;
  const name = tag === null ? `${repository}@${digest}` : `${repository}:${tag}`;
  const eventId = await recordEvent(tx, queue, {
    orgId,
    kind: "image.pushed",
    title: `${printable(name)} was ${push.source === "backfill" ? "found" : "pushed"}`,
    actor: push.actor === null ? null : { id: null, name: push.actor },
    imageId,
    repositoryId,
    body: { repository, tag, digest },
    onceKey,
  });
  // Told by another request in the same moment.
  if (eventId === null) return null;
  const pushId = await insertPush(tx, orgId, { ...push, source: push.source ?? "notification" });
  if (tag !== null) await moveTag(tx, orgId, { repositoryId, name: tag, digest, at: push.at });
  await linkKnownImages(tx, orgId, { repositoryId, digest, imageId });
  // A tag that moves back to what is known must not show what was true of it when it last counted.
  await requestOutdated(tx, queue, orgId, { pushedDigest: digest });
  const priority = push.source === "backfill" ? BACKFILL_PRIORITY : 0;
  await requestAnalysis(tx, queue, { orgId, repositoryId, digest, tag, pushId, priority });
  return pushId;
}

/** A person's request goes before a push, and a push before what was there long ago. */
export const PERSON_PRIORITY = 10;
const BACKFILL_PRIORITY = -10;

export interface PushRow {
  readonly repositoryId: string;
  readonly tag: string | null;
  readonly digest: string;
  readonly source: "notification" | "manual" | "command" | "poll" | "backfill" | "upload";
  readonly actor: string | null;
  readonly at: Date;
}

/** A row in the history of tags. Returns its id. */
export async function insertPush(tx: Kysely<Database>, orgId: string, push: PushRow): Promise<number> {
  const { id } = await tx
    .insertInto("push")
    .values({
      org_id: orgId,
      repository_id: push.repositoryId,
      tag: push.tag,
      digest: push.digest,
      source: push.source,
      actor: push.actor,
      pushed_at: push.at,
      failure_code: null,
      failure_message: null,
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  if (id === null) throw new TypeError("a push has no id");
  return id;
}

/** Points a tag at a digest, unless it was pushed later than this: notifications may come in any order. */
export async function moveTag(
  tx: Kysely<Database>,
  orgId: string,
  tag: {
    readonly repositoryId: string;
    readonly name: string;
    readonly digest: string;
    readonly at: Date;
  },
): Promise<void> {
  await sql`
    insert into tag (org_id, repository_id, name, digest, pushed_at)
    values (${orgId}, ${tag.repositoryId}, ${tag.name}, ${tag.digest}, ${tag.at})
    on conflict (org_id, repository_id, name) do update
      set digest = excluded.digest, pushed_at = excluded.pushed_at
      where tag.pushed_at <= excluded.pushed_at`.execute(tx);
}

/**
 * What these tags name is no image, so the one before is the repository's latest: all that name the digest, and `tag`, which was found
 * to name it.
 */
export async function forgetTags(
  tx: Kysely<Database>,
  orgId: string,
  named: { readonly repositoryId: string; readonly tag: string | null; readonly digest: string },
): Promise<void> {
  await sql`
    delete from tag where org_id = ${orgId} and repository_id = ${named.repositoryId}
      and (digest = ${named.digest} or name = ${named.tag})`.execute(tx);
}

export interface AnalysisRequest {
  readonly orgId: string;
  readonly repositoryId: string;
  /** Null: whatever the tag names when the worker asks. */
  readonly digest: string | null;
  readonly tag: string | null;
  readonly pushId: number | null;
  /** Default 0. */
  readonly priority?: number;
}

/**
 * One analysis at a time for a digest, or for a tag whose digest is not known yet. False: one that was not started yet waits
 * already.
 */
export async function requestAnalysis(
  tx: Kysely<Database>,
  queue: Pick<Queue, "send">,
  { orgId, repositoryId, digest, tag, pushId, priority = 0 }: AnalysisRequest,
): Promise<boolean> {
  const [job] = await queue.send(tx, [
    {
      kind: "analyse",
      key: `${orgId}/${digest ?? `${repositoryId}:${tag ?? ""}`}`,
      // What is not known is left out.
      payload: {
        org: orgId,
        repository: repositoryId,
        ...(digest === null ? {} : { digest }),
        ...(tag === null ? {} : { tag }),
        ...(pushId === null ? {} : { push: pushId }),
      },
      priority,
    },
  ]);
  return typeof job === "string";
}

async function wasTold(tx: Kysely<Database>, orgId: string, onceKey: string): Promise<boolean> {
  const found = await tx
    .selectFrom("event")
    .select("id")
    .where("org_id", "=", orgId)
    .where("once_key", "=", onceKey)
    .executeTakeFirst();
  return found !== undefined;
}

/**
 * What is known of the digest already stands in this repository from now on: the image itself, or those of an index that was pushed
 * elsewhere before. One whose analysis failed is tried again.
 */
async function linkKnownImages(
  tx: Kysely<Database>,
  orgId: string,
  known: { readonly repositoryId: string; readonly digest: string; readonly imageId: string | null },
): Promise<void> {
  const { repositoryId, digest, imageId } = known;
  await sql`
    insert into repository_image (org_id, repository_id, image_id, pushed_digest)
    select ${orgId}::uuid, ${repositoryId}::uuid, known.id, ${digest}
    from (
      select ${imageId}::uuid as id where ${imageId}::uuid is not null
      union
      select image_id from repository_image where org_id = ${orgId} and pushed_digest = ${digest}
    ) known
    on conflict (org_id, repository_id, pushed_digest, image_id) do nothing`.execute(tx);
  await sql`
    update image set state = 'queued', failure_code = null, failure_message = null
    where org_id = ${orgId} and state = 'failed' and id in (
      select image_id from repository_image where org_id = ${orgId} and pushed_digest = ${digest}
    )`.execute(tx);
}
