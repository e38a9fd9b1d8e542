/**
 * Signing keys of issuers of ID tokens: found by their discovery documents, kept for a while, and fetched anew when a token names one
 * that is not known, as after a rotation. Nobody makes the server ask an issuer more often than twice a minute.
 * https://openid.net/specs/openid-connect-discovery-1_0.html, https://www.rfc-editor.org/rfc/rfc7517
 */
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from "jose";
import { z } from "zod";
import { PlimsollError } from "../../../domain/error.ts";
import type { Outgoing } from "../outgoing.ts";

export interface IssuerKeys {
  /**
   * Keys of an issuer, as `jose` asks for them.
   * @throws PlimsollError SIGN_IN_PROVIDER_FAILED from there when the issuer does not answer as it should
   */
  keysOf(issuer: string): JWTVerifyGetKey;
}

interface Known {
  /** Null: the last look failed. */
  readonly keys: JWTVerifyGetKey | null;
  readonly at: number;
}

export function createIssuerKeys(
  outgoing: Outgoing,
  monotonicMs = (): number => performance.now(),
): IssuerKeys {
  const known = new Map<string, Known>();
  const underWay = new Map<string, Promise<Known>>();
  const look = (issuer: string): Promise<Known> => {
    const found =
      underWay.get(issuer) ??
      fetchKeys(outgoing, issuer).then(
        (keys) => ({ keys, at: monotonicMs() }),
        (): Known => ({ keys: null, at: monotonicMs() }),
      );
    underWay.set(issuer, found);
    return found.then((looked) => {
      underWay.delete(issuer);
      known.delete(issuer);
      known.set(issuer, looked);
      for (const old of [...known.keys()].slice(0, -ISSUERS_MAX)) known.delete(old);
      return looked;
    });
  };
  const open = ({ keys }: Known): JWTVerifyGetKey => {
    if (keys !== null) return keys;
    throw new PlimsollError("SIGN_IN_PROVIDER_FAILED", "The issuer of the token does not tell its keys.");
  };
  return {
    keysOf: (issuer) => async (header, token) => {
      const kept = known.get(issuer);
      const age = kept === undefined ? Infinity : monotonicMs() - kept.at;
      const limit = kept?.keys === null ? PAUSE_MS : KEPT_MS;
      const current = kept !== undefined && age < limit ? kept : await look(issuer);
      try {
        return await open(current)(header, token);
      } catch (error) {
        const isOld = monotonicMs() - current.at >= PAUSE_MS;
        if (!(error instanceof errors.JWKSNoMatchingKey) || !isOld) throw error;
        return open(await look(issuer))(header, token);
      }
    },
  };
}

async function fetchKeys(outgoing: Outgoing, issuer: string): Promise<JWTVerifyGetKey> {
  const base = issuer.endsWith("/") ? issuer.slice(0, -1) : issuer;
  const found = discovery.parse(await fetchJson(outgoing, `${base}/.well-known/openid-configuration`));
  if (found.issuer !== issuer) throw new TypeError("the discovery document is another issuer's");
  // An issuer in clear is one on loopback; one with TLS tells its keys with TLS.
  if (!found.jwks_uri.startsWith("https:") && !issuer.startsWith("http:"))
    throw new TypeError("keys without TLS");
  const keys = keySet.parse(await fetchJson(outgoing, found.jwks_uri)) as JSONWebKeySet;
  return createLocalJWKSet(keys);
}

async function fetchJson(outgoing: Outgoing, url: string): Promise<unknown> {
  const answer = await outgoing(url, { method: "GET", headers: { accept: "application/json" } }, null);
  if (answer.status !== 200) throw new TypeError(`status ${answer.status}`);
  return answer.json();
}

const discovery = z.object({ issuer: z.string().max(2000), jwks_uri: z.url().max(2000) });
const keySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).max(100) });

const KEPT_MS = 10 * 60_000;
/** Between two looks for a key that is not known, or at an issuer that does not answer. */
const PAUSE_MS = 30_000;
const ISSUERS_MAX = 200;
