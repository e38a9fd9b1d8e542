/**
 * Passwords, hashed with scrypt. The cost stands in front of each hash, so that it can be raised later. A hash takes 128 MiB and
 * a third of a second, so only two are made at once, and a queue that grows too long turns people away rather than fall over.
 *
 * Form: `$scrypt$ln=17,r=8,p=1$SALT$HASH`, both in base64url.
 */
import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { createTurns } from "../turns.ts";

export interface Passwords {
  /** @throws PlimsollError RATE_LIMITED when too many are waiting */
  hash(password: string): Promise<string>;
  /**
   * Whether it is the password of the hash. With null (no such account) it takes the same time and is false.
   * @throws PlimsollError RATE_LIMITED when too many are waiting
   */
  verify(password: string, stored: string | null): Promise<boolean>;
}

/** `cost`: two to this power is scrypt's N. Tests choose a small one. */
export function createPasswords(cost: number = COST): Passwords {
  const inTurn = createTurns(TURNS_MAX, WAITING_MAX, "Too many people are signing in at the moment.");
  const derive = (password: string, salt: Buffer, ln: number): Promise<Buffer> =>
    inTurn(() => runScrypt(password.normalize("NFKC"), salt, ln));
  return {
    hash: async (password) => {
      const salt = randomBytes(SALT_BYTES);
      const hash = await derive(password, salt, cost);
      return `$scrypt$ln=${cost},r=${R},p=${P}$${salt.toString("base64url")}$${hash.toString("base64url")}`;
    },
    verify: async (password, stored) => {
      const parsed = stored === null ? null : parseHash(stored);
      // Somebody who is not there costs the same time as somebody who is.
      const { ln, salt, hash } = parsed ?? { ln: cost, salt: NO_SALT, hash: NO_HASH };
      const derived = await derive(password, salt, ln);
      return timingSafeEqual(derived, hash) && parsed !== null;
    },
  };
}

function parseHash(stored: string): { ln: number; salt: Buffer; hash: Buffer } | null {
  const found = /^\$scrypt\$ln=(\d{1,2}),r=8,p=1\$([A-Za-z0-9_-]{22})\$([A-Za-z0-9_-]{43})$/.exec(stored);
  const ln = Number(found?.[1]);
  if (found === null || ln < 1 || ln > COST_MAX) return null;
  return {
    ln,
    salt: Buffer.from(found[2] ?? "", "base64url"),
    hash: Buffer.from(found[3] ?? "", "base64url"),
  };
}

function runScrypt(password: string, salt: Buffer, ln: number): Promise<Buffer> {
  const options = { N: 2 ** ln, r: R, p: P, maxmem: 2 * 128 * R * 2 ** ln };
  return new Promise((resolve, reject) => {
    scrypt(password, salt, HASH_BYTES, options, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}

/** RFC 7914 and OWASP: N = 2^17, r = 8, p = 1. */
const COST = 17;
const COST_MAX = 20;
const R = 8;
const P = 1;
const SALT_BYTES = 16;
const HASH_BYTES = 32;
const NO_SALT = Buffer.alloc(SALT_BYTES);
const NO_HASH = Buffer.alloc(HASH_BYTES);
const TURNS_MAX = 2;
const WAITING_MAX = 50;
