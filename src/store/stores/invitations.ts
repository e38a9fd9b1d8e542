/**
 * Invitations: a link for somebody who has no account yet. The one of the first run makes the administrator and belongs to no
 * organisation. Redeeming is an update that only one of two at the same time wins.
 */
import { sql, type Kysely, type Selectable } from "kysely";
import type { Role } from "../../domain/roles.ts";
import type { Database } from "../schema.ts";

export interface Invitation {
  readonly id: string;
  /** Null: of the installation. */
  readonly orgId: string | null;
  /** Empty: the redeemer chooses. */
  readonly accountName: string;
  /** Null without an organisation. */
  readonly role: Role | null;
  readonly isAdministrator: boolean;
  /** Account that made it; null: the server, for its first run. */
  readonly createdBy: string | null;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

export type NewInvitation = Omit<Invitation, "id" | "createdAt"> & { readonly hash: Buffer };

/** Only the hash of the link's secret is kept. */
export async function insertInvitation(tx: Kysely<Database>, invitation: NewInvitation): Promise<Invitation> {
  const row = await tx
    .insertInto("invitation")
    .values({
      org_id: invitation.orgId,
      account_name: invitation.accountName,
      role: invitation.role,
      is_administrator: invitation.isAdministrator,
      created_by: invitation.createdBy,
      hash: invitation.hash,
      expires_at: invitation.expiresAt,
      redeemed_at: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return toInvitation(row);
}

/** The invitation behind a hash that was not redeemed. Whether it has expired is for the caller to see. */
export async function findInvitation(tx: Kysely<Database>, hash: Buffer): Promise<Invitation | null> {
  const { rows } = await sql<
    Selectable<Database["invitation"]>
  >`select * from find_invitation(${hash})`.execute(tx);
  const row = rows[0];
  return row === undefined ? null : toInvitation(row);
}

/** Returns false when somebody else redeemed or withdrew it in between. */
export async function redeemInvitation(tx: Kysely<Database>, id: string, now: Date): Promise<boolean> {
  const row = await tx
    .updateTable("invitation")
    .set({ redeemed_at: now })
    .where("id", "=", id)
    .where("redeemed_at", "is", null)
    .returning("id")
    .executeTakeFirst();
  return row !== undefined;
}

/** Those of an organisation that can still be redeemed, newest first. */
export async function listInvitations(tx: Kysely<Database>, orgId: string, now: Date): Promise<Invitation[]> {
  const rows = await tx
    .selectFrom("invitation")
    .selectAll()
    .where("org_id", "=", orgId)
    .where("redeemed_at", "is", null)
    .where("expires_at", ">", now)
    .orderBy("created_at", "desc")
    .orderBy("id")
    .execute();
  return rows.map(toInvitation);
}

/** Removes what was not redeemed: of one person in an organisation, so that a new link voids the old one. */
export async function voidInvitations(
  tx: Kysely<Database>,
  orgId: string,
  accountName: string,
): Promise<void> {
  await tx
    .deleteFrom("invitation")
    .where("org_id", "=", orgId)
    .where("account_name", "=", accountName)
    .where("redeemed_at", "is", null)
    .execute();
}

/** Removes what an account made for an organisation and nobody redeemed. Returns the names that were invited. */
export async function voidInvitationsBy(
  tx: Kysely<Database>,
  orgId: string,
  accountId: string,
): Promise<string[]> {
  const rows = await tx
    .deleteFrom("invitation")
    .where("org_id", "=", orgId)
    .where("created_by", "=", accountId)
    .where("redeemed_at", "is", null)
    .returning("account_name")
    .execute();
  return rows.map((row) => row.account_name).toSorted();
}

/** Removes the tokens of the first run that were not redeemed and that this transaction sees: of its organisation, or of none. */
export async function voidOwnerInvitations(tx: Kysely<Database>): Promise<void> {
  await tx
    .deleteFrom("invitation")
    .where("is_administrator", "=", true)
    .where("redeemed_at", "is", null)
    .execute();
}

/** Returns it as it was, or null when it is not there, redeemed, or not theirs. */
export async function deleteInvitation(
  tx: Kysely<Database>,
  orgId: string,
  id: string,
): Promise<Invitation | null> {
  const row = await tx
    .deleteFrom("invitation")
    .where("org_id", "=", orgId)
    .where("id", "=", id)
    .where("redeemed_at", "is", null)
    .returningAll()
    .executeTakeFirst();
  return row === undefined ? null : toInvitation(row);
}

function toInvitation(row: Selectable<Database["invitation"]>): Invitation {
  return {
    id: row.id,
    orgId: row.org_id,
    accountName: row.account_name,
    role: row.role,
    isAdministrator: row.is_administrator,
    createdBy: row.created_by,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  };
}
