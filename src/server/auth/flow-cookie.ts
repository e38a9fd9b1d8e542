/**
 * The cookie of a sign-in that is under way at a provider: what was asked, so that an answer is taken from the browser alone that asked.
 * It is sealed, so it can be neither read nor made, and nothing has to be kept for those who never come back.
 */
import { PlimsollError } from "../../domain/error.ts";
import type { SecretBox } from "../../io/secret-box.ts";
import { readCookie } from "./cookie.ts";

/** `F`: what the kind of provider remembers. */
export interface Flow<F> {
  readonly asked: F;
  /** Path of the dashboard to show afterwards. */
  readonly next: string;
  /** Hash of the session that the browser had then, base64url; it ends. */
  readonly replaced: string | null;
}

export interface FlowPlace {
  readonly providerId: string;
  readonly isSecure: boolean;
  readonly now: Date;
}

/** A `Set-Cookie` header. */
export function writeFlowCookie<F>(secrets: SecretBox, flow: Flow<F>, place: FlowPlace): string {
  const until = place.now.getTime() + LIFE_MS;
  const sealed = secrets.seal(JSON.stringify({ ...flow, until }), purposeOf(place.providerId));
  return cookie(sealed.toString("base64url"), LIFE_MS / 1000, place.isSecure);
}

/** A `Set-Cookie` header that ends it: an answer counts once. */
export function endFlowCookie(isSecure: boolean): string {
  return cookie("", 0, isSecure);
}

/** @throws PlimsollError SIGN_IN_EXPIRED when this browser began no sign-in at this provider within ten minutes */
export function readFlowCookie<F>(secrets: SecretBox, header: string | null, place: FlowPlace): Flow<F> {
  const value = readCookie(header, nameOf(place.isSecure));
  if (value === null) throw expired();
  let text: string;
  try {
    text = secrets.open(Buffer.from(value, "base64url"), purposeOf(place.providerId));
  } catch (cause) {
    throw expired(cause);
  }
  // Sealed by this server for this purpose, so it is what was written.
  const flow = JSON.parse(text) as Flow<F> & { readonly until: number };
  if (flow.until <= place.now.getTime()) throw expired();
  return flow;
}

/** The path if it is one of the dashboard itself, else its first page. */
export function ownPath(next: string): string {
  if (!/^\/(?![/\\])[^\\\s\p{C}]{0,1999}$/u.test(next)) return "/";
  const url = URL.parse(next, ORIGIN);
  return url !== null && url.origin === ORIGIN ? url.pathname + url.search + url.hash : "/";
}

function cookie(value: string, maxAgeSeconds: number, isSecure: boolean): string {
  const words = [
    `${nameOf(isSecure)}=${value}`,
    "Path=/",
    `Max-Age=${maxAgeSeconds}`,
    "HttpOnly",
    "SameSite=Lax",
  ];
  return [...words, ...(isSecure ? ["Secure"] : [])].join("; ");
}

function nameOf(isSecure: boolean): string {
  return isSecure ? `__Host-${NAME}` : NAME;
}

function purposeOf(providerId: string): string {
  return `sign-in-flow:${providerId}`;
}

function expired(cause?: unknown): PlimsollError {
  const message = "This browser began no sign-in there within the last ten minutes.";
  return new PlimsollError("SIGN_IN_EXPIRED", message, { cause });
}

const NAME = "plimsoll_sign_in";
const ORIGIN = "http://dashboard.invalid";
const LIFE_MS = 10 * 60_000;
