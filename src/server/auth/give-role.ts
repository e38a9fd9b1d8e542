/** The role that a provider's groups give somebody in one organisation: given, changed, taken back. What a person decided stays. */
import type { Role } from "../../domain/roles.ts";
import { roleMay } from "../../domain/roles.ts";
import type { StoreTransaction } from "../../store/connect.ts";
import type { Account } from "../../store/stores/accounts.ts";
import { recordAudit, type AuditActor } from "../../store/stores/audit.ts";
import { voidInvitationsBy } from "../../store/stores/invitations.ts";
import {
  deleteMember,
  findMemberProvider,
  insertMember,
  lockMembers,
  setMemberRole,
} from "../../store/stores/members.ts";
import type { SignInProvider } from "../../store/stores/sign-in-providers.ts";

export interface GivenRole {
  readonly orgId: string;
  readonly account: Pick<Account, "id" | "name">;
  readonly provider: Pick<SignInProvider, "id" | "name">;
  /** Null: none of the groups gives one. */
  readonly role: Role | null;
}

/** In the transaction of the organisation. Its last owner stays one: an organisation that nobody can manage helps nobody. */
export async function giveRole(tx: StoreTransaction, given: GivenRole): Promise<void> {
  const { orgId, account, provider, role } = given;
  const members = await lockMembers(tx, orgId);
  const before = members.get(account.id) ?? null;
  if (before === role) return;
  const member = { orgId, accountId: account.id, providerId: provider.id };
  if (before === null) {
    if (role === null || !(await insertMember(tx, { ...member, role }))) return;
    await note(tx, given, { action: "member.added", before: null });
    return;
  }
  if ((await findMemberProvider(tx, orgId, account.id)) !== provider.id) return;
  const owners = [...members.values()].filter((each) => each === "owner").length;
  if (before === "owner" && owners === 1) {
    await note(tx, given, { action: "member.kept-as-last-owner", before });
    return;
  }
  if (role === null) await deleteMember(tx, orgId, account.id);
  else await setMemberRole(tx, { ...member, role });
  await note(tx, given, { action: role === null ? "member.removed" : "member.role-changed", before });
  await withdrawInvitations(tx, given);
}

/** Those of somebody who may not invite any more. */
async function withdrawInvitations(
  tx: StoreTransaction,
  { orgId, account, provider, role }: GivenRole,
): Promise<void> {
  if (role !== null && roleMay(role, "manage-members")) return;
  for (const target of await voidInvitationsBy(tx, orgId, account.id)) {
    const change = { action: "invitation.withdrawn", target, after: null };
    const before = { invitedBy: account.name };
    await recordAudit(tx, { orgId, actor: actorOf(provider), ...change, before });
  }
}

async function note(
  tx: StoreTransaction,
  { orgId, account, provider, role }: GivenRole,
  { action, before }: { readonly action: string; readonly before: Role | null },
): Promise<void> {
  await recordAudit(tx, {
    orgId,
    actor: actorOf(provider),
    action,
    target: account.name,
    before: before === null ? null : { role: before },
    after: role === null ? null : { role },
  });
}

function actorOf({ name }: Pick<SignInProvider, "name">): AuditActor {
  return { kind: "system", id: null, name: `sign-in provider ${name}` };
}
