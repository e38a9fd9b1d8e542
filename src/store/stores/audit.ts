/**
 * The audit log: who changed what. Rows are only ever added; the application's role has no right to change or remove one.
 */
import type { Kysely } from "kysely";
import type { Database } from "../schema.ts";

/** Who did it. `token`: a token of an organisation; a personal token acts as its account. */
export interface AuditActor {
  readonly kind: "account" | "token" | "system";
  /** uuid of the account or token; null for the system. */
  readonly id: string | null;
  readonly name: string;
}

export interface AuditRecord {
  /** Null: an act on the installation, told to its administrators; `tx` is then outside of any organisation. */
  readonly orgId: string | null;
  readonly actor: AuditActor;
  /** Noun and verb in the past: `policy.created`, `member.role-changed`. */
  readonly action: string;
  /** What it was done to, as people know it: a name, with its id where names change. */
  readonly target: string;
  /** The fields that changed, as they were; null when there was nothing. Never a secret, nor the hash of one. */
  readonly before: unknown;
  /** The fields that changed, as they are; null when nothing is left. Never a secret, nor the hash of one. */
  readonly after: unknown;
}

/** Adds one row in the transaction of the change, so that there is no change without a row and no row without a change. */
export async function recordAudit(tx: Kysely<Database>, record: AuditRecord): Promise<void> {
  await tx
    .insertInto("audit_entry")
    .values({
      org_id: record.orgId,
      actor_kind: record.actor.kind,
      actor_id: record.actor.id,
      actor_name: record.actor.name,
      action: record.action,
      target: record.target,
      before: toJson(record.before),
      after: toJson(record.after),
    })
    .execute();
}

function toJson(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value);
}
