/** Who people are at providers of sign-in: a subject there, an account here. */
import type { Kysely } from "kysely";
import type { Database } from "../schema.ts";

export interface IdentityKey {
  readonly providerId: string;
  /** As the provider says it; stays the same when names change. */
  readonly subject: string;
}

/** Id of the account, noted as seen; null: nobody is known by this subject. */
export async function seeIdentity(
  tx: Kysely<Database>,
  { providerId, subject }: IdentityKey,
  now: Date,
): Promise<string | null> {
  const row = await tx
    .updateTable("sign_in_identity")
    .set({ seen_at: now })
    .where("provider_id", "=", providerId)
    .where("subject", "=", subject)
    .returning("account_id")
    .executeTakeFirst();
  return row?.account_id ?? null;
}

/** Throws the database's unique violation when somebody was faster. */
export async function insertIdentity(
  tx: Kysely<Database>,
  { providerId, subject }: IdentityKey,
  { accountId, now }: { readonly accountId: string; readonly now: Date },
): Promise<void> {
  await tx
    .insertInto("sign_in_identity")
    .values({ provider_id: providerId, subject, account_id: accountId, created_at: now, seen_at: now })
    .execute();
}

/** Whether the account is somebody's at this provider already. */
export async function hasIdentity(
  tx: Kysely<Database>,
  providerId: string,
  accountId: string,
): Promise<boolean> {
  const row = await tx
    .selectFrom("sign_in_identity")
    .select("subject")
    .where("provider_id", "=", providerId)
    .where("account_id", "=", accountId)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
