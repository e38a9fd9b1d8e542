/**
 * Where a redirect may lead, and what may go along.
 */
import { failed } from "./http-failure.ts";
import { isMachineLocalHost } from "./http-hosts.ts";

/** Statuses that send a GET elsewhere. */
export const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Where a redirect leads. @throws PlimsollError HTTP_FAILED: not an address, from https to http, from elsewhere to this machine */
export function redirectTarget(from: URL, location: string): URL {
  const next = URL.parse(location, from.href);
  if (next === null) throw failed(from, "it redirects to an address that is not valid", "redirect");
  if (from.protocol === "https:" && next.protocol !== "https:") {
    throw failed(from, "it redirects from https to an address without TLS", "redirect");
  }
  if (isMachineLocalHost(next.hostname) && !isMachineLocalHost(from.hostname)) {
    throw failed(from, "it redirects to an address of this machine", "redirect");
  }
  next.username = "";
  next.password = "";
  return next;
}

/** The headers that another origin may see. */
export function withoutCredentials(
  headers: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const secret = new Set(["authorization", "cookie", "proxy-authorization"]);
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !secret.has(name.toLowerCase())));
}
