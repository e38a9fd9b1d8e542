/** The token of the first run: printed once by the server, it makes the account of the administrator. */
import type { Clock } from "../../domain/ports.ts";
import type { Store } from "../../store/connect.ts";
import { inOrg, outsideOrg } from "../../store/in-org.ts";
import { hasAccounts } from "../../store/stores/accounts.ts";
import { insertInvitation, voidOwnerInvitations } from "../../store/stores/invitations.ts";
import { listOrganisations } from "../../store/stores/organisations.ts";
import { hashSecret, newSecret } from "./secrets.ts";

/**
 * A token to print, or null when somebody has an account already. Each start before it was redeemed makes a new one, for only its
 * hash is kept, and the one before is void. `organisationId`: one that is there before anybody is (the demonstration's); whoever
 * redeems becomes its owner too.
 */
export async function ensureOwnerToken(
  store: Store,
  clock: Clock,
  organisationId: string | null,
): Promise<string | null> {
  if (await hasAccounts(store.app)) return null;
  await outsideOrg(store, voidOwnerInvitations);
  for (const { id } of await listOrganisations(store.app)) await inOrg(store, id, voidOwnerInvitations);
  const token = newSecret("plinv_");
  const invitation = {
    orgId: organisationId,
    accountName: "",
    role: organisationId === null ? null : ("owner" as const),
    isAdministrator: true,
    createdBy: null,
    hash: hashSecret(token),
    expiresAt: new Date(clock().getTime() + LIFE_MS),
  };
  if (organisationId === null) await outsideOrg(store, (tx) => insertInvitation(tx, invitation));
  else await inOrg(store, organisationId, (tx) => insertInvitation(tx, invitation));
  return token;
}

/** A server that nobody signs in to for a week prints another token at its next start. */
const LIFE_MS = 7 * 24 * 60 * 60_000;
