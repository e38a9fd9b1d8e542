/** The token of the first run: printed once by the server, it makes the account of the administrator. */
import type { Clock } from "../../domain/ports.ts";
import type { Store } from "../../store/connect.ts";
import { outsideOrg } from "../../store/in-org.ts";
import { hasAccounts } from "../../store/stores/accounts.ts";
import { insertInvitation, voidOwnerInvitations } from "../../store/stores/invitations.ts";
import { hashSecret, newSecret } from "./secrets.ts";

/**
 * A token to print, or null when somebody has an account already. Each start before it was redeemed makes a new one, for only its
 * hash is kept, and the one before is void.
 */
export function ensureOwnerToken(store: Store, clock: Clock): Promise<string | null> {
  return outsideOrg(store, async (tx) => {
    if (await hasAccounts(tx)) return null;
    await voidOwnerInvitations(tx);
    const token = newSecret("plinv_");
    await insertInvitation(tx, {
      orgId: null,
      accountName: "",
      role: null,
      isAdministrator: true,
      hash: hashSecret(token),
      expiresAt: new Date(clock().getTime() + LIFE_MS),
    });
    return token;
  });
}

/** A server that nobody signs in to for a week prints another token at its next start. */
const LIFE_MS = 7 * 24 * 60 * 60_000;
