/**
 * How a registry is spoken to: TLS, except that loopback hosts and those named as insecure may do without.
 */
import { PlimsollError } from "../domain/error.ts";
import { httpRequest } from "../io/http.ts";
import { isLoopbackHost } from "../io/http-hosts.ts";
import type { HttpLimits } from "../io/http-limits.ts";
import type { HttpRoute } from "../io/http-route.ts";
import { asRegistryError, speaksPlainHttp } from "./registry-failure.ts";

export interface AddressOptions {
  /** Hosts as in references, `host` or `host:port`, that may be spoken to without TLS. */
  readonly insecureRegistries: readonly string[];
  readonly signal: AbortSignal | null;
  readonly limits: Partial<HttpLimits>;
  /** Certificates of this registry. */
  readonly route?: HttpRoute | null;
}

/** Whether an address may be asked: https always; http for loopback and hosts named as insecure. */
export function mayAsk(url: URL, insecureRegistries: readonly string[]): boolean {
  if (url.protocol === "https:") return true;
  return (
    url.protocol === "http:" && (isLoopbackHost(url.hostname) || isInsecure(url.host, insecureRegistries))
  );
}

/**
 * `https://host`, or `http://host` where that is allowed and the host does not speak TLS. `host` as in references.
 * @throws OciError REGISTRY_UNREACHABLE, REGISTRY_INSECURE, REGISTRY_PROTOCOL
 */
export async function findBaseUrl(host: string, options: AddressOptions): Promise<string> {
  const secure = URL.parse(`https://${host}`);
  if (secure === null) return `https://${host}`;
  if (!isLoopbackHost(secure.hostname) && !isInsecure(host, options.insecureRegistries)) return secure.origin;
  try {
    // Old servers do not answer a TLS greeting at all: few attempts, and a short wait.
    const limits = { ...options.limits, retriesMax: 0, connectTimeoutMs: 5000, redirectsMax: 0 };
    const { signal, route = null } = options;
    const answer = await httpRequest({ url: `${secure.origin}/v2/`, signal, limits, route });
    await answer.discard();
    return secure.origin;
  } catch (error) {
    if (!(error instanceof PlimsollError) || error.code !== "HTTP_FAILED") throw error;
    const reason = String(error.details["reason"]);
    // Any redirect is an answer, and over TLS.
    if (reason === "redirects" || reason === "redirect") return secure.origin;
    const isPlain = speaksPlainHttp(reason) || silentReasons.has(reason);
    if (!isPlain) throw asRegistryError(error, host);
    return `http://${host}`;
  }
}

/** How a server without TLS on this port, or nothing on the TLS port, looks from here. */
const silentReasons: ReadonlySet<string> = new Set([
  "ECONNRESET",
  "ECONNREFUSED",
  "UND_ERR_SOCKET",
  "UND_ERR_CONNECT_TIMEOUT",
]);

function isInsecure(host: string, insecureRegistries: readonly string[]): boolean {
  return insecureRegistries.some((entry) => entry.toLowerCase() === host.toLowerCase());
}
