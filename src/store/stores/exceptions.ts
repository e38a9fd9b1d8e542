/**
 * Writes of exceptions. Their states are a machine: requested -> approved, refused or withdrawn; approved -> withdrawn or expired;
 * requested -> expired. Each move is one statement that names the state it leaves, so of two people who decide at the same time
 * one comes second and moves nothing.
 */
import type { Kysely, Selectable } from "kysely";
import type { ExceptionKind, ExceptionScope } from "../../domain/exception.ts";
import type { VexJustification } from "../../domain/vex.ts";
import type { Database } from "../schema.ts";

export type ExceptionState = Database["exception"]["state"];

export interface StoredException {
  readonly id: string;
  /** As published: `CVE-2026-1`. */
  readonly vulnerability: string;
  readonly kind: ExceptionKind;
  readonly justification: VexJustification | null;
  readonly reason: string;
  readonly scope: ExceptionScope;
  readonly state: ExceptionState;
  readonly requestedBy: Person;
  readonly requestedAt: Date;
  /** Who approved or refused it. */
  readonly decidedBy: Person | null;
  readonly decidedAt: Date | null;
  readonly decisionNote: string | null;
  readonly expiresAt: Date | null;
}

/** An account with its name of then. */
export interface Person {
  readonly id: string;
  readonly name: string;
}

export type NewException = Pick<
  StoredException,
  "vulnerability" | "kind" | "justification" | "reason" | "scope" | "expiresAt"
>;

/** A request, which somebody else has to decide on. */
export async function insertException(
  tx: Kysely<Database>,
  orgId: string,
  asked: NewException,
  by: Person,
): Promise<StoredException> {
  const row = await tx
    .insertInto("exception")
    .values({
      org_id: orgId,
      vulnerability: asked.vulnerability,
      kind: asked.kind,
      justification: asked.justification,
      reason: asked.reason,
      scope_repository: asked.scope.repository,
      scope_digest: asked.scope.digest,
      scope_purl: asked.scope.purl,
      state: "requested",
      requested_by: by.id,
      requested_by_name: by.name,
      decided_by: null,
      decided_by_name: null,
      decided_at: null,
      decision_note: null,
      expires_at: asked.expiresAt,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return toException(row);
}

export interface Decision {
  readonly state: "approved" | "refused";
  readonly by: Person;
  readonly note: string;
  readonly now: Date;
}

/**
 * Approves or refuses a request. Null when it is not open any more: decided, withdrawn, or past its end; and for the one who asked,
 * whom the table would refuse too.
 */
export async function decideException(
  tx: Kysely<Database>,
  orgId: string,
  id: string,
  { state, by, note, now }: Decision,
): Promise<StoredException | null> {
  const row = await tx
    .updateTable("exception")
    .set({
      state,
      decided_by: by.id,
      decided_by_name: by.name,
      decided_at: now,
      decision_note: note === "" ? null : note,
    })
    .where("org_id", "=", orgId)
    .where("id", "=", id)
    .where("state", "=", "requested")
    .where("requested_by", "!=", by.id)
    .where((each) => each.or([each("expires_at", "is", null), each("expires_at", ">", now)]))
    .returningAll()
    .executeTakeFirst();
  return row === undefined ? null : toException(row);
}

/** Takes back a request or an approval. Null when it is not in the state `from` any more. Who decided stays to be read. */
export async function withdrawException(
  tx: Kysely<Database>,
  orgId: string,
  id: string,
  from: "requested" | "approved",
): Promise<StoredException | null> {
  const row = await tx
    .updateTable("exception")
    .set({ state: "withdrawn" })
    .where("org_id", "=", orgId)
    .where("id", "=", id)
    .where("state", "=", from)
    .returningAll()
    .executeTakeFirst();
  return row === undefined ? null : toException(row);
}

/** Number of requests that nobody decided on. */
export async function countOpenRequests(tx: Kysely<Database>, orgId: string): Promise<number> {
  const { count } = await tx
    .selectFrom("exception")
    .select((each) => each.fn.countAll<number>().as("count"))
    .where("org_id", "=", orgId)
    .where("state", "=", "requested")
    .executeTakeFirstOrThrow();
  return count;
}

export function toException(row: Selectable<Database["exception"]>): StoredException {
  return {
    id: row.id,
    vulnerability: row.vulnerability,
    kind: row.kind,
    justification: row.justification,
    reason: row.reason,
    scope: { repository: row.scope_repository, digest: row.scope_digest, purl: row.scope_purl },
    state: row.state,
    requestedBy: { id: row.requested_by, name: row.requested_by_name },
    requestedAt: row.requested_at,
    decidedBy: row.decided_by === null ? null : { id: row.decided_by, name: row.decided_by_name ?? "" },
    decidedAt: row.decided_at,
    decisionNote: row.decision_note,
    expiresAt: row.expires_at,
  };
}
