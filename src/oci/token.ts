/**
 * Tokens of the registry's authorization service
 * (https://distribution.github.io/distribution/spec/auth/token/ and /oauth/).
 */
import { httpRequest } from "../io/http.ts";
import { isMachineLocalHost } from "../io/http-hosts.ts";
import type { HttpLimits } from "../io/http-limits.ts";
import type { HttpRoute } from "../io/http-route.ts";
import type { Credentials } from "./docker-config.ts";
import { asOptionalText, parseJsonObject } from "./json.ts";
import { protocolError, refusal } from "./registry-failure.ts";

export interface TokenRequest {
  readonly realm: string;
  readonly service: string | null;
  /** `repository:library/alpine:pull` */
  readonly scope: string;
  readonly credentials: Credentials | null;
  /** Address of the registry that sent us to the realm. */
  readonly registryUrl: string;
  readonly isAllowed: (url: URL) => boolean;
  readonly signal: AbortSignal | null;
  readonly limits: Partial<HttpLimits>;
  readonly note: string | null;
  /** Certificates of the registry, for a realm of the same host. */
  readonly route: HttpRoute | null;
}

const tokenBytesMax = 1024 ** 2;

/**
 * Gets a token: anonymously, with user and password (GET), or with an identity token (OAuth2, POST).
 * @throws OciError REGISTRY_UNAUTHORIZED, REGISTRY_PROTOCOL (a realm that must not be trusted, an answer without token), …
 */
export async function fetchToken(request: TokenRequest): Promise<string> {
  const realm = trustedRealm(request);
  const { credentials, service, scope, signal, isAllowed } = request;
  const limits = { ...request.limits, bodyBytesMax: tokenBytesMax };
  const query = new URLSearchParams(service === null ? { scope } : { service, scope });
  const isSameHost = realm.origin === new URL(request.registryUrl).origin;
  const common = { signal, limits, isAllowed, route: isSameHost ? request.route : null };
  const isExchange = credentials?.kind === "identity-token";
  if (isExchange) {
    query.set("grant_type", "refresh_token");
    query.set("client_id", "plimsoll");
    query.set("refresh_token", credentials.token);
  } else for (const [name, value] of query) realm.searchParams.set(name, value);
  const headers: Record<string, string> = isExchange
    ? { "content-type": "application/x-www-form-urlencoded" }
    : {};
  if (credentials?.kind === "basic") headers["authorization"] = basicAuthorization(credentials);
  const response = await httpRequest({
    ...common,
    url: realm.href,
    headers,
    ...(isExchange ? { method: "POST", body: query.toString() } : {}),
  });
  if (response.status !== 200)
    throw await refusal(response, scope.slice(scope.indexOf(":") + 1), request.note);
  const pieces: Uint8Array[] = [];
  for await (const piece of response.body) pieces.push(piece);
  const answer = parseJsonObject(Buffer.concat(pieces), "token", tokenBytesMax);
  const token =
    asOptionalText(answer["token"], "token") ?? asOptionalText(answer["access_token"], "access_token");
  // A header value: visible ASCII only.
  if (token === null || !/^[\x21-\x7e]+$/.test(token)) throw protocolError("no usable token");
  return token;
}

/** `Basic dXNlcjpwYXNz` */
export function basicAuthorization(credentials: {
  readonly user: string;
  readonly password: string;
}): string {
  return `Basic ${Buffer.from(`${credentials.user}:${credentials.password}`).toString("base64")}`;
}

/** The realm gets the credentials: it must be as safe as the registry that names it. */
function trustedRealm(request: TokenRequest): URL {
  const realm = URL.parse(request.realm);
  const registry = new URL(request.registryUrl);
  if (realm === null) throw protocolError("a token realm that is no address");
  const isPlain = realm.protocol === "http:" && registry.protocol === "http:" && request.isAllowed(realm);
  if (realm.protocol !== "https:" && !isPlain) throw protocolError("a token realm without TLS");
  if (isMachineLocalHost(realm.hostname) && !isMachineLocalHost(registry.hostname)) {
    throw protocolError("a token realm on this machine");
  }
  realm.username = "";
  realm.password = "";
  return realm;
}
