/**
 * Payloads that cosign signs for an image under its tag `sha256-….sig`
 * (github.com/sigstore/cosign, specs/SIGNATURE_SPEC.md; containers/image, docs/containers-signature.5.md).
 */
import { asObject, asText, invalid, parseObject } from "./json.ts";

export const simpleSigningMediaType = "application/vnd.dev.cosign.simplesigning.v1+json";

/** Annotations of the layer that holds the payload. */
export const signatureAnnotation = "dev.cosignproject.cosign/signature";
export const certificateAnnotation = "dev.sigstore.cosign/certificate";
export const chainAnnotation = "dev.sigstore.cosign/chain";
export const logEntryAnnotation = "dev.sigstore.cosign/bundle";

const payloadBytesMax = 1024 ** 2;
const signatureType = "cosign container image signature";

/** `sha256:…` of the manifest that the payload is about. @throws PlimsollError JSON_INVALID, DOCUMENT_INVALID, LIMIT_EXCEEDED */
export function signedDigest(payload: Uint8Array): string {
  const root = parseObject(payload, "signature payload", payloadBytesMax);
  const critical = asObject(root["critical"], "critical");
  if (critical["type"] !== signatureType) throw invalid("critical.type", `"${signatureType}"`);
  return asText(asObject(critical["image"], "critical.image")["docker-manifest-digest"], "critical.image");
}

/** The payload for an image. `repository`: canonical, without tag. */
export function writeSimpleSigning(repository: string, digest: string): Buffer {
  return Buffer.from(
    JSON.stringify({
      critical: {
        identity: { "docker-reference": repository },
        image: { "docker-manifest-digest": digest },
        type: signatureType,
      },
      optional: null,
    }),
  );
}
