/**
 * How often a sign-in may fail, counted in the database in windows of five minutes and shared by all servers:
 *
 *   * one address, whatever account: 50 times;
 *   * one address at one account: 5 times;
 *   * one account, whatever address: 50 times, which an attacker with many addresses runs into. Addresses that signed in to
 *     this account in the last 30 days are not held up by that, so a stranger cannot keep people out of their own account.
 *
 * The first attempt that a limit refuses is in the audit log. An attempt that one limit refuses is not counted against those below it, and no wait is longer than the window.
 */
import { createHash } from "node:crypto";
import { PlimsollError } from "../../domain/error.ts";
import type { Store } from "../../store/connect.ts";
import { outsideOrg } from "../../store/in-org.ts";
import { recordAudit } from "../../store/stores/audit.ts";
import {
  countAttempt,
  deleteOldAttempts,
  forgiveAttempt,
  hasAttempt,
} from "../../store/stores/sign-in-attempts.ts";

export interface Attempt {
  /** As it was typed; null: nobody names one before they proved to be it. Then the address alone counts. */
  readonly accountName: string | null;
  /** Of the client: `192.0.2.7`, `2001:db8::1`. */
  readonly address: string;
  readonly now: Date;
}

/** What to do when it turned out to be the right person. */
export interface CountedAttempt {
  succeed(): Promise<void>;
}

/**
 * Counts an attempt as failed before it is looked at, so that many at the same time count as many.
 * @throws PlimsollError RATE_LIMITED with `retryAfterSeconds`
 */
export async function beginAttempt(
  store: Pick<Store, "app">,
  { accountName, address, now }: Attempt,
): Promise<CountedAttempt> {
  const network = networkOf(address);
  const windowStart = new Date(Math.floor(now.getTime() / WINDOW_MS) * WINDOW_MS);
  const known = accountName === null ? null : subjectOf("known", accountName, network);
  const isKnown = known === null || (await hasAttempt(store.app, known, new Date(now.getTime() - KNOWN_MS)));
  const limits = limitsOf(accountName, network, isKnown);
  for (const [subject, max] of limits) {
    const count = await countAttempt(store.app, subject, windowStart);
    if (count === 1) await forgetOldAttempts(store, now);
    if (count <= max) continue;
    if (count === max + 1) await noteLockout(store, subject, network);
    const retryAfterSeconds = Math.ceil((windowStart.getTime() + WINDOW_MS - now.getTime()) / 1000);
    throw new PlimsollError("RATE_LIMITED", "Too many sign-ins have failed. Wait a few minutes.", {
      details: { retryAfterSeconds },
    });
  }
  const subjects = limits.map(([subject]) => subject);
  return { succeed: () => succeed(store, { subjects, known, windowStart, now }) };
}

/** The first that is looked at stands first. */
function limitsOf(
  accountName: string | null,
  network: string,
  isKnown: boolean,
): readonly (readonly [subject: string, max: number])[] {
  const address = [subjectOf("address", network), ADDRESS_MAX] as const;
  if (accountName === null) return [address];
  const pair = [subjectOf("pair", accountName, network), PAIR_MAX] as const;
  return isKnown ? [address, pair] : [address, pair, [subjectOf("account", accountName), ACCOUNT_MAX]];
}

/** Once a window. Not which account: what was typed as a name may be a password. */
async function noteLockout(store: Pick<Store, "app">, subject: string, network: string): Promise<void> {
  const [limit = ""] = subject.split(":");
  await outsideOrg(store, (tx) =>
    recordAudit(tx, {
      orgId: null,
      actor: { kind: "system", id: null, name: "sign-in" },
      action: "sign-in.locked-out",
      target: network,
      before: null,
      after: { limit },
    }),
  );
}

async function succeed(
  store: Pick<Store, "app">,
  attempt: {
    readonly subjects: readonly string[];
    readonly known: string | null;
    readonly windowStart: Date;
    readonly now: Date;
  },
): Promise<void> {
  const { now } = attempt;
  await forgiveAttempt(store.app, attempt.subjects, attempt.windowStart);
  if (attempt.known === null) return;
  await countAttempt(store.app, attempt.known, new Date(Math.floor(now.getTime() / DAY_MS) * DAY_MS));
}

async function forgetOldAttempts(store: Pick<Store, "app">, now: Date): Promise<void> {
  await deleteOldAttempts(store.app, ["pair", "address", "account"], new Date(now.getTime() - DAY_MS));
  await deleteOldAttempts(store.app, ["known"], new Date(now.getTime() - KNOWN_MS));
}

/** Who has one IPv6 address has 2^64 of them: those count as one. */
function networkOf(address: string): string {
  const bare = address.replace(/^::ffff:(?=\d+\.)/i, "");
  if (!bare.includes(":")) return bare;
  const [head = ""] = bare.split("%");
  const [left = "", right] = head.split("::");
  const before = left.split(":").filter((group) => group !== "");
  const after = (right ?? "").split(":").filter((group) => group !== "");
  const zeros = right === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array<string>(zeros).fill("0"), ...after];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":");
}

/** What people type as a name may be their password, so only a hash is kept. */
function subjectOf(kind: "pair" | "address" | "account" | "known", ...words: readonly string[]): string {
  return `${kind}:${createHash("sha256").update(JSON.stringify(words)).digest("base64url")}`;
}

const WINDOW_MS = 5 * 60_000;
const DAY_MS = 24 * 60 * 60_000;
const KNOWN_MS = 30 * DAY_MS;
const PAIR_MAX = 5;
const ADDRESS_MAX = 50;
const ACCOUNT_MAX = 50;
