/**
 * Between the assertion that another site's page posts, without the browser's cookie, and the browser that fetches the session with it:
 * a ticket that counts once, for a minute, and only with the cookie of the request that the assertion answers.
 */
import { createHash } from "node:crypto";
import { PlimsollError } from "../../domain/error.ts";
import { outsideOrg } from "../../store/in-org.ts";
import type { SignInProvider } from "../../store/stores/sign-in-providers.ts";
import { insertTicket, spendProof, takeTicket } from "../../store/stores/spent-proofs.ts";
import type { ServerParts } from "../parts.ts";
import type { ProvenPerson } from "./providers/person.ts";
import { proveAssertion, type SamlFlow } from "./providers/saml.ts";
import { hashSecret, isSecret, newSecret } from "./secrets.ts";
import { callbackUrl } from "./sign-in-providers.ts";

interface Ticket {
  readonly person: ProvenPerson;
  readonly inResponseTo: string;
}

/** The ticket of an assertion that is proved and new. @throws PlimsollError SIGN_IN_UNPROVED, SIGN_IN_REFUSED */
export async function takeAssertion(
  { store, secrets, publicUrl }: Pick<ServerParts, "store" | "secrets" | "publicUrl">,
  provider: SignInProvider,
  { response, now }: { readonly response: string; readonly now: Date },
): Promise<string> {
  const self = { callback: callbackUrl(provider, publicUrl) ?? "", entityId: publicUrl };
  const { person, id, inResponseTo, expiresAt } = await proveAssertion(provider, self, response);
  const words = JSON.stringify(["saml", provider.id, id]);
  const ticket = newSecret("");
  const body: Ticket = { person, inResponseTo };
  await outsideOrg(store, async (tx) => {
    const hash = createHash("sha256").update(words).digest();
    // Remembered for longer than clocks differ.
    const kept = new Date(Math.max(expiresAt.getTime(), now.getTime()) + REMEMBERED_MS);
    if (!(await spendProof(tx, hash, { now, expiresAt: kept }))) {
      throw new PlimsollError("SIGN_IN_UNPROVED", "The assertion is not taken: it was used before.");
    }
    await insertTicket(tx, {
      hash: hashSecret(ticket),
      bodySealed: secrets.seal(JSON.stringify(body), purposeOf(provider)),
      expiresAt: new Date(now.getTime() + LIFE_MS),
      now,
    });
  });
  return ticket;
}

/** @throws PlimsollError SIGN_IN_EXPIRED, SIGN_IN_UNPROVED when another browser made the request */
export async function redeemTicket(
  { store, secrets }: Pick<ServerParts, "store" | "secrets">,
  provider: SignInProvider,
  { ticket, flow, now }: { readonly ticket: string; readonly flow: SamlFlow; readonly now: Date },
): Promise<ProvenPerson> {
  const sealed = isSecret("", ticket) ? await takeTicket(store.app, hashSecret(ticket), now) : null;
  if (sealed === null) throw new PlimsollError("SIGN_IN_EXPIRED", "There is no such sign-in under way.");
  // Sealed by this server for this purpose, so it is what was written.
  const { person, inResponseTo } = JSON.parse(secrets.open(sealed, purposeOf(provider))) as Ticket;
  if (inResponseTo === flow.requestId) return person;
  throw new PlimsollError("SIGN_IN_UNPROVED", "The assertion answers another request than this browser's.");
}

function purposeOf({ id }: SignInProvider): string {
  return `sign-in-ticket:${id}`;
}

const LIFE_MS = 60_000;
const REMEMBERED_MS = 60 * 60_000;
