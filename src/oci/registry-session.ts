/**
 * Requests to one repository of one registry, signed in when the registry asks for it.
 */
import { httpRequest, type HttpRequest, type HttpResponse } from "../io/http.ts";
import type { HttpLimits } from "../io/http-limits.ts";
import type { HttpRoute } from "../io/http-route.ts";
import { type Challenge, parseChallenge } from "./challenge.ts";
import type { CredentialSource } from "./credentials.ts";
import { OciError } from "./error.ts";
import { mayAsk } from "./registry-address.ts";
import { asRegistryError, protocolError, refusal } from "./registry-failure.ts";
import { basicAuthorization, fetchToken } from "./token.ts";

export interface SessionOptions {
  /** Name in references: `docker.io`. Credentials are kept by it. */
  readonly registry: string;
  /** `library/alpine` */
  readonly path: string;
  /** `https://registry-1.docker.io` */
  readonly baseUrl: string;
  readonly credentials: CredentialSource;
  readonly insecureRegistries: readonly string[];
  readonly signal: AbortSignal | null;
  readonly limits: Partial<HttpLimits>;
  /** Certificates of this registry; they are not used for where it leads to. */
  readonly route: HttpRoute | null;
  /** What is asked for where the registry does not say what a sign-in must allow. Default `pull`. */
  readonly actions?: RegistryActions;
}

export type RegistryActions = "pull" | "pull,push";

export interface SessionRequest {
  readonly method?: "GET" | "HEAD" | "POST" | "PUT";
  /** `/v2/library/alpine/manifests/latest` */
  readonly target: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Of a POST or PUT. */
  readonly body?: Uint8Array;
  readonly limits?: Partial<HttpLimits>;
  /** For errors: `docker.io/library/alpine:latest`. */
  readonly asked: string;
}

/** Sends a request; the answer has any status but 401. @throws OciError REGISTRY_… and what credential sources throw */
export type Session = (request: SessionRequest) => Promise<HttpResponse>;

/** A session keeps its authorization until the registry refuses it, then signs in once more. */
export function createSession(options: SessionOptions): Session {
  const isAllowed = (url: URL): boolean => {
    if (mayAsk(url, options.insecureRegistries)) return true;
    throw new OciError("REGISTRY_INSECURE", `The registry leads to ${url.host} without TLS.`);
  };
  let authorization: string | null = null;
  let pending: Promise<string> | null = null;
  let note: string | null = null;

  async function authorize(challenge: Challenge, asked: string): Promise<string> {
    const answer = await options.credentials(options.registry, options.path);
    note = answer.note;
    const { credentials } = answer;
    if (credentials?.kind === "bearer") return `Bearer ${credentials.token}`;
    if (challenge.kind === "basic") {
      if (credentials?.kind === "basic") return basicAuthorization(credentials);
      const why = note === null ? "none is stored for it" : note;
      throw new OciError("REGISTRY_UNAUTHORIZED", `${asked} needs a user and password, and ${why}.`);
    }
    const token = await fetchToken({
      realm: challenge.realm,
      service: challenge.service,
      scope: challenge.scope ?? `repository:${options.path}:${options.actions ?? "pull"}`,
      credentials,
      registryUrl: options.baseUrl,
      isAllowed,
      signal: options.signal,
      limits: options.limits,
      route: options.route,
      note,
    });
    return `Bearer ${token}`;
  }

  const attempt = (request: SessionRequest): Promise<HttpResponse> =>
    httpRequest({ ...exchangeOf(options, request, authorization), isAllowed });

  return async (request) => {
    try {
      const used = authorization;
      const first = await attempt(request);
      if (first.status !== 401) return first;
      const challenge = parseChallenge(first.headers["www-authenticate"] ?? "");
      await first.discard();
      if (challenge === null) throw protocolError("status 401 and no challenge that is known");
      // Where a redirect led is not who the credentials are for, and would name the address that they are sent to.
      if (new URL(first.url).origin !== new URL(options.baseUrl).origin)
        throw protocolError("a redirect to another host that asks for a sign-in");
      // Requests that were refused together sign in together.
      if (authorization === used) {
        pending ??= authorize(challenge, request.asked).finally(() => {
          pending = null;
        });
        authorization = await pending;
      }
      const second = await attempt(request);
      if (second.status === 401) {
        authorization = null;
        throw await refusal(second, request.asked, note);
      }
      return second;
    } catch (error) {
      throw asRegistryError(error, options.registry);
    }
  };
}

function exchangeOf(
  { baseUrl, signal, limits, route }: SessionOptions,
  request: SessionRequest,
  authorization: string | null,
): HttpRequest {
  return {
    url: baseUrl + request.target,
    method: request.method ?? "GET",
    ...(request.body !== undefined && { body: request.body }),
    headers: { ...request.headers, ...(authorization === null ? {} : { authorization }) },
    signal,
    limits: { ...limits, ...request.limits },
    route,
  };
}
