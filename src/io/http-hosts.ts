/**
 * Which hosts are this machine, and which must never be reached by a redirect from elsewhere.
 */

/**
 * True for the loopback names and addresses: `localhost`, `*.localhost` (RFC 6761), `127.0.0.0/8`, `::1`.
 * `hostname` as in `URL.hostname`: lower case, IPv6 in brackets or not, no port.
 */
export function isLoopbackHost(hostname: string): boolean {
  const host = bare(hostname);
  if (host === "localhost" || host.endsWith(".localhost") || host === "::1") return true;
  if (isIpv4(host)) return host.startsWith("127.");
  // IPv4-mapped loopback as URL prints it: ::ffff:7f00:1
  return host.startsWith("::ffff:7f");
}

/** True for https, and for plain http that does not leave this machine: nobody on the way can change what is sent. */
export function isSafeAddress({ protocol, hostname }: URL): boolean {
  return protocol === "https:" || (protocol === "http:" && isLoopbackHost(hostname));
}

/**
 * True for hosts that serve this machine alone: loopback, link-local (cloud metadata services live at 169.254.169.254)
 * and the unspecified address. A server elsewhere must not send us there.
 */
export function isMachineLocalHost(hostname: string): boolean {
  const host = bare(hostname);
  if (isLoopbackHost(host) || unspecified.has(host)) return true;
  if (isIpv4(host)) return host.startsWith("169.254.");
  return /^fe[89ab][0-9a-f]:/.test(host) || host.startsWith("::ffff:a9fe:");
}

/** Whoever connects to it reaches this machine; mapped to IPv6 too. */
const unspecified: ReadonlySet<string> = new Set(["0.0.0.0", "::", "::ffff:0:0"]);

function isIpv4(host: string): boolean {
  return /^\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}

/** Lower case, without brackets and the final dot of a full name. */
function bare(hostname: string): string {
  const host = hostname.toLowerCase();
  if (host.startsWith("[") && host.endsWith("]")) return host.slice(1, -1);
  return host.length > 1 && host.endsWith(".") ? host.slice(0, -1) : host;
}
