/** What runs in one environment: every image, in each repository it was pushed to, and whether its tag names another one by now. */
import { sql, type Kysely } from "kysely";
import type { PolicyStatus } from "../../domain/policy.ts";
import type { Database } from "../schema.ts";
import { readCursor, toPage, writeCursor } from "./cursor.ts";
import { environmentImages } from "./image-list-sources.ts";

export interface EnvironmentImageRow {
  readonly imageId: string;
  readonly repository: string;
  /** The tag that it was pushed with last; null: none. */
  readonly tag: string | null;
  readonly digest: string;
  readonly platform: string | null;
  /** Null: not judged. */
  readonly status: PolicyStatus | null;
  readonly recordedBy: string;
  readonly recordedAt: Date;
  /** True: the tag names another digest now; null: it has no tag, or the tag is gone. */
  readonly drifted: boolean | null;
}

/** @throws PlimsollError REQUEST_INVALID for a cursor of another list */
export async function listEnvironmentImages(
  tx: Kysely<Database>,
  orgId: string,
  environment: { readonly id: string; readonly name: string },
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<{ entries: EnvironmentImageRow[]; next: string | null }> {
  const list = `environments/${environment.id}/images`;
  const after = readCursor(list, cursor, ["text", "uuid"]);
  const { rows } = await sql<EnvironmentImageRow>`
    with running as (${environmentImages(orgId, environment.name)})
    select running.image_id as "imageId", running.repository, running.tag, image.digest, image.platform,
      evaluation.status, recorded.recorded_by as "recordedBy", recorded.recorded_at as "recordedAt",
      now.digest <> running.pushed_digest as drifted
    from running
    join image on image.org_id = ${orgId} and image.id = running.image_id
    join environment_image recorded on recorded.org_id = ${orgId}
      and recorded.environment_id = ${environment.id} and recorded.image_id = running.image_id
    left join evaluation on evaluation.org_id = image.org_id and evaluation.id = image.evaluation_id
    left join tag now on now.org_id = ${orgId} and now.repository_id = running."repositoryId" and now.name = running.tag
    where ${after === null} or (running.repository, running.image_id) > (${after?.[0] ?? ""}::text, ${after?.[1] ?? null}::uuid)
    order by running.repository, running.image_id limit ${limit + 1}`.execute(tx);
  return toPage(rows, limit, {
    entry: (row) => row,
    cursor: (row) => writeCursor(list, [row.repository, row.imageId]),
  });
}
