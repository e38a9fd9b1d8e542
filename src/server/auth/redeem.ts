/** An invitation turned into an account, or into a membership of one that exists. */
import { PlimsollError } from "../../domain/error.ts";
import { roleMay } from "../../domain/roles.ts";
import { inOrg, outsideOrg } from "../../store/in-org.ts";
import type { Store, StoreTransaction } from "../../store/connect.ts";
import { recordAudit } from "../../store/stores/audit.ts";
import { findAccount, hasAccounts, insertAccount, type Account } from "../../store/stores/accounts.ts";
import { findInvitation, redeemInvitation, type Invitation } from "../../store/stores/invitations.ts";
import { insertMember } from "../../store/stores/members.ts";
import { findMember } from "../../store/views/members.ts";
import { RequestInvalidError } from "../problem.ts";
import type { ServerParts } from "../parts.ts";
import { hashSecret, isSecret } from "./secrets.ts";
import { startSession, type StartedSession } from "./session.ts";
import { checkPassword } from "./sign-in.ts";

export interface Redemption {
  readonly token: string;
  /** Only where the invitation names nobody. */
  readonly name: string | null;
  readonly displayName: string | null;
  readonly password: string;
  /** Of the client. */
  readonly address: string;
  /** Hash of the session that the browser brought, which ends. */
  readonly replaced: Buffer | null;
}

/**
 * Redeems and signs in. Where the invited name has an account by now, the password must be that account's.
 * @throws PlimsollError TOKEN_INVALID, REQUEST_INVALID, CONFLICT, SIGN_IN_FAILED, RATE_LIMITED
 */
export async function redeem(
  parts: Pick<ServerParts, "store" | "passwords">,
  wanted: Redemption,
  now: Date,
): Promise<{ readonly accountId: string; readonly session: StartedSession }> {
  const { store, passwords } = parts;
  const invitation = await findLive(store, wanted.token, now);
  const name = chooseName(invitation, wanted.name);
  const existing = await findAccount(store.app, { name });
  if (existing !== null && invitation.isAdministrator) throw nameTaken();
  // Either way one slow hash is made, outside of the transaction.
  const known = existing === null ? null : await checkPassword(parts, { ...wanted, name }, now);
  const passwordHash = known === null ? await passwords.hash(wanted.password) : null;
  const work = async (tx: StoreTransaction) => {
    if (!(await redeemInvitation(tx, invitation.id, now))) throw invalid();
    if (!(await mayMakerInvite(tx, invitation))) throw invalid();
    if (invitation.isAdministrator && (await hasAccounts(tx))) throw invalid();
    const account =
      known ??
      (await makeAccount(tx, {
        name,
        displayName: wanted.displayName ?? name,
        passwordHash,
        isAdministrator: invitation.isAdministrator,
      }));
    await join(tx, invitation, account);
    const session = await startSession(tx, { accountId: account.id, replaced: wanted.replaced, now });
    return { accountId: account.id, session };
  };
  return invitation.orgId === null ? outsideOrg(store, work) : inOrg(store, invitation.orgId, work);
}

async function findLive(store: Store, token: string, now: Date): Promise<Invitation> {
  if (!isSecret("plinv_", token)) throw invalid();
  const invitation = await findInvitation(store.app, hashSecret(token));
  if (invitation === null || invitation.expiresAt <= now) throw invalid();
  const { orgId } = invitation;
  if (orgId !== null && !(await inOrg(store, orgId, (tx) => mayMakerInvite(tx, invitation)))) throw invalid();
  return invitation;
}

/** An invitation lasts as long as its maker could make it again; the one of the first run has no maker but the operator. */
async function mayMakerInvite(
  tx: StoreTransaction,
  { orgId, createdBy }: Pick<Invitation, "orgId" | "createdBy">,
): Promise<boolean> {
  if (orgId === null || createdBy === null) return true;
  const maker = await findMember(tx, orgId, createdBy);
  if (maker === null || !roleMay(maker.role, "manage-members")) return false;
  const account = await findAccount(tx, { id: createdBy });
  return account !== null && !account.isDisabled;
}

function chooseName(invitation: Invitation, wanted: string | null): string {
  const { accountName } = invitation;
  if (accountName === "" && wanted === null) {
    throw new RequestInvalidError("The first account needs a name.", [
      { path: "name", message: "choose a name" },
    ]);
  }
  if (accountName !== "" && wanted !== null && wanted !== accountName) {
    throw new RequestInvalidError("The invitation is for another name.", [
      { path: "name", message: "leave it out: the invitation names the account" },
    ]);
  }
  return accountName === "" ? (wanted ?? "") : accountName;
}

async function makeAccount(
  tx: StoreTransaction,
  account: Pick<Account, "name" | "displayName" | "passwordHash" | "isAdministrator">,
): Promise<Pick<Account, "id" | "name">> {
  const id = await insertAccount(tx, account);
  if (id === null) throw nameTaken();
  return { id, name: account.name };
}

async function join(
  tx: StoreTransaction,
  invitation: Invitation,
  account: Pick<Account, "id" | "name">,
): Promise<void> {
  const { orgId, role } = invitation;
  if (orgId !== null && role !== null) await insertMember(tx, { orgId, accountId: account.id, role });
  await recordAudit(tx, {
    orgId,
    actor: { kind: "account", id: account.id, name: account.name },
    action: "invitation.redeemed",
    target: account.name,
    before: null,
    after: { role, isAdministrator: invitation.isAdministrator },
  });
}

function invalid(): PlimsollError {
  return new PlimsollError("TOKEN_INVALID", "The invitation is unknown, expired, withdrawn or used.");
}

function nameTaken(): PlimsollError {
  return new PlimsollError("CONFLICT", "There is an account of this name already.");
}
