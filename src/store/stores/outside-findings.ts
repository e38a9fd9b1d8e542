/** What other scanners say of an image: kept beside our findings, never among them. */
import { sql, type Kysely } from "kysely";
import type { Severity } from "../../domain/advisory.ts";
import type { Database } from "../schema.ts";
import { storableJson } from "../storable.ts";

export interface StoredOutsideFinding {
  readonly vulnerability: string;
  readonly aliases: readonly string[];
  readonly purl: string | null;
  readonly package: string;
  readonly version: string;
  readonly severity: Severity;
  readonly fixedVersion: string | null;
  readonly status: string | null;
}

/** Takes the place of what was read of the same upload before. */
export async function recordOutsideFindings(
  tx: Kysely<Database>,
  orgId: string,
  uploadId: string,
  findings: readonly StoredOutsideFinding[],
): Promise<void> {
  await tx
    .deleteFrom("outside_finding")
    .where("org_id", "=", orgId)
    .where("upload_id", "=", uploadId)
    .execute();
  for (let at = 0; at < findings.length; at += BATCH) {
    const batch = findings.slice(at, at + BATCH).map((each, index) => ({ ...each, position: at + index }));
    await sql`
      insert into outside_finding (org_id, upload_id, position, vulnerability, aliases, purl, package, version, severity,
        fixed_version, status)
      select ${orgId}, ${uploadId}, t.position, t.vulnerability, t.aliases, t.purl, t.package, t.version, t.severity,
        t."fixedVersion", t.status
      from jsonb_to_recordset(${storableJson(batch)}::jsonb) as t(position integer, vulnerability text, aliases text[],
        purl text, package text, version text, severity text, "fixedVersion" text, status text)`.execute(tx);
  }
}

const BATCH = 2_000;

/** In the order of the report. */
export async function listOutsideFindings(
  tx: Kysely<Database>,
  orgId: string,
  uploadId: string,
): Promise<readonly StoredOutsideFinding[]> {
  return tx
    .selectFrom("outside_finding")
    .select(["vulnerability", "aliases", "purl", "package", "version", "severity", "status"])
    .select("fixed_version as fixedVersion")
    .where("org_id", "=", orgId)
    .where("upload_id", "=", uploadId)
    .orderBy("position")
    .execute();
}
