/** A signature of Notation, verified by a trust policy and a trust store that are given. Nothing is fetched and no plug-in is run. */
import { constants, verify, type KeyObject, type X509Certificate } from "node:crypto";
import { printable } from "../../domain/problem.ts";
import type { SignedBytes, Signer } from "../../domain/signature.ts";
import { asObject, asText, parseObject } from "../json.ts";
import { brokenChain, isValidAt, tellsRevocation } from "./chain.ts";
import { readCose } from "./cose.ts";
import { header, payloadContentType, type NotationEnvelope } from "./envelope.ts";
import { readJws } from "./jws.ts";
import { policyFor, subjectOf, type OpenNotationTrust, type TrustPolicy } from "./policy.ts";

export const notationMediaTypes: readonly string[] = ["application/jose+json", "application/cose"];

export interface NotationVerification {
  /** `sha256:…` of the artifact that was signed; null when that cannot be read or nobody who is trusted signed it. */
  readonly digest: string | null;
  readonly signer: Signer | null;
  /** Why there is no signer; null when there is one. */
  readonly reason: string | null;
}

/** `repository` chooses the trust policy. @throws PlimsollError DOCUMENT_INVALID and others for an envelope that cannot be read */
export function verifyNotation(
  { bytes, mediaType }: SignedBytes,
  trust: OpenNotationTrust | null,
  repository: string | null,
): NotationVerification {
  if (trust === null)
    return refused("a signature by Notation, and no trust policy of Notation is configured");
  const policy = policyFor(trust.policies, repository);
  if (policy === null) return refused("no trust policy of Notation is for this repository");
  if (!policy.checks.authenticity)
    return refused(`the trust policy ${printable(policy.name)} asks for no proof of who signed`);
  const envelope = mediaType === "application/cose" ? readCose(bytes) : readJws(bytes);
  const fault = formFault(envelope) ?? brokenChain(envelope.chain) ?? (isSigned(envelope) ? null : FORGED);
  if (fault !== null) return refused(fault);
  const anchor = anchorOf(envelope, policy, trust);
  if (anchor === null) return refused("its certificates lead to none of the trust store");
  const late = timeFault(envelope, policy, trust.at);
  if (late !== null) return refused(late);
  const [leaf] = envelope.chain;
  if (leaf === undefined || !isTrustedIdentity(leaf, policy))
    return refused(`signed by ${nameOf(leaf)}, whom the trust policy does not name`);
  const target = asObject(parseObject(envelope.payload, "payload")["targetArtifact"], "targetArtifact");
  const signer: Signer = { kind: "identity", name: nameOf(leaf), issuer: `notation:${anchor}`, keyId: null };
  return { digest: asText(target["digest"], "targetArtifact.digest"), signer, reason: null };
}

const FORGED = "the signature is not by its certificate over these bytes";

function refused(reason: string): NotationVerification {
  return { digest: null, signer: null, reason };
}

/** Headers that a reader has to understand, and are understood. */
const understood: ReadonlySet<string> = new Set([header.scheme, header.expiry, header.authenticTime]);

function formFault({
  contentType,
  critical,
  scheme,
  expiry,
  authenticTime,
}: NotationEnvelope): string | null {
  if (contentType !== payloadContentType) return "it was made over something else than an artifact";
  const unknown = critical.find((name) => !understood.has(name));
  if (unknown !== undefined) return `it needs ${printable(unknown, 100)}, which is not understood here`;
  // What changes the outcome must be where it cannot be left out.
  const needed = [header.scheme, ...(expiry === null ? [] : [header.expiry])];
  if (needed.some((name) => !critical.includes(name))) return "it does not mark its headers as critical";
  if (scheme === "notary.x509") return null;
  if (scheme !== "notary.x509.signingAuthority")
    return `its signing scheme ${printable(scheme, 60)} is not known`;
  return authenticTime === null ? "its signing authority tells no time" : null;
}

/** Algorithms by key, as the specification pairs them. */
function algorithmOf(key: KeyObject): { readonly name: string; readonly hash: string } | null {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  const size =
    type === "ec"
      ? { prime256v1: "256", secp384r1: "384", secp521r1: "512" }[details?.namedCurve ?? ""]
      : { 2048: "256", 3072: "384", 4096: "512" }[details?.modulusLength ?? 0];
  if (size === undefined || (type !== "ec" && type !== "rsa")) return null;
  return { name: `${type === "ec" ? "ES" : "PS"}${size}`, hash: `sha${size}` };
}

function isSigned({ chain: [leaf], covered, signature, algorithm }: NotationEnvelope): boolean {
  const expected = leaf === undefined ? null : algorithmOf(leaf.publicKey);
  if (leaf === undefined || expected === null || expected.name !== algorithm) return false;
  const key = expected.name.startsWith("ES")
    ? { key: leaf.publicKey, dsaEncoding: "ieee-p1363" as const }
    : {
        key: leaf.publicKey,
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
      };
  try {
    return verify(expected.hash, covered, key, signature);
  } catch {
    // What is no signature at all is a wrong one.
    return false;
  }
}

/** The store of the policy that holds a certificate of the chain: `ca:acme`. */
function anchorOf(
  { chain, scheme }: NotationEnvelope,
  { stores }: TrustPolicy,
  { certificates }: OpenNotationTrust,
): string | null {
  const kind = scheme === "notary.x509" ? "ca:" : "signingAuthority:";
  const prints = new Set(chain.map(({ fingerprint256 }) => fingerprint256));
  return (
    stores
      .filter((store) => store.startsWith(kind))
      .find((store) => certificates.get(store)?.some(({ fingerprint256 }) => prints.has(fingerprint256))) ??
    null
  );
}

function timeFault(
  { chain, expiry, authenticTime, scheme, hasTimestamp }: NotationEnvelope,
  { checks }: TrustPolicy,
  now: Date,
): string | null {
  if (checks.expiry && expiry !== null && !(now.getTime() < Date.parse(expiry)))
    return `it expired at ${printable(expiry, 40)}`;
  const at = scheme === "notary.x509" ? now : new Date(authenticTime ?? "");
  if (checks.authenticTimestamp && !isValidAt(chain, at))
    return `a certificate of its chain was not valid${hasTimestamp ? " now, and its timestamp is not verified here" : ""}`;
  // Nobody is asked whether a certificate was withdrawn.
  if (checks.revocation && tellsRevocation(chain))
    return "its certificates may be withdrawn, which is not looked up here: override revocation in the trust policy";
  return null;
}

function isTrustedIdentity(leaf: X509Certificate, { identities }: TrustPolicy): boolean {
  if (identities === null) return true;
  const subject = subjectOf(leaf);
  return identities.some((wanted) => [...wanted].every(([name, value]) => subject.get(name) === value));
}

/** `CN=release, OU=Releases, O=Acme` */
function nameOf(leaf: X509Certificate | undefined): string {
  return printable((leaf?.subject ?? "nobody").split("\n").toReversed().join(", "), 300);
}
