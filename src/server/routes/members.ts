/** Members of an organisation and invitations to it. An organisation always has an owner. */
import { z } from "zod";
import { uuid } from "../../api/rest/fields.ts";
import {
  invitationList,
  memberList,
  memberRequest,
  memberRoleRequest,
  memberView,
  newMemberView,
  type MemberView,
  type NewMemberView,
} from "../../api/rest/organisations.ts";
import { PlimsollError } from "../../domain/error.ts";
import { roleMay, type Role } from "../../domain/roles.ts";
import type { StoreTransaction } from "../../store/connect.ts";
import { inOrg } from "../../store/in-org.ts";
import { findAccount } from "../../store/stores/accounts.ts";
import { recordAudit, type AuditActor } from "../../store/stores/audit.ts";
import {
  deleteInvitation,
  insertInvitation,
  listInvitations,
  voidInvitations,
  voidInvitationsBy,
} from "../../store/stores/invitations.ts";
import { deleteMember, insertMember, lockMembers, setMemberRole } from "../../store/stores/members.ts";
import { findMember, listMembers, type MemberRow } from "../../store/views/members.ts";
import { hashSecret, newSecret } from "../auth/secrets.ts";
import { accountOf, callerActor } from "../caller.ts";
import { orgRoute, type Route } from "../route.ts";

const managing = { permission: "manage-members", tag: "Members" } as const;
const memberParams = z.object({ accountId: uuid });

export const memberRoutes: readonly Route[] = [
  orgRoute(
    {
      ...managing,
      method: "get",
      path: "/orgs/{org}/members",
      summary: "Members and their roles",
      response: memberList,
    },
    ({ org }, { store }) =>
      inOrg(store, org.id, async (tx) => ({ members: (await listMembers(tx, org.id)).map(viewMember) })),
  ),
  orgRoute(
    {
      ...managing,
      method: "post",
      path: "/orgs/{org}/members",
      summary: "Add an account by its name, or make a link with which somebody makes that account",
      body: memberRequest,
      response: newMemberView,
      status: 201,
      problems: ["CONFLICT"],
    },
    ({ org, caller, body, now }, { store }) => {
      const by = accountOf(caller).id;
      const wanted = { ...body, orgId: org.id, actor: callerActor(caller), by, now };
      return inOrg(store, org.id, (tx) => addMember(tx, wanted));
    },
  ),
  orgRoute(
    {
      ...managing,
      method: "patch",
      path: "/orgs/{org}/members/{accountId}",
      summary: "Change the role of a member",
      params: memberParams,
      body: memberRoleRequest,
      response: memberView,
      problems: ["CONFLICT"],
    },
    ({ org, caller, params, body }, { store }) => {
      const wanted = { orgId: org.id, accountId: params.accountId, actor: callerActor(caller) };
      return inOrg(store, org.id, async (tx) => {
        await changeMember(tx, { ...wanted, role: body.role });
        return viewMember(await getMember(tx, org.id, params.accountId));
      });
    },
  ),
  orgRoute(
    {
      ...managing,
      method: "delete",
      path: "/orgs/{org}/members/{accountId}",
      summary: "Remove a member",
      params: memberParams,
      response: null,
      problems: ["CONFLICT"],
    },
    ({ org, caller, params }, { store }) => {
      const wanted = { orgId: org.id, accountId: params.accountId, actor: callerActor(caller) };
      return inOrg(store, org.id, (tx) => changeMember(tx, { ...wanted, role: null }));
    },
  ),
  orgRoute(
    {
      ...managing,
      method: "get",
      path: "/orgs/{org}/invitations",
      summary: "Invitations that were not redeemed yet",
      response: invitationList,
    },
    ({ org, now }, { store }) =>
      inOrg(store, org.id, async (tx) => ({
        invitations: (await listInvitations(tx, org.id, now)).map(
          ({ id, accountName, role, createdAt, expiresAt }) => ({
            id,
            accountName,
            role,
            createdAt,
            expiresAt,
          }),
        ),
      })),
  ),
  orgRoute(
    {
      ...managing,
      method: "delete",
      path: "/orgs/{org}/invitations/{invitationId}",
      summary: "Withdraw an invitation",
      params: z.object({ invitationId: uuid }),
      response: null,
    },
    ({ org, caller, params }, { store }) =>
      inOrg(store, org.id, async (tx) => {
        const gone = await deleteInvitation(tx, org.id, params.invitationId);
        if (gone === null) throw new PlimsollError("NOT_FOUND", "There is no such invitation.");
        const change = { action: "invitation.withdrawn", target: gone.accountName, after: null };
        const before = { role: gone.role };
        await recordAudit(tx, { orgId: org.id, actor: callerActor(caller), ...change, before });
      }),
  ),
];

