/**
 * OpenID Connect: the authorization code flow with PKCE, state and nonce. The ID token's signature is checked although it comes over
 * TLS. https://openid.net/specs/openid-connect-core-1_0.html, https://www.rfc-editor.org/rfc/rfc9700
 */
import * as oidc from "openid-client";
import { oidcSettings, type OidcSettings } from "../../../api/rest/sign-in.ts";
import { PlimsollError } from "../../../domain/error.ts";
import type { SignInProvider } from "../../../store/stores/sign-in-providers.ts";
import type { Outgoing } from "../outgoing.ts";
import { toPerson, type ProvenPerson } from "./person.ts";

/** What the browser's cookie keeps, sealed, until the provider sends it back. */
export interface OidcFlow {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** A provider with its secret opened. */
export interface OpenProvider {
  readonly provider: SignInProvider;
  readonly secret: string | null;
}

export interface OidcClients {
  /** Where the browser goes, and what to remember. @throws PlimsollError SIGN_IN_PROVIDER_FAILED */
  begin(open: OpenProvider, redirectUri: string): Promise<{ readonly url: string; readonly flow: OidcFlow }>;
  /**
   * Who came back. `returned`: the redirect address with what the provider added to it.
   * @throws PlimsollError SIGN_IN_UNPROVED, SIGN_IN_REFUSED, SIGN_IN_PROVIDER_FAILED
   */
  finish(open: OpenProvider, returned: URL, flow: OidcFlow): Promise<ProvenPerson>;
}

export function createOidcClients(outgoing: Outgoing): OidcClients {
  const known = new Map<string, { readonly config: Promise<oidc.Configuration>; readonly madeAt: number }>();
  const configOf = (open: OpenProvider): Promise<oidc.Configuration> => {
    // A provider that was changed is asked anew; its secret is sealed differently each time that it is written.
    const { id, settings, secretSealed } = open.provider;
    const key = JSON.stringify([id, settings, secretSealed?.toString("base64") ?? null]);
    const found = known.get(key);
    if (found !== undefined && performance.now() - found.madeAt < CONFIG_MS) return found.config;
    const config = discover(outgoing, open).catch((cause: unknown) => {
      throw new PlimsollError("SIGN_IN_PROVIDER_FAILED", `The sign-in provider ${unreadable(cause)}.`, {
        cause,
      });
    });
    known.delete(key);
    known.set(key, { config, madeAt: performance.now() });
    for (const old of [...known.keys()].slice(0, -CONFIGS_MAX)) known.delete(old);
    config.catch(() => known.delete(key));
    return config;
  };
  return {
    begin: async (open, redirectUri) => {
      const config = await configOf(open);
      const flow = {
        state: oidc.randomState(),
        nonce: oidc.randomNonce(),
        verifier: oidc.randomPKCECodeVerifier(),
      };
      const url = oidc.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope: [...new Set(["openid", ...readSettings(open).scopes])].join(" "),
        state: flow.state,
        nonce: flow.nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(flow.verifier),
        code_challenge_method: "S256",
      });
      return { url: url.href, flow };
    },
    finish: async (open, returned, flow) => {
      const config = await configOf(open);
      try {
        return await prove(config, readSettings(open), returned, flow);
      } catch (error) {
        return asFailure(error);
      }
    },
  };
}

async function discover(outgoing: Outgoing, open: OpenProvider): Promise<oidc.Configuration> {
  const { issuer, clientId, ca } = readSettings(open);
  const url = new URL(issuer);
  const auth = open.secret === null ? oidc.None() : secretAsWanted(open.secret);
  const config = await oidc.discovery(url, clientId, undefined, auth, {
    // The shape of the settings lets plain http through on loopback alone.
    execute: url.protocol === "http:" ? [oidc.allowInsecureRequests] : [],
    [oidc.customFetch]: (address, init) => outgoing(address, init, ca),
    timeout: TIMEOUT_SECONDS,
  });
  oidc.enableNonRepudiationChecks(config);
  return config;
}

