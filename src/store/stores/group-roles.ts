/** Which group of a provider has which role in an organisation, and what somebody is given by their groups. */
import { sql, type Kysely } from "kysely";
import type { Role } from "../../domain/roles.ts";
import type { Database } from "../schema.ts";

export interface GroupRole {
  /** Name of the provider. */
  readonly provider: string;
  readonly group: string;
  readonly role: Role;
}

/** Of the organisation, by provider and group. */
export async function listGroupRoles(tx: Kysely<Database>, orgId: string): Promise<GroupRole[]> {
  return tx
    .selectFrom("group_role")
    .innerJoin("sign_in_provider", "sign_in_provider.id", "group_role.provider_id")
    .select(["sign_in_provider.name as provider", "group_role.group_name as group", "group_role.role"])
    .where("group_role.org_id", "=", orgId)
    .orderBy("sign_in_provider.name")
    .orderBy("group_role.group_name")
    .execute();
}

/** In place of all that were there. */
export async function replaceGroupRoles(
  tx: Kysely<Database>,
  orgId: string,
  roles: readonly { readonly providerId: string; readonly group: string; readonly role: Role }[],
): Promise<void> {
  await tx.deleteFrom("group_role").where("org_id", "=", orgId).execute();
  if (roles.length === 0) return;
  await tx
    .insertInto("group_role")
    .values(
      roles.map(({ providerId, group, role }) => ({
        org_id: orgId,
        provider_id: providerId,
        group_name: group,
        role,
      })),
    )
    .execute();
}

/** What organisations give to somebody in these groups: the one look-up across organisations of a sign-in. */
export async function findGroupRoles(
  tx: Kysely<Database>,
  providerId: string,
  groups: readonly string[],
): Promise<readonly { readonly orgId: string; readonly role: Role }[]> {
  if (groups.length === 0) return [];
  const { rows } = await sql<{
    org_id: string;
    role: Role;
  }>`select org_id, role from find_group_roles(${providerId}, ${[...groups]})`.execute(tx);
  return rows.map(({ org_id: orgId, role }) => ({ orgId, role }));
}
