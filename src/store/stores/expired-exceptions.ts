/**
 * Exceptions whose time is over, whether they were approved or nobody had decided on them. An evaluation leaves them out at that
 * moment; here they are marked, once.
 */
import { sql, type Kysely } from "kysely";
import type { ExceptionKind } from "../../domain/exception.ts";
import type { Database } from "../schema.ts";

export interface ExpiredException {
  readonly orgId: string;
  readonly id: string;
  readonly vulnerability: string;
  readonly kind: ExceptionKind;
  /** What it was until now. */
  readonly state: "requested" | "approved";
  /** `sha256:…` of the one image it was about; null: others too. */
  readonly digest: string | null;
  readonly requestedBy: string;
}

/** Marks those of all organisations. Returns them, each in one call only. */
export async function expireExceptions(
  tx: Kysely<Database>,
  now: Date,
): Promise<readonly ExpiredException[]> {
  const { rows } = await sql<ExpiredException>`
    with ended as (
      select org_id, id, state from exception
      where state in ('requested', 'approved') and expires_at <= ${now}
      order by org_id, id
      for update
    )
    update exception set state = 'expired' from ended
    where exception.org_id = ended.org_id and exception.id = ended.id
    returning exception.org_id as "orgId", exception.id, vulnerability, kind, ended.state,
      scope_digest as digest, requested_by_name as "requestedBy"`.execute(tx);
  return rows;
}
