/**
 * The sockets below `http.ts`. undici is loaded when the first request is made: commands without network do not pay for it.
 */
import type { Dispatcher } from "undici";
import { currentConnectRules, lookupBy, mayProxy, notAllowed } from "./connect-rules.ts";
import { isLoopbackHost } from "./http-hosts.ts";

type Undici = typeof import("undici");

const agents = new Map<string, Dispatcher>();

/**
 * undici's `request` and the agent for `url`: proxies by HTTPS_PROXY, HTTP_PROXY and NO_PROXY (lower case too), never for
 * loopback. Agents are kept for the life of the process; their idle sockets do not keep it alive. What the operator's rules close
 * is refused with the code NOT_ALLOWED, here or when the name has been looked up.
 */
export async function dispatcherFor(
  url: URL,
  connectTimeoutMs: number,
): Promise<{ readonly request: Undici["request"]; readonly dispatcher: Dispatcher }> {
  const rules = currentConnectRules();
  const direct = isLoopbackHost(url.hostname);
  if (rules !== null) {
    const isProxied = !direct && proxyKey().trim() !== "";
    const may = isProxied ? await mayProxy(rules, url.hostname) : rules.decide(url.hostname, null);
    if (may === false) throw notAllowed();
  }
  // In the bundle a CommonJS package has its default export only.
  const { default: undici } = await import("undici");
  const key = `${connectTimeoutMs} ${direct ? "direct" : proxyKey()} ${rules?.id ?? ""}`;
  let dispatcher = agents.get(key);
  if (dispatcher === undefined) {
    // HTTP/1.1 only: one download a socket, so that a slow blob never holds back the others.
    const options = {
      allowH2: false,
      connect: { timeout: connectTimeoutMs, ...(rules === null ? {} : { lookup: lookupBy(rules) }) },
    };
    dispatcher = direct ? new undici.Agent(options) : new undici.EnvHttpProxyAgent(options);
    agents.set(key, dispatcher);
  }
  return { request: undici.request, dispatcher };
}

/** Agents read the environment when they are made; a changed environment means another agent. */
function proxyKey(): string {
  const names = ["https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY", "no_proxy", "NO_PROXY"];
  return names.map((name) => process.env[name] ?? "").join(" ");
}
