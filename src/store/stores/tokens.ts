/**
 * API tokens: personal ones act as their account, those of an organisation are services. A row holds the token's SHA-256; what it
 * is a hash of has 256 random bits, so it needs no salt and no slow hash.
 */
import { sql, type Kysely, type Selectable } from "kysely";
import type { Scope } from "../../domain/roles.ts";
import type { Database } from "../schema.ts";

export interface StoredToken {
  readonly id: string;
  /** Exactly one of the two is set. */
  readonly orgId: string | null;
  readonly accountId: string | null;
  readonly name: string;
  readonly prefix: string;
  readonly scopes: readonly Scope[];
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly usedAt: Date | null;
}

export type TokenOwner = { readonly orgId: string } | { readonly accountId: string };

export interface NewToken {
  readonly name: string;
  readonly hash: Buffer;
  readonly prefix: string;
  readonly scopes: readonly Scope[];
  readonly createdBy: string;
  readonly expiresAt: Date | null;
  /** The trust rule that it was made by; left out: a person makes it. */
  readonly trustRuleId?: string;
}

/** In the transaction of its owner: an organisation's, or an account's. */
export async function insertToken(
  tx: Kysely<Database>,
  owner: TokenOwner,
  token: NewToken,
): Promise<StoredToken> {
  const row = await tx
    .insertInto("token")
    .values({
      org_id: "orgId" in owner ? owner.orgId : null,
      account_id: "accountId" in owner ? owner.accountId : null,
      name: token.name,
      hash: token.hash,
      prefix: token.prefix,
      scopes: [...token.scopes],
      created_by: token.createdBy,
      expires_at: token.expiresAt,
      used_at: null,
      revoked_at: null,
      trust_rule_id: token.trustRuleId ?? null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return toToken(row);
}

/** The token behind a hash, of whomever it is, unless it was revoked. Whether it has expired is for the caller to see. */
export async function findToken(tx: Kysely<Database>, hash: Buffer): Promise<StoredToken | null> {
  const { rows } = await sql<Selectable<Database["token"]>>`select * from find_token(${hash})`.execute(tx);
  const row = rows[0];
  return row === undefined ? null : toToken(row);
}

/** Tokens that people made and that were not revoked, newest first. */
export async function listTokens(tx: Kysely<Database>, owner: TokenOwner): Promise<StoredToken[]> {
  const rows = await tx
    .selectFrom("token")
    .selectAll()
    .where(ownedBy(owner))
    .where("revoked_at", "is", null)
    .where("trust_rule_id", "is", null)
    .orderBy("created_at", "desc")
    .orderBy("id")
    .execute();
  return rows.map(toToken);
}

/** Those that people made and that were not revoked; expired ones are among them. */
export async function countTokens(tx: Kysely<Database>, owner: TokenOwner): Promise<number> {
  const { count } = await tx
    .selectFrom("token")
    .select((each) => each.fn.countAll<number>().as("count"))
    .where(ownedBy(owner))
    .where("revoked_at", "is", null)
    .where("trust_rule_id", "is", null)
    .executeTakeFirstOrThrow();
  return count;
}

/** Returns the token, or null when it is not there, revoked already, or not theirs. */
export async function revokeToken(
  tx: Kysely<Database>,
  owner: TokenOwner,
  id: string,
  now: Date,
): Promise<StoredToken | null> {
  const row = await tx
    .updateTable("token")
    .set({ revoked_at: now })
    .where(ownedBy(owner))
    .where("id", "=", id)
    .where("revoked_at", "is", null)
    .returningAll()
    .executeTakeFirst();
  return row === undefined ? null : toToken(row);
}

/** Revokes all of them; returns how many. */
export async function revokeTokens(tx: Kysely<Database>, owner: TokenOwner, now: Date): Promise<number> {
  const rows = await tx
    .updateTable("token")
    .set({ revoked_at: now })
    .where(ownedBy(owner))
    .where("revoked_at", "is", null)
    .returning("id")
    .execute();
  return rows.length;
}

/** For people who look for tokens that nobody uses any more. */
export async function setTokenUsed(tx: Kysely<Database>, id: string, now: Date): Promise<void> {
  await tx.updateTable("token").set({ used_at: now }).where("id", "=", id).execute();
}

function ownedBy(owner: TokenOwner) {
  return "orgId" in owner
    ? sql<boolean>`org_id = ${owner.orgId}`
    : sql<boolean>`account_id = ${owner.accountId}`;
}

function toToken(row: Selectable<Database["token"]>): StoredToken {
  return {
    id: row.id,
    orgId: row.org_id,
    accountId: row.account_id,
    name: row.name,
    prefix: row.prefix,
    scopes: row.scopes as Scope[],
    createdBy: row.created_by,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    usedAt: row.used_at,
  };
}
