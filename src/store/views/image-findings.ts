/** Findings of an image, the gravest first, with what labelled them and what is known of each vulnerability. */
import { sql, type Kysely, type RawBuilder } from "kysely";
import type { Severity } from "../../domain/advisory.ts";
import type { Evidence } from "../../domain/package.ts";
import type { VexStatement } from "../../domain/vex.ts";
import type { Database, StoredFinding } from "../schema.ts";
import { readCursor, toPage, writeCursor } from "./cursor.ts";
import { findingsOfHeld } from "./severity-counts.ts";

export interface ImageFindingRow {
  readonly purl: string;
  readonly packageName: string;
  readonly packageVersion: string;
  /** Where the package was seen first; null: an SBOM that does not tell. */
  readonly evidence: Evidence | null;
  readonly body: StoredFinding;
  readonly foundAt: Date;
  /** Of a statement or exception; null: the finding is as it was matched. */
  readonly status: Database["labelled_finding"]["status"] | null;
  readonly suppressed: boolean;
  readonly statement: VexStatement | null;
  readonly exceptionId: string | null;
  readonly exceptionKind: Database["exception"]["kind"] | null;
  readonly exceptionReason: string | null;
  readonly exceptionDecidedBy: string | null;
  readonly exceptionExpiresAt: Date | null;
  readonly kev: boolean;
  readonly epss: number | null;
}

export interface ImageFindingQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
  /** Part of an id of the vulnerability or of the package's name, in any case. */
  readonly q?: string | undefined;
  /** Empty: all. */
  readonly severities: readonly Severity[];
  readonly suppressed: "without" | "with" | "only";
  /** Whether a fixed version is known. */
  readonly fixable?: boolean | undefined;
  readonly purl?: string | undefined;
  /** Index of the layer that brought the package. */
  readonly layer?: number | undefined;
}

/** @throws PlimsollError REQUEST_INVALID for a cursor of another list */
export async function listImageFindings(
  tx: Kysely<Database>,
  orgId: string,
  imageId: string,
  query: ImageFindingQuery,
): Promise<{ entries: ImageFindingRow[]; next: string | null }> {
  const { limit } = query;
  const list = `images/${imageId}/findings`;
  const after = readCursor(list, query.cursor, ["number", "text", "number"]);
  const { rows } = await sql<ImageFindingRow & { rank: number; vulnerability: string; position: number }>`
    with listed as materialized (
      select held.org_id, held.position, held.purl, held.evidence -> 0 as evidence, held.package_id,
        finding.id as finding_id, finding.vulnerability, finding.aliases, ${severityRank} as rank,
        label.status, coalesce(label.suppressed, false) as suppressed, label.statement, label.exception_id
      from image_package held ${findingsOfHeld}
      where held.org_id = ${orgId} and held.image_id = ${imageId} and ${filters(query)}
    ), page as materialized (
      select * from listed
      where ${after === null} or (rank, vulnerability, position)
        > (${after?.[0] ?? 0}::integer, ${after?.[1] ?? ""}::text, ${after?.[2] ?? 0}::integer)
      order by rank, vulnerability, position limit ${limit + 1}
    )
    select page.rank, page.vulnerability, page.position, page.purl, page.evidence, page.status, page.suppressed,
      page.statement, package.name as "packageName", package.version as "packageVersion",
      finding.body, finding.found_at as "foundAt",
      x.id as "exceptionId", x.kind as "exceptionKind", x.reason as "exceptionReason",
      x.decided_by_name as "exceptionDecidedBy", x.expires_at as "exceptionExpiresAt",
      coalesce(context.kev, false) as kev, context.epss
    from page
    join finding on finding.id = page.finding_id
    join package on package.id = page.package_id
    left join exception x on x.org_id = page.org_id and x.id = page.exception_id
    left join lateral (
      select bool_or(c.kev is not null) as kev, max((c.epss ->> 'score')::float) as epss
      from vulnerability_context c where c.vulnerability = any (page.vulnerability || page.aliases)
    ) context on true
    order by page.rank, page.vulnerability, page.position`.execute(tx);
  return toPage(rows, limit, {
    entry: ({ rank: _rank, vulnerability: _id, position: _position, ...row }) => row,
    cursor: (row) => writeCursor(list, [row.rank, row.vulnerability, row.position]),
  });
}

const severityRank = sql<number>`array_position(array['critical', 'high', 'medium', 'low', 'unspecified'], finding.severity)`;

function filters({
  q = "",
  severities,
  suppressed,
  fixable,
  purl,
  layer,
}: ImageFindingQuery): RawBuilder<boolean> {
  const wanted = q.trim().toLowerCase();
  const isSuppressed = sql`coalesce(label.suppressed, false)`;
  return sql`(${wanted} = '' or position(${wanted} in lower(
      finding.vulnerability || ' ' || array_to_string(finding.aliases, ' ') || ' ' || held.purl)) > 0)
    and (${severities.length === 0} or finding.severity = any (${severities}::text[]))
    and ${suppressed === "with" ? sql`true` : suppressed === "only" ? isSuppressed : sql`not ${isSuppressed}`}
    and (${fixable ?? null}::boolean is null or (finding.fixed_version is not null) = ${fixable ?? null}::boolean)
    and (${purl ?? null}::text is null or held.purl = ${purl ?? null})
    and (${layer ?? null}::integer is null or (held.evidence -> 0 ->> 'layerIndex')::integer = ${layer ?? null}::integer)`;
}
