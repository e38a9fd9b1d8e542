/** Exceptions whose time is over. An evaluation leaves them out at that moment; here they are marked, once. */
import type { Kysely } from "kysely";
import type { ExceptionKind } from "../../domain/exception.ts";
import type { Database } from "../schema.ts";

export interface ExpiredException {
  readonly orgId: string;
  readonly id: string;
  readonly vulnerability: string;
  readonly kind: ExceptionKind;
  /** `sha256:…` of the one image it was about; null: others too. */
  readonly digest: string | null;
  readonly requestedBy: string;
}

/** Marks those that were approved and have ended, of all organisations. Returns them, each in one call only. */
export async function expireExceptions(
  tx: Kysely<Database>,
  now: Date,
): Promise<readonly ExpiredException[]> {
  return tx
    .updateTable("exception")
    .set({ state: "expired" })
    .where("state", "=", "approved")
    .where("expires_at", "<=", now)
    .returning([
      "org_id as orgId",
      "id",
      "vulnerability",
      "kind",
      "scope_digest as digest",
      "requested_by_name as requestedBy",
    ])
    .execute();
}
