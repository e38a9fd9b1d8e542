/**
 * The gate's decision as a signed statement that lasts for a while, for those who cannot ask: an in-toto statement in a DSSE envelope.
 * One that was signed a moment ago for the same decision is given again, so that a rush of pipelines costs one signature.
 */
import { sealEnvelope, statementPayloadType } from "../../attestations/dsse.ts";
import { gateVerdictType, type GateVerdict } from "../../attestations/gate-verdict.ts";
import { readPrivateKey, type SigningKey } from "../../attestations/keys.ts";
import { writeStatement } from "../../attestations/statement.ts";
import { PlimsollError } from "../../domain/error.ts";
import { inOrg } from "../../store/in-org.ts";
import { findSigningKey, verdictKeyPurpose } from "../../store/stores/verdict-keys.ts";
import type { OrgScope } from "../caller.ts";
import type { ServerParts } from "../parts.ts";
import { askGate, type AskedGate } from "./ask.ts";
import type { Decided } from "./decide.ts";

export interface SignedVerdict {
  readonly pass: boolean;
  /** JSON of the envelope. */
  readonly envelope: string;
  /** Of the key that signed. */
  readonly keyId: string;
  readonly expiresAt: string;
}

export interface SigningRequest {
  readonly org: OrgScope;
  readonly asked: AskedGate;
  readonly validSeconds: number;
  readonly now: Date;
}

/** @throws PlimsollError VERDICT_KEY_MISSING, SIGNER_FAILED; as `askGate` */
export async function signVerdict(parts: ServerParts, request: SigningRequest): Promise<SignedVerdict> {
  const { org, asked, validSeconds, now } = request;
  const decided = await askGate(parts, org, asked, now);
  const key = await openKey(parts, org.id);
  const known = signed.get(decided) ?? new Map<string, Promise<SignedVerdict>>();
  signed.set(decided, known);
  const name = `${key.keyId} ${validSeconds}`;
  const before = await known.get(name)?.catch(() => null);
  // Whoever asks gets at least half of the time that was asked for.
  if (
    before !== undefined &&
    before !== null &&
    Date.parse(before.expiresAt) - now.getTime() > validSeconds * 500
  )
    return before;
  const made = seal(parts, request, decided, key);
  known.set(name, made);
  if (known.size > LIFETIMES_MAX) known.delete(known.keys().next().value ?? name);
  return made;
}

const signed = new WeakMap<Decided, Map<string, Promise<SignedVerdict>>>();
const LIFETIMES_MAX = 8;

type OpenKey = SigningKey & { readonly keyId: string };

async function openKey({ store, secrets, verdictSigner }: ServerParts, orgId: string): Promise<OpenKey> {
  if (verdictSigner !== null) {
    const [current] = verdictSigner.publicKeys;
    return { keyId: current?.keyId ?? "", publicPem: current?.pem ?? null, sign: verdictSigner.sign };
  }
  const stored = await inOrg(store, orgId, (tx) => findSigningKey(tx, orgId), { readOnly: true });
  if (stored === null)
    throw new PlimsollError("VERDICT_KEY_MISSING", "The organisation has no key that signs verdicts.");
  const pem = secrets.open(stored.privateSealed, verdictKeyPurpose(stored.id));
  const key = await readPrivateKey(pem, stored.keyId, async () => "");
  return { ...key, keyId: stored.keyId };
}

async function seal(
  { publicUrl, version }: ServerParts,
  { org, validSeconds, now }: SigningRequest,
  { answer, goodUntil }: Decided,
  key: OpenKey,
): Promise<SignedVerdict> {
  const { pass, causes, evidence, environment, demonstration, repository, digest } = answer;
  // Not beyond the time when the decision would be another one.
  const expiresAt = new Date(Math.min(now.getTime() + validSeconds * 1000, goodUntil)).toISOString();
  const verdict: GateVerdict = {
    tool: { name: "plimsoll", version },
    issuer: publicUrl,
    organisation: org.name,
    environment,
    decision: pass ? "admit" : "deny",
    causes,
    policy: { digest: evidence.policyDigest },
    database:
      evidence.databaseUpdatedAt === null
        ? null
        : { digest: evidence.databaseDigest, updatedAt: evidence.databaseUpdatedAt },
    evaluatedAt: evidence.evaluatedAt,
    demonstration,
    issuedAt: now.toISOString(),
    expiresAt,
  };
  const statement = writeStatement({ name: repository, digest }, gateVerdictType, verdict);
  const envelope = await sealEnvelope(statementPayloadType, statement, key);
  return { pass, envelope, keyId: key.keyId, expiresAt };
}
