/**
 * How many notifications one token may send, counted in the database in windows of a minute and shared by all servers. A registry
 * bursts when many images are pushed at once and sends an event for each, so the limit is far above that; what it holds back is a
 * token that was lost, or a registry that tells the same again and again. Registries keep what was refused and send it later.
 */
import { PlimsollError } from "../domain/error.ts";
import type { Store } from "../store/connect.ts";
import { countAttempt, deleteOldAttempts } from "../store/stores/sign-in-attempts.ts";
import type { Caller } from "./caller.ts";

/** @throws PlimsollError RATE_LIMITED with `retryAfterSeconds` */
export async function countNotification(store: Pick<Store, "app">, caller: Caller, now: Date): Promise<void> {
  return countSender(store, senderOf(caller), now);
}

/** Of a sender that has no token: its address. @throws PlimsollError RATE_LIMITED with `retryAfterSeconds` */
export async function countSender(store: Pick<Store, "app">, sender: string, now: Date): Promise<void> {
  const windowStart = new Date(Math.floor(now.getTime() / WINDOW_MS) * WINDOW_MS);
  const count = await countAttempt(store.app, `${KIND}:${sender}`, windowStart);
  if (count === 1) await deleteOldAttempts(store.app, [KIND], windowStart);
  if (count <= NOTIFICATIONS_MAX) return;
  const retryAfterSeconds = Math.ceil((windowStart.getTime() + WINDOW_MS - now.getTime()) / 1000);
  throw new PlimsollError("RATE_LIMITED", "Too many notifications were sent by this sender.", {
    details: { retryAfterSeconds },
  });
}

/** Personal tokens count by their account. */
function senderOf(caller: Caller): string {
  if (caller.kind === "service") return caller.tokenId;
  return caller.kind === "account" ? caller.id : "";
}

const KIND = "notification";
const WINDOW_MS = 60_000;
/** In a window: twenty a second, each of up to a thousand events. */
export const NOTIFICATIONS_MAX = 1200;
