/** Packages of an image, by name. */
import { sql, type Kysely } from "kysely";
import type { Evidence } from "../../domain/package.ts";
import type { Database } from "../schema.ts";
import { readCursor, toPage, writeCursor } from "./cursor.ts";
import { firstLayer } from "./image-layers.ts";
import { fillCounts, findingClass, findingsOfHeld, type SeverityCounts } from "./severity-counts.ts";

export interface ImagePackageRow {
  readonly purl: string;
  readonly ecosystem: string;
  readonly name: string;
  readonly version: string;
  readonly licenses: readonly string[];
  readonly evidence: readonly Evidence[];
  /** Files that its database says it owns; null: it does not tell. */
  readonly fileCount: number | null;
  /** Package URL of the distribution's package that owns the file where it was found, or null. */
  readonly ownedBy: string | null;
  readonly bySignature: boolean;
  /** Null: nothing is known of the image's findings. */
  readonly findings: SeverityCounts | null;
}

export interface ImagePackageQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
  /** Part of name or package URL, in any case. */
  readonly q?: string | undefined;
  /** Index of the layer that brought it. */
  readonly layer?: number | undefined;
  readonly purl?: string | undefined;
}

/** @throws PlimsollError REQUEST_INVALID for a cursor of another list */
export async function listImagePackages(
  tx: Kysely<Database>,
  orgId: string,
  imageId: string,
  { limit, cursor, q = "", layer, purl }: ImagePackageQuery,
): Promise<{ entries: ImagePackageRow[]; next: string | null }> {
  const list = `images/${imageId}/packages`;
  const after = readCursor(list, cursor, ["text", "number"]);
  const { rows } = await sql<ImagePackageRow & Extra>`
    with page as materialized (
      select held.org_id, held.image_id, held.package_id, held.position, held.purl, held.evidence, held.licenses,
        held.file_count, held.owned_by, held.by_signature, package.ecosystem, package.name, package.version
      from image_package held join package on package.id = held.package_id
      where held.org_id = ${orgId} and held.image_id = ${imageId}
        and (${q} = '' or position(lower(${q}) in lower(package.name || ' ' || held.purl)) > 0)
        and (${layer ?? null}::integer is null or ${firstLayer} = ${layer ?? null}::integer)
        and (${purl ?? null}::text is null or held.purl = ${purl ?? null})
        and (${after === null} or (package.name, held.position) > (${after?.[0] ?? ""}::text, ${after?.[1] ?? 0}::integer))
      order by package.name, held.position limit ${limit + 1}
    )
    select page.purl, page.ecosystem, page.name, page.version, page.licenses, page.evidence, page.position,
      page.file_count as "fileCount", page.owned_by as "ownedBy", page.by_signature as "bySignature", counted.counts, coalesce(e.has_findings, false) as known
    from page
    join image i on i.org_id = page.org_id and i.id = page.image_id
    left join evaluation e on e.org_id = i.org_id and e.id = i.evaluation_id
    left join lateral (
      select json_object_agg(class, number) as counts from (
        select ${findingClass} as class, count(*) as number
        from (select page.org_id, page.image_id, page.package_id) held ${findingsOfHeld} group by 1
      ) classes
    ) counted on true
    order by page.name, page.position`.execute(tx);
  return toPage(rows, limit, {
    entry: ({ counts, known, position: _position, ...row }) => ({
      ...row,
      findings: known ? fillCounts(counts) : null,
    }),
    cursor: (row) => writeCursor(list, [row.name, row.position]),
  });
}

interface Extra {
  readonly position: number;
  readonly counts: Partial<SeverityCounts> | null;
  readonly known: boolean;
}
