/** Findings of an image that a statement or an exception labelled; all others are as they were matched. */
import { sql, type Kysely } from "kysely";
import type { AssessedFinding } from "../../domain/finding.ts";
import type { VexStatement } from "../../domain/vex.ts";
import type { Database } from "../schema.ts";
import { storableJson } from "../storable.ts";

export interface LabelledFinding {
  readonly packageId: number;
  readonly vulnerability: string;
  readonly status: AssessedFinding["status"];
  readonly suppressed: boolean;
  /** uuid, or null. */
  readonly exception: string | null;
  readonly statement: VexStatement | null;
}

/** They take the place of those that were there. */
export async function recordLabels(
  tx: Kysely<Database>,
  orgId: string,
  imageId: string,
  labels: readonly LabelledFinding[],
): Promise<void> {
  await tx
    .deleteFrom("labelled_finding")
    .where("org_id", "=", orgId)
    .where("image_id", "=", imageId)
    .execute();
  if (labels.length === 0) return;
  await sql`
    insert into labelled_finding
      (org_id, image_id, package_id, vulnerability, status, suppressed, exception_id, statement)
    select ${orgId}, ${imageId}, t."packageId", t.vulnerability, t.status, t.suppressed, t.exception,
      nullif(t.statement, 'null'::jsonb)
    from jsonb_to_recordset(${storableJson(labels)}::jsonb) as t(
      "packageId" bigint, vulnerability text, status text, suppressed boolean, exception uuid, statement jsonb
    )
    on conflict do nothing`.execute(tx);
}
