/**
 * Members: which account has which role in which organisation. Within an organisation's transaction all of its rows are seen;
 * in `outsideOrg` with an account, that account's rows in every organisation.
 */
import type { Kysely } from "kysely";
import type { Role } from "../../domain/roles.ts";
import type { Database } from "../schema.ts";

/** An organisation as one of its members sees it. */
export interface Membership {
  readonly orgId: string;
  readonly name: string;
  readonly role: Role;
  readonly createdAt: Date;
}

export interface NewMember {
  readonly orgId: string;
  readonly accountId: string;
  readonly role: Role;
  /** The sign-in provider whose groups say so; left out: a person does. */
  readonly providerId?: string | null;
}

/** Returns false when the account is a member already; its role stays as it is. */
export async function insertMember(
  tx: Kysely<Database>,
  { orgId, accountId, role, providerId = null }: NewMember,
): Promise<boolean> {
  const row = await tx
    .insertInto("member")
    .values({ org_id: orgId, account_id: accountId, role, provider_id: providerId })
    .onConflict((conflict) => conflict.columns(["org_id", "account_id"]).doNothing())
    .returning("account_id")
    .executeTakeFirst();
  return row !== undefined;
}

/**
 * Roles of all members by account, held until the transaction ends: of two owners who remove each other at the same time, one
 * comes second and sees it.
 */
export async function lockMembers(tx: Kysely<Database>, orgId: string): Promise<ReadonlyMap<string, Role>> {
  const rows = await tx
    .selectFrom("member")
    .select(["account_id", "role"])
    .where("org_id", "=", orgId)
    .orderBy("account_id")
    .forUpdate()
    .execute();
  return new Map(rows.map((row) => [row.account_id, row.role]));
}

/** What a person says counts from then on, whatever a provider's groups do. */
export async function setMemberRole(
  tx: Kysely<Database>,
  { orgId, accountId, role, providerId = null }: NewMember,
): Promise<void> {
  await tx
    .updateTable("member")
    .set({ role, provider_id: providerId })
    .where("org_id", "=", orgId)
    .where("account_id", "=", accountId)
    .execute();
}

export async function deleteMember(tx: Kysely<Database>, orgId: string, accountId: string): Promise<void> {
  await tx.deleteFrom("member").where("org_id", "=", orgId).where("account_id", "=", accountId).execute();
}

/** Organisations of an account, by name. */
export async function listMemberships(tx: Kysely<Database>, accountId: string): Promise<Membership[]> {
  const rows = await memberships(tx, accountId).orderBy("organisation.name").execute();
  return rows.map((row) => ({ orgId: row.id, name: row.name, role: row.role, createdAt: row.created_at }));
}

/** The organisation of this name, if the account is a member. */
export async function findMembership(
  tx: Kysely<Database>,
  accountId: string,
  name: string,
): Promise<Membership | null> {
  const row = await memberships(tx, accountId).where("organisation.name", "=", name).executeTakeFirst();
  if (row === undefined) return null;
  return { orgId: row.id, name: row.name, role: row.role, createdAt: row.created_at };
}

/** Organisations that the account is a member of on the word of this provider, with its role. */
export async function listProvidedMemberships(
  tx: Kysely<Database>,
  accountId: string,
  providerId: string,
): Promise<readonly { readonly orgId: string; readonly role: Role }[]> {
  return tx
    .selectFrom("member")
    .select(["org_id as orgId", "role"])
    .where("account_id", "=", accountId)
    .where("provider_id", "=", providerId)
    .execute();
}

/** On whose word the account is a member: a provider's id, null for a person's; undefined: it is none. */
export async function findMemberProvider(
  tx: Kysely<Database>,
  orgId: string,
  accountId: string,
): Promise<string | null | undefined> {
  const row = await tx
    .selectFrom("member")
    .select("provider_id")
    .where("org_id", "=", orgId)
    .where("account_id", "=", accountId)
    .executeTakeFirst();
  return row?.provider_id;
}

function memberships(tx: Kysely<Database>, accountId: string) {
  return tx
    .selectFrom("member")
    .innerJoin("organisation", "organisation.id", "member.org_id")
    .select(["organisation.id", "organisation.name", "organisation.created_at", "member.role"])
    .where("member.account_id", "=", accountId);
}
