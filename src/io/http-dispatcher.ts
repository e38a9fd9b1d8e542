/**
 * The sockets below `http.ts`. undici is loaded when the first request is made: commands without network do not pay for it.
 */
import type { Dispatcher } from "undici";
import { currentConnectRules, lookupBy, mayProxy, notAllowed } from "./connect-rules.ts";
import { isLoopbackHost } from "./http-hosts.ts";
import { type HttpRoute, proxyFor, routeId, trustedAuthorities } from "./http-route.ts";

type Undici = typeof import("undici");

const agents = new Map<string, Dispatcher>();

/**
 * undici's `request` and the agent for `url`: proxies by HTTPS_PROXY, HTTP_PROXY and NO_PROXY (lower case too), never for
 * loopback; authorities by PLIMSOLL_CA_FILE and SSL_CERT_FILE. Agents are kept for the life of the process; their idle sockets do
 * not keep it alive. What the operator's rules close is refused with the code NOT_ALLOWED, here or when the name has been looked up.
 * @throws PlimsollError CONFIG_INVALID for a file of authorities that cannot be read
 */
export async function dispatcherFor(
  url: URL,
  connectTimeoutMs: number,
  route: HttpRoute | null = null,
): Promise<{ readonly request: Undici["request"]; readonly dispatcher: Dispatcher }> {
  const rules = currentConnectRules();
  const isDirect = route?.socketPath !== undefined || isLoopbackHost(url.hostname);
  const proxy = isDirect ? null : proxyFor(url, process.env);
  if (rules !== null) {
    if (route?.socketPath !== undefined) throw notAllowed();
    const may = proxy === null ? rules.decide(url.hostname, null) : await mayProxy(rules, url.hostname);
    if (may === false) throw notAllowed();
  }
  // In the bundle a CommonJS package has its default export only.
  const { default: undici } = await import("undici");
  const isSecure = url.protocol === "https:";
  const trust = ["PLIMSOLL_CA_FILE", "SSL_CERT_FILE"].map((name) => process.env[name] ?? "").join(" ");
  const key = JSON.stringify([connectTimeoutMs, proxy, isSecure ? trust : "", rules?.id, routeId(route)]);
  let dispatcher = agents.get(key);
  if (dispatcher === undefined) {
    const ca = isSecure ? trustedAuthorities(route, process.env) : null;
    const connect = {
      timeout: connectTimeoutMs,
      ...(rules === null ? {} : { lookup: lookupBy(rules) }),
      ...(route?.socketPath === undefined ? {} : { socketPath: route.socketPath }),
      ...(ca === null ? {} : { ca }),
      ...(route?.cert === undefined ? {} : { cert: route.cert }),
      ...(route?.key === undefined ? {} : { key: route.key }),
    };
    // HTTP/1.1 only: one download a socket, so that a slow blob never holds back the others.
    dispatcher =
      proxy === null ? new undici.Agent({ allowH2: false, connect }) : proxied(undici, proxy, connect, ca);
    agents.set(key, dispatcher);
  }
  return { request: undici.request, dispatcher };
}

/** The client's certificate is the server's to see, not the proxy's. */
function proxied(
  undici: Undici,
  uri: string,
  connect: { readonly timeout: number },
  ca: string[] | null,
): Dispatcher {
  return new undici.ProxyAgent({
    uri,
    allowH2: false,
    connectTimeout: connect.timeout,
    requestTls: connect,
    proxyTls: { timeout: connect.timeout, ...(ca === null ? {} : { ca }) },
  });
}
