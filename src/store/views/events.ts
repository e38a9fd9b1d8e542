/** The Events page, and what a stream that was away has missed. */
import { sql, type Kysely, type Selectable } from "kysely";
import type { EventKind } from "../../domain/event.ts";
import type { Database } from "../schema.ts";
import { readCursor, toPage, writeCursor } from "./cursor.ts";

export interface EventRow extends EventContent {
  readonly id: number;
}

/** What is told of an event. */
export interface EventContent {
  readonly kind: EventKind;
  readonly at: Date;
  readonly title: string;
  readonly actor: string | null;
  readonly imageId: string | null;
  readonly repositoryId: string | null;
  readonly policyId: string | null;
  readonly exceptionId: string | null;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface EventQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly kind?: string | undefined;
  /** uuid of an image. */
  readonly image?: string | undefined;
}

/** The newest first. @throws PlimsollError REQUEST_INVALID for a cursor of another list */
export async function listEvents(
  tx: Kysely<Database>,
  orgId: string,
  { limit, cursor, kind, image }: EventQuery,
): Promise<{ entries: EventRow[]; next: string | null }> {
  const after = readCursor(LIST, cursor, ["number"]);
  let query = tx
    .selectFrom("event")
    .selectAll()
    .where("org_id", "=", orgId)
    .orderBy("id", "desc")
    .limit(limit + 1);
  if (after !== null) query = query.where("id", "<", Number(after[0]));
  // Any text may be asked for; there are no events of a kind that is not known.
  if (kind !== undefined) query = query.where("kind", "=", kind as EventKind);
  if (image !== undefined) query = query.where("image_id", "=", image);
  return toPage(await query.execute(), limit, {
    entry: toEventRow,
    cursor: (row) => writeCursor(LIST, [row.id]),
  });
}

const LIST = "events/desc";

/** What a stream needs of an event. */
export interface EventHint {
  readonly id: number;
  readonly kind: string;
}

/**
 * Events after the one with the id `since`, in their order, at most `limit`. Ids are given out when an event is written and seen when
 * its transaction ends, so one with a lower id may appear later: those of the minute before `since` are there once more.
 */
export async function listEventsSince(
  tx: Kysely<Database>,
  orgId: string,
  since: number,
  limit: number,
): Promise<EventHint[]> {
  const { rows } = await sql<EventHint>`
    select event.id, event.kind from event
    where event.org_id = ${orgId} and event.id > ${since - OVERLAP_IDS_MAX}::bigint and event.id <> ${since}::bigint
      and (event.id > ${since}::bigint or event.at > (
        select last.at - interval '1 minute' from event last where last.org_id = ${orgId} and last.id = ${since}::bigint))
    order by event.id limit ${limit}`.execute(tx);
  return rows;
}

/** However much happened in that minute. */
const OVERLAP_IDS_MAX = 1_000;

/** The id of the newest event; 0: there is none. */
export async function newestEventId(tx: Kysely<Database>, orgId: string): Promise<number> {
  const row = await tx
    .selectFrom("event")
    .select("id")
    .where("org_id", "=", orgId)
    .orderBy("id", "desc")
    .limit(1)
    .executeTakeFirst();
  return row?.id ?? 0;
}

export function toEventRow(row: Selectable<Database["event"]>): EventRow {
  return { id: row.id, ...toEventContent(row) };
}

export function toEventContent(
  row: Omit<Selectable<Database["event"]>, "id" | "org_id" | "once_key">,
): EventContent {
  return {
    kind: row.kind,
    at: row.at,
    title: row.title,
    actor: row.actor,
    imageId: row.image_id,
    repositoryId: row.repository_id,
    policyId: row.policy_id,
    exceptionId: row.exception_id,
    body: row.body,
  };
}
