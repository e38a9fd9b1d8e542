/**
 * Whether a change comes from the dashboard and not from a page elsewhere that uses the browser's cookie: the browser's own words
 * on where the request comes from, and a token that only the dashboard's pages can read.
 */
import { PlimsollError } from "../../domain/error.ts";
import type { Caller } from "../caller.ts";
import { equalSecrets } from "./secrets.ts";

export const CSRF_HEADER = "x-plimsoll-csrf";

/**
 * Refuses what a browser says comes from another site. Clients that are no browsers say nothing and pass.
 * @throws PlimsollError CSRF_INVALID
 */
export function checkOrigin({ headers, url }: Request, publicUrl: string): void {
  const site = headers.get("sec-fetch-site");
  if (site !== null && site !== "same-origin" && site !== "none") throw invalid();
  const origin = headers.get("origin");
  if (origin === null || origin === new URL(publicUrl).origin) return;
  // Without a proxy the browser may know the server by another name than the public one: localhost for 127.0.0.1.
  const parsed = URL.parse(origin);
  if (parsed === null || parsed.host !== new URL(url).host) throw invalid();
}

/** A change by a session's cookie proves that it knows the session's token. @throws PlimsollError CSRF_INVALID */
export function checkCsrfToken({ headers }: Request, caller: Caller): void {
  if (caller.kind !== "account" || caller.session === null) return;
  if (!equalSecrets(headers.get(CSRF_HEADER) ?? "", caller.session.csrfToken)) throw invalid();
}

function invalid(): PlimsollError {
  return new PlimsollError("CSRF_INVALID", "The request does not prove that it comes from the dashboard.");
}
