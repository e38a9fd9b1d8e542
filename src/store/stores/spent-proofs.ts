/** Proofs that count once: tokens and assertions that were taken, and tickets that wait to be fetched. Only hashes are kept. */
import { sql, type Kysely } from "kysely";
import type { Database } from "../schema.ts";

/** Takes a proof: false when it was taken before. It is remembered until `expiresAt`, when it ends by itself. */
export async function spendProof(
  tx: Kysely<Database>,
  hash: Buffer,
  { now, expiresAt }: { readonly now: Date; readonly expiresAt: Date },
): Promise<boolean> {
  await tx
    .deleteFrom("spent_proof")
    .where("hash", "in", (each) =>
      each
        .selectFrom("spent_proof")
        .select("hash")
        .where("expires_at", "<", now)
        .limit(ENDED_MAX)
        .forUpdate()
        .skipLocked(),
    )
    .execute();
  const row = await tx
    .insertInto("spent_proof")
    .values({ hash, expires_at: expiresAt })
    .onConflict((conflict) => conflict.column("hash").doNothing())
    .returning("hash")
    .executeTakeFirst();
  return row !== undefined;
}

export async function insertTicket(
  tx: Kysely<Database>,
  ticket: {
    readonly hash: Buffer;
    readonly bodySealed: Buffer;
    readonly expiresAt: Date;
    readonly now: Date;
  },
): Promise<void> {
  await sql`delete from sign_in_ticket where expires_at < ${ticket.now}`.execute(tx);
  await tx
    .insertInto("sign_in_ticket")
    .values({ hash: ticket.hash, body_sealed: ticket.bodySealed, expires_at: ticket.expiresAt })
    .execute();
}

/** Fetches it, once; null: there is none, or its time is over. */
export async function takeTicket(tx: Kysely<Database>, hash: Buffer, now: Date): Promise<Buffer | null> {
  const row = await tx
    .deleteFrom("sign_in_ticket")
    .where("hash", "=", hash)
    .returning(["body_sealed", "expires_at"])
    .executeTakeFirst();
  return row === undefined || row.expires_at <= now ? null : row.body_sealed;
}

const ENDED_MAX = 1000;
