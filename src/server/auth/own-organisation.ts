/**
 * The organisation of a request whose address names none: tools of others know nothing of ours, and send a token alone. A token of an
 * organisation is of that one; a personal one must leave no choice.
 */
import { PlimsollError } from "../../domain/error.ts";
import type { Store } from "../../store/connect.ts";
import { inOrg, outsideOrg } from "../../store/in-org.ts";
import { listMemberships } from "../../store/stores/members.ts";
import { findOrganisationName } from "../../store/stores/organisations.ts";
import type { Caller } from "../caller.ts";

/** Its name. @throws PlimsollError SIGN_IN_NEEDED, FORBIDDEN */
export async function ownOrganisation(store: Store, caller: Caller): Promise<string> {
  if (caller.kind === "anonymous") throw new PlimsollError("SIGN_IN_NEEDED", "Nobody is signed in.");
  if (caller.kind === "service") {
    const { orgId } = caller;
    const name = await inOrg(store, orgId, (tx) => findOrganisationName(tx, orgId));
    if (name === null) throw new PlimsollError("NOT_FOUND", "The organisation is gone.");
    return name;
  }
  const { id: accountId } = caller;
  const [only, ...others] = await outsideOrg(store, (tx) => listMemberships(tx, accountId), { accountId });
  if (only !== undefined && others.length === 0) return only.name;
  throw new PlimsollError(
    "FORBIDDEN",
    "This address names no organisation: use a token of the organisation, made under Settings, Tokens.",
  );
}
