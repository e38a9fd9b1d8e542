/**
 * Requests of the server to providers of sign-in and issuers of tokens: bounded, without redirects, and only where the operator lets
 * processes connect to.
 */
import { PlimsollError } from "../../domain/error.ts";
import { withConnectRules, type ConnectRules } from "../../io/connect-rules.ts";
import { httpRequest, type HttpRequest } from "../../io/http.ts";

/** What `openid-client` asks with. */
export interface OutgoingInit {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

export type Outgoing = (url: string, init: OutgoingInit, ca: string | null) => Promise<Response>;

/** @throws PlimsollError HTTP_FAILED, LIMIT_EXCEEDED */
export function createOutgoing(rules: ConnectRules | null): Outgoing {
  return async (url, init, ca) => {
    const response = await withConnectRules(rules, () => httpRequest(toRequest(url, init, ca)));
    const pieces: Uint8Array[] = [];
    for await (const piece of response.body) pieces.push(piece);
    const { status, headers } = response;
    const isEmpty = status === 204 || status === 304;
    return new Response(isEmpty ? null : Buffer.concat(pieces), { status, headers });
  };
}

function toRequest(url: string, init: OutgoingInit, ca: string | null): HttpRequest {
  const method = init.method === "POST" ? "POST" : "GET";
  const body = textOf(init.body);
  const form = init.body instanceof URLSearchParams ? FORM : {};
  return {
    url,
    method,
    headers: { ...form, ...init.headers },
    ...(body === null ? {} : { body }),
    ...(init.signal === undefined ? {} : { signal: init.signal }),
    ...(ca === null ? {} : { route: { ca } }),
    limits: { totalTimeoutMs: TIME_MAX_MS, retriesMax: 1, redirectsMax: 0, bodyBytesMax: BODY_BYTES_MAX },
  };
}

function textOf(body: unknown): string | null {
  if (body === undefined || body === null) return null;
  if (typeof body === "string") return body;
  if (body instanceof URLSearchParams) return body.toString();
  throw new PlimsollError("INTERNAL", "A request to a provider has a body that is no text.");
}

const FORM = { "content-type": "application/x-www-form-urlencoded;charset=UTF-8" };
const TIME_MAX_MS = 10_000;
const BODY_BYTES_MAX = 1024 * 1024;