/** In the header where the provider takes that, else in the body. */
function secretAsWanted(secret: string): oidc.ClientAuth {
  return (server, client, body, headers) => {
    const methods = server.token_endpoint_auth_methods_supported ?? ["client_secret_basic"];
    const isInBody = !methods.includes("client_secret_basic") && methods.includes("client_secret_post");
    const auth = isInBody ? oidc.ClientSecretPost(secret) : oidc.ClientSecretBasic(secret);
    return auth(server, client, body, headers);
  };
}

async function prove(
  config: oidc.Configuration,
  settings: OidcSettings,
  returned: URL,
  { state, nonce, verifier }: OidcFlow,
): Promise<ProvenPerson> {
  const tokens = await oidc.authorizationCodeGrant(config, returned, {
    expectedState: state,
    expectedNonce: nonce,
    pkceCodeVerifier: verifier,
    idTokenExpected: true,
  });
  const claims = tokens.claims();
  if (claims === undefined) throw unproved("It sent no ID token.");
  const wanted = [settings.nameClaim, settings.displayNameClaim, settings.groupsClaim];
  const isWhole = wanted.every((name) => claimOf(claims, name) !== undefined);
  const hasMore = !isWhole && config.serverMetadata().userinfo_endpoint !== undefined;
  // What is not in the signed token is asked for; the answer must be about the same subject.
  const more = hasMore ? await oidc.fetchUserInfo(config, tokens.access_token, claims.sub) : {};
  const all: Readonly<Record<string, unknown>> = { ...more, ...claims };
  if (settings.nameClaim === "email" && all["email_verified"] === false) {
    throw new PlimsollError("SIGN_IN_REFUSED", "The sign-in provider has not verified the e-mail address.");
  }
  return toPerson({
    subject: claims.sub,
    name: claimOf(all, settings.nameClaim),
    displayName: claimOf(all, settings.displayNameClaim),
    groups: claimOf(all, settings.groupsClaim),
  });
}

/** A claim by its name, which may hold dots; else by a path through objects: `realm_access.roles`. */
function claimOf(claims: Readonly<Record<string, unknown>>, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  let value: unknown = claims;
  for (const key of name.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

function readSettings({ provider }: OpenProvider): OidcSettings {
  return oidcSettings.parse(provider.settings);
}

/** Answers that do not come are the provider's; everything else that fails is a proof that does not hold. */
function asFailure(error: unknown): never {
  if (error instanceof PlimsollError && !isOfTransport(error)) throw error;
  if (isOutage(error)) {
    const message = "The sign-in provider does not answer.";
    throw new PlimsollError("SIGN_IN_PROVIDER_FAILED", message, { cause: error });
  }
  throw unproved(`Reason: ${reasonOf(error)}.`, error);
}

function unreadable(error: unknown): string {
  return isOutage(error)
    ? "does not answer"
    : `describes itself in another way than the standard (${reasonOf(error)})`;
}

function isOutage(error: unknown): boolean {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth += 1) {
    if (isOfTransport(cause) || cause.name === "TimeoutError") return true;
  }
  return false;
}

/** Codes of the library, such as OAUTH_JWT_CLAIM_COMPARISON_FAILED, or the provider's own, such as access_denied; never a value. */
function reasonOf(error: unknown): string {
  const { code, error: own } = (error ?? {}) as { readonly code?: unknown; readonly error?: unknown };
  const reason = [own, code].find((word) => typeof word === "string" && /^\w{1,100}$/.test(word));
  return typeof reason === "string" ? reason : "unknown";
}

function isOfTransport(error: unknown): boolean {
  return error instanceof PlimsollError && ["HTTP_FAILED", "LIMIT_EXCEEDED"].includes(error.code);
}

function unproved(reason: string, cause?: unknown): PlimsollError {
  const message = `What the sign-in provider sent does not prove who it is. ${reason}`;
  return new PlimsollError("SIGN_IN_UNPROVED", message, { cause });
}

/** Metadata of providers changes rarely; signing keys are fetched anew when one is not known. */
const CONFIG_MS = 60 * 60_000;
const CONFIGS_MAX = 50;
const TIMEOUT_SECONDS = 15;