interface Invited {
  readonly orgId: string;
  readonly name: string;
  readonly role: Role;
  readonly actor: AuditActor;
  /** Account that invites. */
  readonly by: string;
  readonly now: Date;
}

async function addMember(tx: StoreTransaction, invited: Invited): Promise<NewMemberView> {
  const { orgId, name, role, actor } = invited;
  const account = await findAccount(tx, { name });
  if (account === null) return invite(tx, invited);
  if (!(await insertMember(tx, { orgId, accountId: account.id, role }))) {
    throw new PlimsollError("CONFLICT", "This account is a member already.");
  }
  const after = { role };
  await recordAudit(tx, { orgId, actor, action: "member.added", target: name, before: null, after });
  const member = viewMember(await getMember(tx, orgId, account.id));
  return { member, link: null, expiresAt: null };
}

/** A new link for the same name voids the one before. */
async function invite(
  tx: StoreTransaction,
  { orgId, name, role, actor, by, now }: Invited,
): Promise<NewMemberView> {
  await voidInvitations(tx, orgId, name);
  const token = newSecret("plinv_");
  const invitation = await insertInvitation(tx, {
    orgId,
    accountName: name,
    role,
    isAdministrator: false,
    createdBy: by,
    hash: hashSecret(token),
    expiresAt: new Date(now.getTime() + INVITATION_MS),
  });
  const after = { role, expiresAt: invitation.expiresAt };
  await recordAudit(tx, { orgId, actor, action: "member.invited", target: name, before: null, after });
  // Behind a #, the token is not sent when the link is opened, so no proxy writes it down.
  return { member: null, link: `/redeem#${token}`, expiresAt: invitation.expiresAt.toISOString() };
}

/** Another role, or null: none. @throws PlimsollError NOT_FOUND, CONFLICT for the last owner */
async function changeMember(
  tx: StoreTransaction,
  wanted: {
    readonly orgId: string;
    readonly accountId: string;
    readonly role: Role | null;
    readonly actor: AuditActor;
  },
): Promise<void> {
  const { orgId, accountId, role, actor } = wanted;
  const roles = await lockMembers(tx, orgId);
  const before = roles.get(accountId);
  if (before === undefined) throw noMember();
  const owners = [...roles.values()].filter((each) => each === "owner").length;
  if (before === "owner" && role !== "owner" && owners === 1) {
    throw new PlimsollError("CONFLICT", "An organisation has an owner: make somebody else one first.");
  }
  const { name: target } = await getMember(tx, orgId, accountId);
  if (role === null) await deleteMember(tx, orgId, accountId);
  else await setMemberRole(tx, { orgId, accountId, role });
  const action = role === null ? "member.removed" : "member.role-changed";
  const after = role === null ? null : { role };
  await recordAudit(tx, { orgId, actor, action, target, before: { role: before }, after });
  if (role !== null && roleMay(role, "manage-members")) return;
  // A link in a mailbox must not let somebody in on the word of who has no say any more.
  for (const invited of await voidInvitationsBy(tx, orgId, accountId)) {
    const change = { action: "invitation.withdrawn", target: invited, after: null };
    await recordAudit(tx, { orgId, actor, ...change, before: { invitedBy: target } });
  }
}

async function getMember(tx: StoreTransaction, orgId: string, accountId: string): Promise<MemberRow> {
  const member = await findMember(tx, orgId, accountId);
  if (member === null) throw noMember();
  return member;
}

function viewMember({ accountId, name, displayName, role, since }: MemberRow): MemberView {
  return { accountId, name, displayName, role, since: since.toISOString() };
}

function noMember(): PlimsollError {
  return new PlimsollError("NOT_FOUND", "There is no such member.");
}

const INVITATION_MS = 7 * 24 * 60 * 60_000;
