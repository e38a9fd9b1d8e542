/** Asks a registry product's own API for its plug-in: JSON, bounded, never redirected, without TLS only where the registry is. */
import { PlimsollError } from "../../domain/error.ts";
import { httpBytes } from "../../io/http.ts";
import { mayAsk } from "../../oci/registry-address.ts";
import type { AskApi } from "../../registries/types.ts";

const ANSWER_BYTES_MAX = 16 * 1024 * 1024;

/** `insecureHosts`: `host:port` that may be asked without TLS, besides loopback. */
export function createAsk(insecureHosts: readonly string[], signal: AbortSignal): AskApi {
  return async ({ url, method = "GET", headers = {}, body }) => {
    const { bytes, ...answer } = await httpBytes({
      url,
      method,
      headers,
      ...(body === undefined ? {} : { body }),
      signal,
      accept: [404],
      limits: { bodyBytesMax: ANSWER_BYTES_MAX, redirectsMax: 0 },
      isAllowed: (asked) => mayAsk(asked, insecureHosts),
    });
    const json = answer.status === 404 ? null : parse(bytes, url);
    return { status: answer.status, json, link: answer.headers["link"] ?? null };
  };
}

function parse(bytes: Uint8Array, url: string): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch {
    const host = URL.parse(url)?.host ?? "";
    throw new PlimsollError("REGISTRY_PROTOCOL", `${host} answered with something that is not JSON.`);
  }
}
