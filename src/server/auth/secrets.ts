/**
 * Secrets that the server makes up: ids of sessions, tokens, invitations. Each has 256 random bits, so the database keeps a plain
 * SHA-256 of it. Tokens begin with a word, so that scanners of secrets find them where they leaked.
 */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/**
 * `plim_` and 43 characters of base64url: an API token. `plinv_`: an invitation. `plimh_`: what a registry's notifications are proved
 * by. No prefix: a session, a CSRF token.
 */
export type SecretPrefix = "plim_" | "plinv_" | "plimh_" | "";

/** A new secret: the prefix and 43 characters of base64url. */
export function newSecret(prefix: SecretPrefix): string {
  return `${prefix}${randomBytes(SECRET_BYTES).toString("base64url")}`;
}

/** Whether the text could have been made by `newSecret(prefix)`. */
export function isSecret(prefix: SecretPrefix, text: string): boolean {
  return text.startsWith(prefix) && /^[A-Za-z0-9_-]{43}$/.test(text.slice(prefix.length));
}

/** What the database keeps. */
export function hashSecret(secret: string): Buffer {
  return createHash("sha256").update(secret).digest();
}

/** First characters of a token, which tell it from others and nothing of the rest: `plim_x7Ya`. */
export function tokenPrefix(token: string): string {
  return token.slice(0, "plim_".length + PREFIX_LENGTH);
}

/** Compared in the same time whatever they hold. */
export function equalSecrets(left: string, right: string): boolean {
  return timingSafeEqual(hashSecret(left), hashSecret(right));
}

const SECRET_BYTES = 32;
const PREFIX_LENGTH = 4;
