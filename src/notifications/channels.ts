/** The channels by id, and a delivery through one of them within its time. */
import { randomBytes } from "node:crypto";
import { PlimsollError } from "../domain/error.ts";
import { printable } from "../domain/problem.ts";
import * as all from "./all.ts";
import type { Channel, Notification, SendContext, Target } from "./types.ts";

/** Every channel, sorted by id. */
export const channels: readonly Channel[] = Object.values(all).toSorted((left, right) =>
  left.id < right.id ? -1 : 1,
);

/** Null: no channel has this id. */
export function findChannel(id: string): Channel | null {
  return channels.find((channel) => channel.id === id) ?? null;
}

/** @throws PlimsollError INTERNAL for an id that no channel has */
export function getChannel(id: string): Channel {
  const found = findChannel(id);
  if (found === null) throw new PlimsollError("INTERNAL", `There is no channel ${printable(id)}.`);
  return found;
}

/** A new secret for a receiver of a channel whose secrets are made. */
export function newSecret(make: (random: Uint8Array) => string): string {
  return make(randomBytes(SECRET_BYTES));
}

const SECRET_BYTES = 32;

/** One attempt. `context.signal` ends it early. @throws PlimsollError DELIVERY_FAILED */
export async function sendNotification(
  channel: string,
  notification: Notification,
  target: Target,
  context: SendContext,
): Promise<void> {
  const deadline = AbortSignal.timeout(ATTEMPT_MS_MAX);
  const signal = AbortSignal.any([context.signal, deadline]);
  try {
    const found = getChannel(channel);
    // Of an address that is a secret the stored one has its host only.
    const url = found.secret.kind === "address" ? target.secret : target.url;
    await found.send(notification, { ...target, url }, { ...context, signal });
  } catch (error) {
    context.signal.throwIfAborted();
    if (!deadline.aborted) throw error;
    throw new PlimsollError(
      "DELIVERY_FAILED",
      `The receiver took more than ${ATTEMPT_MS_MAX / 1000} seconds.`,
      { details: { status: null } },
    );
  }
}

/** Longest attempt, whatever the channel does in it. */
const ATTEMPT_MS_MAX = 15_000;
