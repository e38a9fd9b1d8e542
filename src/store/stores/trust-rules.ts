/** Rules by which tokens of CI systems are exchanged for short ones of an organisation. */
import { sql, type Kysely, type Selectable } from "kysely";
import type { Scope } from "../../domain/roles.ts";
import type { Database } from "../schema.ts";

export interface TrustRule {
  readonly id: string;
  readonly name: string;
  readonly issuer: string;
  readonly audience: string;
  /** Claim -> patterns, one of which must fit; of every claim. */
  readonly claims: Readonly<Record<string, readonly string[]>>;
  readonly scopes: readonly Scope[];
  /** How long a token lasts that was made by it. */
  readonly minutes: number;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly usedAt: Date | null;
}

/** By name; of one issuer alone when it is given. */
export async function listTrustRules(
  tx: Kysely<Database>,
  orgId: string,
  issuer: string | null = null,
): Promise<TrustRule[]> {
  let query = tx.selectFrom("trust_rule").selectAll().where("org_id", "=", orgId);
  if (issuer !== null) query = query.where("issuer", "=", issuer);
  return (await query.orderBy("name").execute()).map(toRule);
}

/** Null: there is none of this id. */
export async function findTrustRule(
  tx: Kysely<Database>,
  orgId: string,
  id: string,
): Promise<TrustRule | null> {
  const row = await tx
    .selectFrom("trust_rule")
    .selectAll()
    .where("org_id", "=", orgId)
    .where("id", "=", id)
    .executeTakeFirst();
  return row === undefined ? null : toRule(row);
}

export type TrustRuleContent = Omit<TrustRule, "id" | "createdBy" | "createdAt" | "usedAt">;

/** Throws the database's unique violation when its name is taken. */
export async function insertTrustRule(
  tx: Kysely<Database>,
  orgId: string,
  rule: TrustRuleContent,
  { by, now }: { readonly by: string; readonly now: Date },
): Promise<TrustRule> {
  const row = await tx
    .insertInto("trust_rule")
    .values({ org_id: orgId, created_by: by, created_at: now, ...columnsOf(rule) })
    .returningAll()
    .executeTakeFirstOrThrow();
  return toRule(row);
}

/** Writes over it; tokens that were made by it end. Null: there is none of this id. */
export async function updateTrustRule(
  tx: Kysely<Database>,
  orgId: string,
  id: string,
  rule: TrustRuleContent,
): Promise<TrustRule | null> {
  await tx.deleteFrom("token").where("org_id", "=", orgId).where("trust_rule_id", "=", id).execute();
  const row = await tx
    .updateTable("trust_rule")
    .set(columnsOf(rule))
    .where("org_id", "=", orgId)
    .where("id", "=", id)
    .returningAll()
    .executeTakeFirst();
  return row === undefined ? null : toRule(row);
}

function columnsOf({ name, issuer, audience, claims, scopes, minutes }: TrustRuleContent) {
  return { name, issuer, audience, claims: JSON.stringify(claims), scopes: [...scopes], minutes };
}

/** With the tokens that were made by it. What it was; null: there is none. */
export async function deleteTrustRule(
  tx: Kysely<Database>,
  orgId: string,
  id: string,
): Promise<TrustRule | null> {
  const row = await tx
    .deleteFrom("trust_rule")
    .where("org_id", "=", orgId)
    .where("id", "=", id)
    .returningAll()
    .executeTakeFirst();
  return row === undefined ? null : toRule(row);
}

/** Notes its use, removes tokens of it whose time is over, and returns how many are left. */
export async function useTrustRule(
  tx: Kysely<Database>,
  orgId: string,
  id: string,
  now: Date,
): Promise<number> {
  await tx
    .updateTable("trust_rule")
    .set({ used_at: now })
    .where("org_id", "=", orgId)
    .where("id", "=", id)
    .execute();
  const { rows } = await sql<{ count: number }>`
    with gone as (
      delete from token where org_id = ${orgId} and trust_rule_id = ${id} and expires_at <= ${now} returning 1
    )
    select count(*)::integer as count from token
    where org_id = ${orgId} and trust_rule_id = ${id} and expires_at > ${now}`.execute(tx);
  return rows[0]?.count ?? 0;
}

function toRule(row: Selectable<Database["trust_rule"]>): TrustRule {
  return {
    id: row.id,
    name: row.name,
    issuer: row.issuer,
    audience: row.audience,
    claims: row.claims,
    scopes: row.scopes as Scope[],
    minutes: row.minutes,
    createdBy: row.created_by,
    createdAt: row.created_at,
    usedAt: row.used_at,
  };
}
