/** Sessions of browsers. The browser holds the random id; the row holds its SHA-256, so that a copy of the table signs nobody in. */
import { sql, type Kysely } from "kysely";
import type { Database } from "../schema.ts";
import { toAccount, type Account } from "./accounts.ts";

export interface Session {
  readonly idHash: Buffer;
  readonly csrfToken: string;
  readonly seenAt: Date;
  readonly account: Account;
}

export interface NewSession {
  readonly idHash: Buffer;
  readonly accountId: string;
  readonly csrfToken: string;
  readonly now: Date;
  /** Its end, however much it is used. */
  readonly expiresAt: Date;
}

export async function insertSession(tx: Kysely<Database>, session: NewSession): Promise<void> {
  await tx
    .insertInto("session")
    .values({
      id_hash: session.idHash,
      account_id: session.accountId,
      csrf_token: session.csrfToken,
      created_at: session.now,
      seen_at: session.now,
      expires_at: session.expiresAt,
    })
    .execute();
}

/** The live session behind a hash. `seenAfter`: one that was not used since then has ended. */
export async function findSession(
  tx: Kysely<Database>,
  idHash: Buffer,
  { now, seenAfter }: { readonly now: Date; readonly seenAfter: Date },
): Promise<Session | null> {
  const row = await tx
    .selectFrom("session")
    .innerJoin("account", "account.id", "session.account_id")
    .selectAll("account")
    .select(["session.id_hash", "session.csrf_token", "session.seen_at"])
    .where("session.id_hash", "=", idHash)
    .where("session.expires_at", ">", now)
    .where("session.seen_at", ">", seenAfter)
    .where("account.disabled_at", "is", null)
    .executeTakeFirst();
  if (row === undefined) return null;
  return { idHash: row.id_hash, csrfToken: row.csrf_token, seenAt: row.seen_at, account: toAccount(row) };
}

/** Notes that it was used, which puts off its end for want of use. */
export async function touchSession(tx: Kysely<Database>, idHash: Buffer, now: Date): Promise<void> {
  await tx.updateTable("session").set({ seen_at: now }).where("id_hash", "=", idHash).execute();
}

/** One that is not there is no error. */
export async function deleteSession(tx: Kysely<Database>, idHash: Buffer): Promise<void> {
  await tx.deleteFrom("session").where("id_hash", "=", idHash).execute();
}

/** Ends the sessions of an account, but the one named. */
export async function deleteOtherSessions(
  tx: Kysely<Database>,
  accountId: string,
  kept: Buffer | null,
): Promise<void> {
  const query = tx.deleteFrom("session").where("account_id", "=", accountId);
  await (kept === null ? query : query.where("id_hash", "!=", kept)).execute();
}

/** Keeps the `count` sessions of an account that were used last. */
export async function keepNewestSessions(
  tx: Kysely<Database>,
  accountId: string,
  count: number,
): Promise<void> {
  await tx
    .deleteFrom("session")
    .where("account_id", "=", accountId)
    .where("id_hash", "not in", (each) =>
      each
        .selectFrom("session")
        .select("id_hash")
        .where("account_id", "=", accountId)
        .orderBy("seen_at", "desc")
        .orderBy("created_at", "desc")
        .limit(count),
    )
    .execute();
}

/** Removes rows that no longer sign anybody in. */
export async function deleteEndedSessions(
  tx: Kysely<Database>,
  { now, seenAfter }: { readonly now: Date; readonly seenAfter: Date },
): Promise<void> {
  await tx
    .deleteFrom("session")
    .where((each) => each.or([each("expires_at", "<=", now), each("seen_at", "<=", seenAfter)]))
    // Rows that another sign-in is removing are its business.
    .where("id_hash", "in", (each) =>
      each
        .selectFrom("session")
        .select("id_hash")
        .where(sql<boolean>`expires_at <= ${now} or seen_at <= ${seenAfter}`)
        .limit(1000)
        .forUpdate()
        .skipLocked(),
    )
    .execute();
}
