/**
 * A CI system's ID token turned into a short token of an organisation, by a trust rule of that organisation. Only issuers that a rule
 * names are ever asked for keys; a token counts once.
 */
import { createHash } from "node:crypto";
import { decodeJwt, errors, jwtVerify, type JWTPayload } from "jose";
import type { ExchangedToken } from "../../../api/rest/sign-in.ts";
import { PlimsollError } from "../../../domain/error.ts";
import { printable } from "../../../domain/problem.ts";
import type { StoreTransaction } from "../../../store/connect.ts";
import { inOrg } from "../../../store/in-org.ts";
import { recordAudit } from "../../../store/stores/audit.ts";
import { findOrganisation } from "../../../store/stores/organisations.ts";
import { spendProof } from "../../../store/stores/spent-proofs.ts";
import { insertToken } from "../../../store/stores/tokens.ts";
import { listTrustRules, useTrustRule, type TrustRule } from "../../../store/stores/trust-rules.ts";
import type { ServerParts } from "../../parts.ts";
import { hashSecret, newSecret, tokenPrefix } from "../secrets.ts";
import { beginAttempt } from "../throttle.ts";
import { fitsClaims } from "./trust.ts";

export interface Exchange {
  readonly organisation: string;
  readonly idToken: string;
  /** Of the client. */
  readonly address: string;
  readonly now: Date;
}

/** @throws PlimsollError ID_TOKEN_REFUSED, ID_TOKEN_USED, SIGN_IN_PROVIDER_FAILED, RATE_LIMITED */
export async function exchangeIdToken(
  parts: Pick<ServerParts, "store" | "identity">,
  { organisation, idToken, address, now }: Exchange,
): Promise<ExchangedToken> {
  const { store } = parts;
  const attempt = await beginAttempt(store, { accountName: null, address, now });
  const issuer = issuerOf(idToken);
  const org = await findOrganisation(store.app, organisation);
  const rules = org === null ? [] : await inOrg(store, org.id, (tx) => listTrustRules(tx, org.id, issuer));
  if (org === null || rules.length === 0) throw refused("no rule there names its issuer");
  const claims = await verify(parts, { idToken, issuer, rules, now });
  const rule = rules.find(
    (each) => audiencesOf(claims).includes(each.audience) && fitsClaims(each.claims, claims),
  );
  if (rule === undefined) {
    await inOrg(store, org.id, (tx) => noteRefusal(tx, org.id, claims));
    throw refused("its claims fit no rule");
  }
  const proof = {
    hash: proofOf(idToken, claims),
    expiresAt: new Date((claims.exp ?? 0) * 1000 + SKEW_S * 1000),
  };
  const made = await inOrg(store, org.id, (tx) => makeToken(tx, { orgId: org.id, rule, claims, proof, now }));
  await attempt.succeed();
  return made;
}

/** Unproved: it only says whose keys to ask for. */
function issuerOf(idToken: string): string {
  try {
    const { iss } = decodeJwt(idToken);
    if (typeof iss === "string" && iss.length <= 2000) return iss;
  } catch (cause) {
    throw refused("it is no ID token", cause);
  }
  throw refused("it names no issuer");
}

async function verify(
  { identity }: Pick<ServerParts, "identity">,
  { idToken, issuer, rules, now }: Verification,
): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(idToken, identity.issuers.keysOf(issuer), {
      issuer,
      audience: rules.map(({ audience }) => audience),
      algorithms: ALGORITHMS,
      requiredClaims: ["exp", "iat", "sub"],
      clockTolerance: SKEW_S,
      currentDate: now,
    });
    const seconds = (payload.exp ?? Infinity) - now.getTime() / 1000;
    if (seconds > LIFE_MAX_S) throw refused("it lasts longer than a day");
    return payload;
  } catch (error) {
    if (error instanceof PlimsollError) throw error;
    // A code of the library: ERR_JWT_EXPIRED. Never a value of the token.
    const reason = error instanceof errors.JOSEError ? error.code : "unknown";
    throw refused(`it is not proved (${reason})`, error);
  }
}

interface Verification {
  readonly idToken: string;
  readonly issuer: string;
  readonly rules: readonly TrustRule[];
  readonly now: Date;
}

interface Making {
  readonly orgId: string;
  readonly rule: TrustRule;
  readonly claims: JWTPayload;
  readonly proof: { readonly hash: Buffer; readonly expiresAt: Date };
  readonly now: Date;
}

/** Spent and made in one transaction: a token that was not made is not spent. */
async function makeToken(
  tx: StoreTransaction,
  { orgId, rule, claims, proof, now }: Making,
): Promise<ExchangedToken> {
  if (!(await spendProof(tx, proof.hash, { now, expiresAt: proof.expiresAt }))) {
    throw new PlimsollError("ID_TOKEN_USED", "This ID token was exchanged before.");
  }
  if ((await useTrustRule(tx, orgId, rule.id, now)) >= LIVE_TOKENS_MAX) {
    throw new PlimsollError(
      "RATE_LIMITED",
      `There are ${LIVE_TOKENS_MAX} live tokens of this rule already.`,
      {
        details: { retryAfterSeconds: 60 },
      },
    );
  }
  const token = newSecret("plim_");
  const expiresAt = new Date(now.getTime() + rule.minutes * 60_000);
  const subject = printable(claims.sub ?? "", 200);
  await insertToken(
    tx,
    { orgId },
    {
      name: printable(`${rule.name}: ${subject}`, 99),
      hash: hashSecret(token),
      prefix: tokenPrefix(token),
      scopes: rule.scopes,
      createdBy: `trust rule ${rule.name}`,
      expiresAt,
      trustRuleId: rule.id,
    },
  );
  const actor = { kind: "system", id: null, name: `trust rule ${rule.name}` } as const;
  const change = { action: "id-token.exchanged", target: subject, before: null };
  const after = { rule: rule.name, issuer: rule.issuer, scopes: rule.scopes, expiresAt };
  await recordAudit(tx, { orgId, actor, ...change, after });
  return { token, rule: rule.name, scopes: [...rule.scopes], expiresAt: expiresAt.toISOString() };
}

/** Of a token that its issuer did sign: owners look here when a pipeline is not let in. */
async function noteRefusal(tx: StoreTransaction, orgId: string, claims: JWTPayload): Promise<void> {
  await recordAudit(tx, {
    orgId,
    actor: { kind: "system", id: null, name: "trust rules" },
    action: "id-token.refused",
    target: printable(claims.sub ?? "", 200),
    before: null,
    after: { issuer: claims.iss, audience: audiencesOf(claims).map((text) => printable(text, 200)) },
  });
}

function audiencesOf({ aud }: JWTPayload): readonly string[] {
  return aud === undefined ? [] : [aud].flat().slice(0, 20);
}

/** By its id where it has one: the same token may be written in several ways. */
function proofOf(idToken: string, { iss, jti }: JWTPayload): Buffer {
  const words =
    typeof jti === "string" && jti !== "" ? ["jti", iss, jti] : ["token", ...idToken.split(".").slice(0, 2)];
  return createHash("sha256")
    .update(JSON.stringify(["id-token", ...words]))
    .digest();
}

function refused(why: string, cause?: unknown): PlimsollError {
  return new PlimsollError("ID_TOKEN_REFUSED", `The ID token is not taken: ${why}.`, { cause });
}

/** Signatures by a key pair alone: what the issuer publishes must not be enough to sign. */
const ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"];
const SKEW_S = 30;
const LIFE_MAX_S = 24 * 60 * 60;
const LIVE_TOKENS_MAX = 1000;
