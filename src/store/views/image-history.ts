/** Verdicts of an image over time. */
import { sql, type Kysely } from "kysely";
import type { PolicyStatus } from "../../domain/policy.ts";
import type { VerdictCause } from "../../domain/verdict-history.ts";
import type { Database } from "../schema.ts";
import { readCursor, toPage, writeCursor } from "./cursor.ts";
import { storedCounts, type SeverityCounts } from "./severity-counts.ts";

export interface EvaluationRow {
  readonly id: string;
  readonly evaluatedAt: Date;
  readonly status: PolicyStatus;
  readonly grade: string | null;
  readonly percent: number | null;
  readonly findings: SeverityCounts | null;
  readonly causes: readonly VerdictCause[];
}

/** The newest first. @throws PlimsollError REQUEST_INVALID for a cursor of another list */
export async function listEvaluations(
  tx: Kysely<Database>,
  orgId: string,
  imageId: string,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<{ entries: EvaluationRow[]; next: string | null }> {
  const list = `images/${imageId}/history`;
  const after = readCursor(list, cursor, ["number", "uuid"]);
  const { rows } = await sql<EvaluationRow & { micros: number }>`
    select e.id, e.evaluated_at as "evaluatedAt", e.status, e.grade, e.percent, e.causes, ${storedCounts("e")} as findings,
      ${micros} as micros
    from evaluation e
    where e.org_id = ${orgId} and e.image_id = ${imageId}
      and (${after === null} or (${micros}, e.id) < (${after?.[0] ?? 0}::bigint, ${after?.[1] ?? null}::uuid))
    order by e.evaluated_at desc, e.id desc limit ${limit + 1}`.execute(tx);
  return toPage(rows, limit, {
    entry: ({ micros: _micros, ...row }) => row,
    cursor: (row) => writeCursor(list, [row.micros, row.id]),
  });
}

const micros = sql<number>`(extract(epoch from e.evaluated_at) * 1000000)::bigint`;
