/** The Members page: everybody with a role in an organisation. */
import type { Kysely } from "kysely";
import type { Role } from "../../domain/roles.ts";
import type { Database } from "../schema.ts";

export interface MemberRow {
  readonly accountId: string;
  readonly name: string;
  readonly displayName: string;
  readonly role: Role;
  readonly since: Date;
}

/** By name. */
export async function listMembers(tx: Kysely<Database>, orgId: string): Promise<MemberRow[]> {
  return members(tx, orgId).orderBy("account.name").execute();
}

/** Null: no member of this organisation. */
export async function findMember(
  tx: Kysely<Database>,
  orgId: string,
  accountId: string,
): Promise<MemberRow | null> {
  const row = await members(tx, orgId).where("member.account_id", "=", accountId).executeTakeFirst();
  return row ?? null;
}

function members(tx: Kysely<Database>, orgId: string) {
  return tx
    .selectFrom("member")
    .innerJoin("account", "account.id", "member.account_id")
    .select([
      "account.id as accountId",
      "account.name",
      "account.display_name as displayName",
      "member.role",
      "member.created_at as since",
    ])
    .where("member.org_id", "=", orgId);
}
