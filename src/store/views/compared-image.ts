/** Everything that is known of an image's packages and findings at once, to be compared with what others say of it. */
import { sql, type Kysely } from "kysely";
import type { Database } from "../schema.ts";
import { listImageFindings, type ImageFindingRow } from "./image-findings.ts";

export interface ComparedPackage {
  readonly purl: string;
  readonly name: string;
  readonly version: string;
  readonly sourceName: string | null;
}

/** In the order of the inventory. */
export async function listComparedPackages(
  tx: Kysely<Database>,
  orgId: string,
  imageId: string,
): Promise<readonly ComparedPackage[]> {
  const { rows } = await sql<ComparedPackage>`
    select held.purl, package.name, package.version, package.source_name as "sourceName"
    from image_package held join package on package.id = held.package_id
    where held.org_id = ${orgId} and held.image_id = ${imageId} order by held.position limit ${PACKAGES_MAX}`.execute(
    tx,
  );
  return rows;
}

/** The settled ones too, the gravest first. */
export async function listAllFindings(
  tx: Kysely<Database>,
  orgId: string,
  imageId: string,
): Promise<readonly ImageFindingRow[]> {
  const rows: ImageFindingRow[] = [];
  let cursor: string | undefined;
  do {
    const query = { limit: PAGE, cursor, severities: [], suppressed: "with" } as const;
    const { entries, next } = await listImageFindings(tx, orgId, imageId, query);
    rows.push(...entries);
    cursor = next ?? undefined;
  } while (cursor !== undefined && rows.length < FINDINGS_MAX);
  return rows;
}

const PACKAGES_MAX = 200_000;
const PAGE = 1000;
const FINDINGS_MAX = 100_000;
