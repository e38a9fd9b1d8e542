/**
 * Signatures by an identity: a short-lived certificate, an entry of a transparency log and a trust root that is given
 * (github.com/sigstore/protobuf-specs; verified by the libraries of Sigstore). Nothing is fetched.
 */
import { createHash, X509Certificate } from "node:crypto";
import type { Bundle } from "@sigstore/bundle";
import { PlimsollError } from "../domain/error.ts";
import { printable } from "../domain/problem.ts";
import type { Signer } from "../domain/signature.ts";
import { asObject, asText, invalid, parseObject, type JsonObject } from "./json.ts";
import { certificateAnnotation, chainAnnotation, logEntryAnnotation } from "./simple-signing.ts";
import { fitsSubject, type Trust } from "./trust.ts";

const trustRootBytesMax = 4 * 1024 ** 2;
const certificatesMax = 10;

/** What a bundle holds: a statement in an envelope, or a signature over an artifact that lies elsewhere. */
export interface KeylessSubject {
  /** The signed bytes of a message signature; null for an envelope, which brings its own. */
  readonly artifact: Buffer | null;
}

/**
 * The trusted identities that a bundle proves, each of them by subject and issuer together.
 * @returns why none of them is, as a text, when there is none
 * @throws PlimsollError TRUST_INVALID when the trust root is none
 */
export async function verifyBundle(
  bundle: JsonObject,
  { artifact }: KeylessSubject,
  { identities, trustRoot }: Trust,
): Promise<readonly Signer[] | string> {
  if (trustRoot === null) return "no trust root is configured, so no identity can be verified";
  // Loaded on demand: most signatures are by keys.
  const { bundleFromJSON } = await import("@sigstore/bundle");
  const { toSignedEntity, Verifier } = await import("@sigstore/verify");
  const material = await readTrustRoot(trustRoot);
  let identity;
  try {
    const read: Bundle = bundleFromJSON(bundle as Parameters<typeof bundleFromJSON>[0]);
    const entity = artifact === null ? toSignedEntity(read) : toSignedEntity(read, artifact);
    ({ identity } = new Verifier(material).verify(entity));
  } catch (error) {
    return `the certificate or its log entry does not hold: ${printable(error instanceof Error ? error.message : "", 200)}`;
  }
  const subject = identity?.subjectAlternativeName ?? "";
  const issuer = identity?.extensions?.issuer ?? "";
  const isTrusted = identities.some(
    (trusted) => issuer === trusted.issuer && fitsSubject(trusted.subject, subject),
  );
  if (isTrusted) return [{ kind: "identity", name: subject, issuer, keyId: null }];
  return `signed by ${printable(subject, 200)} (${printable(issuer, 200)}), which is not trusted`;
}

async function readTrustRoot(text: string) {
  const { TrustedRoot } = await import("@sigstore/protobuf-specs");
  const { toTrustMaterial } = await import("@sigstore/verify");
  try {
    const root = TrustedRoot.fromJSON(parseObject(Buffer.from(text), "trust root", trustRootBytesMax));
    if (root.certificateAuthorities.length === 0 || root.tlogs.length === 0) throw new Error("it is empty");
    return toTrustMaterial(root);
  } catch (cause) {
    throw new PlimsollError("TRUST_INVALID", "The trust root is no trusted_root.json of Sigstore.", {
      cause,
    });
  }
}

/**
 * The bundle that a signature under cosign's tags amounts to: certificate and log entry stand in the annotations of its layer.
 * Null when it has none, and is therefore by a key. @throws PlimsollError DOCUMENT_INVALID, JSON_INVALID
 */
export function bundleOfAnnotations(
  annotations: Readonly<Record<string, string>>,
  content: { readonly signature: string; readonly artifact: Buffer } | { readonly envelope: JsonObject },
): JsonObject | null {
  const certificate = annotations[certificateAnnotation];
  const entry = annotations[logEntryAnnotation];
  if (certificate === undefined || certificate === "") return null;
  if (entry === undefined) throw invalid("signature", "in a transparency log");
  const chain = `${certificate}\n${annotations[chainAnnotation] ?? ""}`;
  return {
    mediaType: "application/vnd.dev.sigstore.bundle+json;version=0.1",
    verificationMaterial: {
      x509CertificateChain: { certificates: readChain(chain) },
      tlogEntries: [logEntry(parseObject(Buffer.from(entry), "log entry"))],
    },
    ...("envelope" in content
      ? { dsseEnvelope: content.envelope }
      : {
          messageSignature: {
            messageDigest: {
              algorithm: "SHA2_256",
              digest: createHash("sha256").update(content.artifact).digest("base64"),
            },
            signature: content.signature,
          },
        }),
  };
}

function readChain(pem: string): readonly { rawBytes: string }[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]{1,20000}-----END CERTIFICATE-----/g) ?? [];
  return blocks.slice(0, certificatesMax).map((block) => {
    try {
      return { rawBytes: new X509Certificate(block).raw.toString("base64") };
    } catch {
      throw invalid("certificate", "one in PEM");
    }
  });
}

/** The log's entry as cosign stores it (`RekorBundle`), in the words of a bundle. */
function logEntry(stored: JsonObject): JsonObject {
  const payload = asObject(stored["Payload"], "log entry");
  const body = asText(payload["body"], "log entry.body");
  const { kind, apiVersion } = parseObject(Buffer.from(body, "base64"), "log entry's body");
  return {
    logIndex: String(payload["logIndex"]),
    logId: { keyId: Buffer.from(asText(payload["logID"], "log entry.logID"), "hex").toString("base64") },
    kindVersion: { kind, version: apiVersion },
    integratedTime: String(payload["integratedTime"]),
    inclusionPromise: {
      signedEntryTimestamp: asText(stored["SignedEntryTimestamp"], "log entry.SignedEntryTimestamp"),
    },
    canonicalizedBody: body,
  };
}
