/** Accounts of people: one for the installation, whatever organisations they are members of. */
import type { Kysely, Selectable } from "kysely";
import type { Database } from "../schema.ts";

export interface Account {
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
  /** As `server/auth/passwords.ts` made it; null: cannot sign in with a password. */
  readonly passwordHash: string | null;
  readonly isAdministrator: boolean;
  readonly isDisabled: boolean;
}

export type NewAccount = Pick<Account, "name" | "displayName" | "passwordHash" | "isAdministrator">;

/** Returns its id, or null when the name is taken. */
export async function insertAccount(tx: Kysely<Database>, account: NewAccount): Promise<string | null> {
  const row = await tx
    .insertInto("account")
    .values({
      name: account.name,
      display_name: account.displayName,
      password_hash: account.passwordHash,
      is_administrator: account.isAdministrator,
      disabled_at: null,
    })
    .onConflict((conflict) => conflict.column("name").doNothing())
    .returning("id")
    .executeTakeFirst();
  return row?.id ?? null;
}

/** A disabled one too: who may sign in is for the caller to see. Null: there is none. */
export async function findAccount(
  tx: Kysely<Database>,
  by: { readonly id: string } | { readonly name: string },
): Promise<Account | null> {
  const query = tx.selectFrom("account").selectAll();
  const row = await ("id" in by ? query.where("id", "=", by.id) : query.where("name", "=", by.name))
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? null : toAccount(row);
}

/** Whether anybody has an account: false only before the first run's token was redeemed. */
export async function hasAccounts(tx: Kysely<Database>): Promise<boolean> {
  return (await tx.selectFrom("account").select("id").limit(1).executeTakeFirst()) !== undefined;
}

/** `hash` as `Passwords` writes it; see `src/server/auth/passwords.ts`. */
export async function setPasswordHash(tx: Kysely<Database>, id: string, hash: string): Promise<void> {
  await tx.updateTable("account").set({ password_hash: hash }).where("id", "=", id).execute();
}

/** Whether it administers the installation. */
export async function setAdministrator(
  tx: Kysely<Database>,
  id: string,
  isAdministrator: boolean,
): Promise<void> {
  await tx.updateTable("account").set({ is_administrator: isAdministrator }).where("id", "=", id).execute();
}

export function toAccount(row: Selectable<Database["account"]>): Account {
  return {
    id: row.id,
    name: row.name,
    displayName: row.display_name,
    passwordHash: row.password_hash,
    isAdministrator: row.is_administrator,
    isDisabled: row.disabled_at !== null,
  };
}
