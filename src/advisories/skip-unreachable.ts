/**
 * Asks a host that cannot be reached only once. A feed has dozens of parts on one host, and behind a firewall that answers
 * nothing each attempt takes as long as a connection may take.
 */
import { PlimsollError } from "../domain/error.ts";
import type { HttpClient } from "./download.ts";

/** Reasons of HTTP_FAILED that speak of the host, not of the one address. */
const hostReasons: ReadonlySet<unknown> = new Set([
  "UND_ERR_CONNECT_TIMEOUT",
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ETIMEDOUT",
]);

/** `http`, but a further request to a host that could not be reached fails at once with the same reason (`isSkipped`). */
export function skipUnreachable(http: HttpClient): HttpClient {
  const failures = new Map<string, PlimsollError>();
  return async (request) => {
    const origin = URL.parse(request.url)?.origin ?? "";
    const before = failures.get(origin);
    if (before !== undefined) {
      const details = { ...before.details, skipped: true };
      throw new PlimsollError("HTTP_FAILED", `${origin} was not asked again: ${before.message}`, { details });
    }
    try {
      return await http(request);
    } catch (error) {
      if (error instanceof PlimsollError && hostReasons.has(error.details["reason"]) && isOf(error, origin)) {
        failures.set(origin, error);
      }
      throw error;
    }
  };
}

/** Whether a failure is one that `skipUnreachable` repeated without asking. */
export function isSkipped(error: PlimsollError): boolean {
  return error.details["skipped"] === true;
}

/** A redirect may have led to another host, which says nothing about this one. */
function isOf(error: PlimsollError, origin: string): boolean {
  return URL.parse(String(error.details["url"]))?.origin === origin;
}
