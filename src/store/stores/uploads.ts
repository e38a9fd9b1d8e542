/**
 * Writes of uploads: what others hand in waits as it came until a worker has read it. Every function names the organisation, because
 * the worker's role sees the rows of all.
 */
import { sql, type Kysely } from "kysely";
import type { Queue } from "../queue.ts";
import type { Database } from "../schema.ts";
import { storableText } from "../storable.ts";
import type { KnownImage } from "./images.ts";

/** Host of the registry that uploaded projects stand in: one that no name server knows (RFC 2606). */
export const uploadsHost = "uploads.invalid";

export interface NewUpload {
  readonly content:
    | { readonly kind: "sbom"; readonly projectId: string }
    | { readonly kind: "report"; readonly imageId: string };
  /** As `compressDocument` made it. */
  readonly body: Buffer;
  /** Of the bytes as they came. */
  readonly sizeBytes: number;
  readonly digest: string;
  /** Name of who uploads. */
  readonly uploadedBy: string;
}

/** Keeps it and has it read. Returns its id. */
export async function insertUpload(
  tx: Kysely<Database>,
  queue: Pick<Queue, "send">,
  orgId: string,
  { content, body, sizeBytes, digest, uploadedBy }: NewUpload,
): Promise<string> {
  const { id } = await tx
    .insertInto("upload")
    .values({
      org_id: orgId,
      kind: content.kind,
      project_id: content.kind === "sbom" ? content.projectId : null,
      image_id: content.kind === "report" ? content.imageId : null,
      body,
      size_bytes: sizeBytes,
      digest,
      uploaded_by: uploadedBy,
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  await requestReading(tx, queue, orgId, id);
  return id;
}

/** Has an upload read, for the first time or again. */
export async function requestReading(
  tx: Kysely<Database>,
  queue: Pick<Queue, "send">,
  orgId: string,
  uploadId: string,
): Promise<void> {
  const payload = { org: orgId, upload: uploadId };
  await queue.send(tx, [{ kind: "read-upload", key: `${orgId}/${uploadId}`, payload }]);
}

export async function countWaiting(tx: Kysely<Database>, orgId: string): Promise<number> {
  const { count } = await tx
    .selectFrom("upload")
    .select((select) => select.fn.countAll<number>().as("count"))
    .where("org_id", "=", orgId)
    .where("state", "=", "queued")
    .executeTakeFirstOrThrow();
  return Number(count);
}

export interface UploadTask {
  readonly id: string;
  readonly kind: "sbom" | "report";
  readonly body: Buffer;
  readonly digest: string;
  readonly imageId: string | null;
  readonly uploadedBy: string;
  readonly uploadedAt: Date;
  /** Of an SBOM. */
  readonly project: {
    readonly id: string;
    /** As uploaded: `My App 1.0`. */
    readonly title: string;
    readonly repositoryId: string;
    /** `uploads.invalid/my-app` */
    readonly repository: string;
    readonly tag: string;
  } | null;
}

/** Null: it is gone, or a newer one has taken the place of its content. */
export async function findUploadTask(
  tx: Kysely<Database>,
  orgId: string,
  uploadId: string,
): Promise<UploadTask | null> {
  const row = await tx
    .selectFrom("upload")
    .leftJoin("uploaded_project as project", (join) =>
      join.onRef("project.org_id", "=", "upload.org_id").onRef("project.id", "=", "upload.project_id"),
    )
    .leftJoin("repository", (join) =>
      join
        .onRef("repository.org_id", "=", "project.org_id")
        .onRef("repository.id", "=", "project.repository_id"),
    )
    .where("upload.org_id", "=", orgId)
    .where("upload.id", "=", uploadId)
    .select([
      "upload.id",
      "upload.kind",
      "upload.body",
      "upload.digest",
      "upload.image_id as imageId",
      "upload.uploaded_by as uploadedBy",
      "upload.uploaded_at as uploadedAt",
      "project.id as projectId",
      "project.name as projectName",
      "project.version as projectVersion",
      "project.repository_id as repositoryId",
      "project.tag",
      "repository.name as repositoryName",
    ])
    .executeTakeFirst();
  if (row === undefined || row.body === null) return null;
  const { id, kind, body, digest, imageId, uploadedBy, uploadedAt, projectId, repositoryId, tag } = row;
  const isPlaced = projectId !== null && repositoryId !== null && tag !== null;
  const project = isPlaced
    ? {
        id: projectId,
        title: `${row.projectName ?? ""} ${row.projectVersion ?? ""}`.trim(),
        repositoryId,
        repository: `${uploadsHost}/${row.repositoryName ?? ""}`,
        tag,
      }
    : null;
  return { id, kind, body, digest, imageId, uploadedBy, uploadedAt, project };
}

export interface ReadUpload {
  /** Null: an index that was not analysed yet. */
  readonly imageId: string | null;
  readonly format: string;
  readonly tool: string | null;
  readonly subjectDigest: string | null;
  /** Of an SBOM. */
  readonly outcome: "recorded" | "known" | null;
}

/** What came of it. The content of older SBOMs of the same image is not kept any longer: only the newest is read again. */
export async function recordRead(
  tx: Kysely<Database>,
  orgId: string,
  uploadId: string,
  { imageId, format, tool, subjectDigest, outcome }: ReadUpload,
): Promise<void> {
  await tx
    .updateTable("upload")
    .set({
      state: "read",
      image_id: imageId,
      format,
      tool: tool === null ? null : storableText(tool, TEXT_LENGTH_MAX),
      subject_digest: subjectDigest,
      outcome,
      failure_code: null,
      failure_message: null,
      ended_at: sql<Date>`now()`,
    })
    .where("org_id", "=", orgId)
    .where("id", "=", uploadId)
    .execute();
  if (outcome === null) return;
  await sql`
    update upload set body = null
    where org_id = ${orgId} and image_id = ${imageId} and kind = 'sbom' and state = 'read' and body is not null
      and uploaded_at < (select uploaded_at from upload newest where newest.org_id = ${orgId} and newest.id = ${uploadId})`.execute(
    tx,
  );
}

/** Why it could not be read. */
export async function recordUploadFailure(
  tx: Kysely<Database>,
  orgId: string,
  uploadId: string,
  failure: { readonly code: string; readonly message: string },
): Promise<void> {
  await tx
    .updateTable("upload")
    .set({
      state: "failed",
      failure_code: failure.code,
      failure_message: storableText(failure.message, TEXT_LENGTH_MAX),
      ended_at: sql<Date>`now()`,
    })
    .where("org_id", "=", orgId)
    .where("id", "=", uploadId)
    .where("state", "=", "queued")
    .execute();
}

const TEXT_LENGTH_MAX = 1000;

/** The upload that an image was made of, to be read again; null: none, or it is not kept. */
export async function findUploadOf(
  tx: Kysely<Database>,
  orgId: string,
  imageId: string,
): Promise<string | null> {
  const row = await tx
    .selectFrom("upload")
    .select("id")
    .where("org_id", "=", orgId)
    .where("image_id", "=", imageId)
    .where("kind", "=", "sbom")
    .where("outcome", "=", "recorded")
    .where("body", "is not", null)
    .orderBy("uploaded_at", "desc")
    .limit(1)
    .executeTakeFirst();
  return row?.id ?? null;
}

/** A repository of a registry holds this digest, or is said to: the image itself can be analysed there. */
export async function findOwnPlace(
  tx: Kysely<Database>,
  orgId: string,
  digest: string,
): Promise<{ readonly repositoryId: string } | null> {
  const { rows } = await sql<{ repositoryId: string }>`
    select r.id as "repositoryId" from repository r
    join registry g on g.org_id = r.org_id and g.id = r.registry_id
    where r.org_id = ${orgId} and r.enabled and g.host <> ${uploadsHost} and (
      exists (
        select from repository_image held join image i on i.org_id = held.org_id and i.id = held.image_id
        where held.org_id = r.org_id and held.repository_id = r.id and ${digest} in (held.pushed_digest, i.digest)
      ) or exists (select from push p where p.org_id = r.org_id and p.repository_id = r.id and p.digest = ${digest})
    ) order by r.id limit 1`.execute(tx);
  return rows[0] ?? null;
}

/** The images that a digest names: its own, or those of an index that was pushed. */
export async function findImagesOf(
  tx: Kysely<Database>,
  orgId: string,
  digest: string,
): Promise<readonly KnownImage[]> {
  const { rows } = await sql<KnownImage>`
    select id, digest, state from image
    where org_id = ${orgId} and (
      digest = ${digest}
      or id in (select image_id from repository_image where org_id = ${orgId} and pushed_digest = ${digest})
    ) order by digest, id limit 32`.execute(tx);
  return rows;
}
