/** The uploads of an organisation, the newest first. */
import { sql, type Kysely, type RawBuilder } from "kysely";
import type { Database } from "../schema.ts";

export interface UploadRow {
  readonly id: string;
  readonly kind: "sbom" | "report";
  readonly project: string | null;
  readonly version: string | null;
  readonly repository: string | null;
  readonly tag: string | null;
  readonly imageId: string | null;
  readonly state: "queued" | "read" | "failed";
  readonly format: string | null;
  readonly tool: string | null;
  readonly sizeBytes: number;
  readonly digest: string;
  readonly subjectDigest: string | null;
  readonly outcome: "recorded" | "known" | null;
  readonly failureCode: string | null;
  readonly failureMessage: string | null;
  readonly uploadedBy: string;
  readonly uploadedAt: Date;
  readonly endedAt: Date | null;
}

export interface UploadsAsked {
  /** Absent: of every image. */
  readonly imageId?: string | undefined;
  readonly state?: UploadRow["state"] | undefined;
  readonly limit: number;
}

/** The newest `limit`. */
export async function listUploads(
  tx: Kysely<Database>,
  orgId: string,
  { imageId, state, limit }: UploadsAsked,
): Promise<readonly UploadRow[]> {
  return read(
    tx,
    orgId,
    sql`(${imageId ?? null}::uuid is null or u.image_id = ${imageId ?? null}::uuid)
      and (${state ?? null}::text is null or u.state = ${state ?? null})`,
    limit,
  );
}

/** Null: not there, or not theirs. */
export async function findUpload(tx: Kysely<Database>, orgId: string, id: string): Promise<UploadRow | null> {
  const [found] = await read(tx, orgId, sql`u.id = ${id}::uuid`, 1);
  return found ?? null;
}

async function read(
  tx: Kysely<Database>,
  orgId: string,
  condition: RawBuilder<unknown>,
  limit: number,
): Promise<readonly UploadRow[]> {
  const { rows } = await sql<UploadRow>`
    select u.id, u.kind, p.name as project, p.version, g.host || '/' || r.name as repository, p.tag,
      u.image_id as "imageId", u.state, u.format, u.tool, u.size_bytes as "sizeBytes", u.digest,
      u.subject_digest as "subjectDigest", u.outcome, u.failure_code as "failureCode",
      u.failure_message as "failureMessage", u.uploaded_by as "uploadedBy", u.uploaded_at as "uploadedAt",
      u.ended_at as "endedAt"
    from upload u
    left join uploaded_project p on p.org_id = u.org_id and p.id = u.project_id
    left join repository r on r.org_id = p.org_id and r.id = p.repository_id
    left join registry g on g.org_id = r.org_id and g.id = r.registry_id
    where u.org_id = ${orgId} and ${condition}
    order by u.uploaded_at desc, u.id limit ${limit}`.execute(tx);
  return rows;
}
