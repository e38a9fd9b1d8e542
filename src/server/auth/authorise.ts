/**
 * Whether a caller may use a route, before anything of the request is looked at. Who is not of an organisation is told the same
 * whether it exists or not.
 */
import { PlimsollError } from "../../domain/error.ts";
import { actions, roleMay, scopesMay, type Action } from "../../domain/roles.ts";
import type { Store } from "../../store/connect.ts";
import { outsideOrg } from "../../store/in-org.ts";
import { findMembership, listMemberships } from "../../store/stores/members.ts";
import { findOrganisation } from "../../store/stores/organisations.ts";
import type { AccountCaller, Caller, OrgScope } from "../caller.ts";
import type { Permission } from "../route.ts";

export interface Wanted {
  readonly permission: Permission;
  /** Whether the route changes nothing. */
  readonly isReading: boolean;
  /** Name from the address; null: the route is of no organisation. */
  readonly organisation: string | null;
}

/**
 * The organisation of the address as the caller may see it, or null for a route of none.
 * @throws PlimsollError SIGN_IN_NEEDED, FORBIDDEN, NOT_FOUND
 */
export async function authorise(store: Store, caller: Caller, wanted: Wanted): Promise<OrgScope | null> {
  const { permission, organisation } = wanted;
  if (permission === "public") return null;
  if (caller.kind === "anonymous") throw new PlimsollError("SIGN_IN_NEEDED", "Nobody is signed in.");
  if (organisation !== null) return authoriseInOrg(store, caller, { ...wanted, organisation });
  if (caller.kind === "service")
    throw forbidden("A token of an organisation reaches that organisation only.");
  if (permission === "signed-in") {
    if (caller.scopes.length > 0 && !wanted.isReading)
      throw forbidden("The token's scopes do not cover this.");
    return null;
  }
  checkScopes(caller, permission);
  if (!(await mayAnywhere(store, caller, permission))) throw forbidden("The account may not do this.");
  return null;
}

async function authoriseInOrg(
  store: Store,
  caller: Exclude<Caller, { kind: "anonymous" }>,
  { permission, organisation, isReading }: Wanted & { readonly organisation: string },
): Promise<OrgScope> {
  const org = await findOrg(store, caller, organisation, permission);
  if (org === null) throw new PlimsollError("NOT_FOUND", "There is no such organisation for this caller.");
  if (permission === "public" || permission === "signed-in") {
    const isNarrow = caller.kind === "service" || caller.scopes.length > 0;
    if (isNarrow && !isReading) throw forbidden("The token's scopes do not cover this.");
    return org;
  }
  if (caller.kind === "service") {
    if (!scopesMay(caller.scopes, permission)) throw forbidden("The token's scopes do not cover this.");
    return org;
  }
  checkScopes(caller, permission);
  const may = org.role === null ? actions[permission].administrator : roleMay(org.role, permission);
  if (!may) throw forbidden(`The role ${org.role ?? "administrator"} may not do this.`);
  return org;
}

async function findOrg(
  store: Store,
  caller: Exclude<Caller, { kind: "anonymous" }>,
  name: string,
  permission: Permission,
): Promise<OrgScope | null> {
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(name)) return null;
  if (caller.kind === "service") {
    const org = await findOrganisation(store.app, name);
    return org === null || org.id !== caller.orgId ? null : { id: org.id, name, role: null };
  }
  const { id: accountId } = caller;
  const found = await outsideOrg(store, (tx) => findMembership(tx, accountId, name), { accountId });
  if (found !== null) return { id: found.orgId, name, role: found.role };
  // The operator's own actions do not need a membership, and no other action is one of the operator's.
  if (!caller.isAdministrator || !isOfAdministrators(permission)) return null;
  const org = await findOrganisation(store.app, name);
  return org === null ? null : { id: org.id, name, role: null };
}

function isOfAdministrators(permission: Permission): boolean {
  return permission !== "public" && permission !== "signed-in" && actions[permission].administrator;
}

/** A route of no organisation: the operator's actions, or what somebody may who has the right role in some organisation. */
async function mayAnywhere(store: Store, caller: AccountCaller, action: Action): Promise<boolean> {
  if (caller.isAdministrator && actions[action].administrator) return true;
  // Who was removed from the last organisation can still end tokens that leaked, and change the password.
  if (action === "own-tokens") return true;
  const { id: accountId } = caller;
  const own = await outsideOrg(store, (tx) => listMemberships(tx, accountId), { accountId });
  return own.some(({ role }) => roleMay(role, action));
}

/** A personal token with scopes may only what one of them covers; one without may what its account may. */
function checkScopes(caller: AccountCaller, action: Action): void {
  if (caller.scopes.length === 0 || scopesMay(caller.scopes, action)) return;
  throw forbidden("The token's scopes do not cover this.");
}

function forbidden(message: string): PlimsollError {
  return new PlimsollError("FORBIDDEN", message);
}
