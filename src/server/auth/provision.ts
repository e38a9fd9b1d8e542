/**
 * Somebody whom a provider knows, let in: found or made an account, given and taken the memberships that their groups mean, and
 * signed in. Memberships that a person gave stay as they are.
 */
import { PlimsollError } from "../../domain/error.ts";
import { roles, type Role } from "../../domain/roles.ts";
import type { Store, StoreTransaction } from "../../store/connect.ts";
import { inOrg, outsideOrg } from "../../store/in-org.ts";
import { findAccount, insertAccount, setAdministrator, type Account } from "../../store/stores/accounts.ts";
import { recordAudit } from "../../store/stores/audit.ts";
import { findGroupRoles } from "../../store/stores/group-roles.ts";
import { listMemberships, listProvidedMemberships } from "../../store/stores/members.ts";
import { hasIdentity, insertIdentity, seeIdentity } from "../../store/stores/sign-in-identities.ts";
import type { SignInProvider } from "../../store/stores/sign-in-providers.ts";
import { giveRole } from "./give-role.ts";
import type { ProvenPerson } from "./providers/person.ts";
import { startSession, type StartedSession } from "./session.ts";

export interface Admission {
  readonly provider: SignInProvider;
  readonly person: ProvenPerson;
  /** Hash of the session that the browser brought, which ends. */
  readonly replaced: Buffer | null;
  readonly now: Date;
}

/** @throws PlimsollError SIGN_IN_REFUSED */
export async function admit(
  store: Store,
  { provider, person, replaced, now }: Admission,
): Promise<{ readonly accountId: string; readonly session: StartedSession }> {
  const given = strongest(await outsideOrg(store, (tx) => findGroupRoles(tx, provider.id, person.groups)));
  const isAdministrator = person.groups.some((group) => provider.administratorGroups.includes(group));
  const { account, administers } = await outsideOrg(store, async (tx) => {
    const mayMake = given.size > 0 || isAdministrator;
    const found = await findOrMake(tx, { provider, person, mayMake, now });
    if (found.isDisabled) throw refused("The account is disabled.");
    return {
      account: found,
      administers: await applyAdministration(tx, { provider, account: found, isAdministrator }),
    };
  });
  const accountId = account.id;
  await applyMemberships(store, { provider, account, given });
  return outsideOrg(
    store,
    async (tx) => {
      const isIn = administers || (await listMemberships(tx, accountId)).length > 0;
      // Whose groups mean nothing any more is out at once, not only out of the organisations.
      if (!isIn && provider.provisioning === "mapped") throw refused("None of the groups has a role here.");
      const session = await startSession(tx, { accountId, replaced, now, lifeMs: LIFE_MS });
      const change = { action: "session.started", target: account.name, before: null };
      const actor = { kind: "account", id: accountId, name: account.name } as const;
      await recordAudit(tx, { orgId: null, actor, ...change, after: { provider: provider.name } });
      return { accountId, session };
    },
    { accountId },
  );
}

interface Wanted {
  readonly provider: SignInProvider;
  readonly person: ProvenPerson;
  /** Whether a group of theirs has a role. */
  readonly mayMake: boolean;
  readonly now: Date;
}

async function findOrMake(tx: StoreTransaction, wanted: Wanted): Promise<Account> {
  const { provider, person, now } = wanted;
  const key = { providerId: provider.id, subject: person.subject };
  const known = await seeIdentity(tx, key, now);
  if (known !== null) return getAccount(tx, known);
  const namesake = await findAccount(tx, { name: person.name });
  if (namesake !== null) await checkLink(tx, provider, namesake);
  const account = namesake ?? (await makeAccount(tx, wanted));
  await insertIdentity(tx, key, { accountId: account.id, now });
  await recordAudit(tx, {
    orgId: null,
    actor: actorOf(provider),
    action: namesake === null ? "account.created" : "account.linked",
    target: account.name,
    before: null,
    after: { provider: provider.name },
  });
  return account;
}

/** Whoever chooses names at the provider could otherwise take over any account of ours. */
async function checkLink(tx: StoreTransaction, provider: SignInProvider, account: Account): Promise<void> {
  const isFree = provider.linksAccounts && !account.isAdministrator && !account.isDisabled;
  if (isFree && !(await hasIdentity(tx, provider.id, account.id))) return;
  throw refused("There is another account of this name, which the provider may not sign in to.");
}

async function makeAccount(tx: StoreTransaction, { provider, person, mayMake }: Wanted): Promise<Account> {
  const { provisioning } = provider;
  if (provisioning === "nobody") throw refused("There is no account of this name, and none is made.");
  if (provisioning === "mapped" && !mayMake) throw refused("None of the groups has a role here.");
  const { name, displayName } = person;
  const id = await insertAccount(tx, { name, displayName, passwordHash: null, isAdministrator: false });
  if (id === null) throw refused("An account of this name was made at the same moment: try again.");
  return getAccount(tx, id);
}

/** Whether the account administers the installation afterwards. */
async function applyAdministration(
  tx: StoreTransaction,
  {
    provider,
    account,
    isAdministrator,
  }: { readonly provider: SignInProvider; readonly account: Account; readonly isAdministrator: boolean },
): Promise<boolean> {
  // Who has a password was made an administrator by a person, or can be.
  if (provider.administratorGroups.length === 0 || account.passwordHash !== null)
    return account.isAdministrator;
  if (account.isAdministrator === isAdministrator) return isAdministrator;
  await setAdministrator(tx, account.id, isAdministrator);
  await recordAudit(tx, {
    orgId: null,
    actor: actorOf(provider),
    action: "account.administration-changed",
    target: account.name,
    before: { isAdministrator: account.isAdministrator },
    after: { isAdministrator },
  });
  return isAdministrator;
}

async function applyMemberships(
  store: Store,
  {
    provider,
    account,
    given,
  }: {
    readonly provider: SignInProvider;
    readonly account: Account;
    readonly given: ReadonlyMap<string, Role>;
  },
): Promise<void> {
  const accountId = account.id;
  const held = await outsideOrg(store, (tx) => listProvidedMemberships(tx, accountId, provider.id), {
    accountId,
  });
  const orgIds = new Set([...given.keys(), ...held.map(({ orgId }) => orgId)]);
  for (const orgId of [...orgIds].toSorted()) {
    const role = given.get(orgId) ?? null;
    await inOrg(store, orgId, (tx) => giveRole(tx, { orgId, account, provider, role }));
  }
}

/** Of several groups in one organisation the one with the most rights counts. */
function strongest(given: readonly { readonly orgId: string; readonly role: Role }[]): Map<string, Role> {
  const best = new Map<string, Role>();
  for (const { orgId, role } of given) {
    const before = best.get(orgId);
    if (before === undefined || roles.indexOf(role) > roles.indexOf(before)) best.set(orgId, role);
  }
  return best;
}

async function getAccount(tx: StoreTransaction, id: string): Promise<Account> {
  const account = await findAccount(tx, { id });
  if (account === null) throw new TypeError("an account went away while it was signing in");
  return account;
}

function actorOf({ name }: SignInProvider): { kind: "system"; id: null; name: string } {
  return { kind: "system", id: null, name: `sign-in provider ${name}` };
}

function refused(message: string): PlimsollError {
  return new PlimsollError("SIGN_IN_REFUSED", message);
}

/** A working day: groups are looked at again when it is over. */
const LIFE_MS = 12 * 60 * 60_000;
