/** What verifiers of others got wrong, each as a row: the advisories are named where there is one. */
import assert from "node:assert/strict";
import { generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import { test } from "node:test";
import type { Attestation, ResolvedImage } from "../domain/image.ts";
import type { SignedBytes, TrustedSigners } from "../domain/signature.ts";
import { preAuthEncoding, signaturesMax, statementPayloadType } from "./dsse.ts";
import { keyIdOf } from "./keys.ts";
import { signatureAnnotation, simpleSigningMediaType, writeSimpleSigning } from "./simple-signing.ts";
import { writeStatement } from "./statement.ts";
import { openTrust } from "./trust.ts";
import { imageSignatureType, verifyImage } from "./verify-image.ts";

const ours = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
const theirs = generateKeyPairSync("ed25519");
const digest = `sha256:${"a".repeat(64)}`;
const indexDigest = `sha256:${"b".repeat(64)}`;
const other = `sha256:${"c".repeat(64)}`;
const predicateType = "https://openvex.dev/ns/v0.2.0";

const trusted: TrustedSigners = {
  keys: [{ name: "ours.pub", pem: ours.publicKey.export({ type: "spki", format: "pem" }).toString() }],
  identities: [],
};
const trust = openTrust(trusted);
const signer = { kind: "key", name: "ours.pub", issuer: null, keyId: keyIdOf(ours.publicKey) };

function signatureBy(key: KeyObject, bytes: Uint8Array): Buffer {
  return sign(key.asymmetricKeyType === "ed25519" ? null : "sha256", bytes, key);
}

interface EnvelopeParts {
  readonly payload: Uint8Array;
  readonly payloadType?: string;
  /** What the signature covers, where it is not this payload. */
  readonly covers?: Uint8Array;
  readonly keys?: readonly KeyObject[];
  readonly keyId?: string;
  readonly copies?: number;
}

function envelope(parts: EnvelopeParts): Buffer {
  const {
    payload,
    payloadType = statementPayloadType,
    keys = [ours.privateKey],
    keyId = "",
    copies = 1,
  } = parts;
  const covers = parts.covers ?? preAuthEncoding(payloadType, payload);
  const signatures = keys.flatMap((key) =>
    Array.from({ length: copies }, () => ({
      keyid: keyId,
      sig: signatureBy(key, covers).toString("base64"),
    })),
  );
  return Buffer.from(
    JSON.stringify({ payloadType, payload: Buffer.from(payload).toString("base64"), signatures }),
  );
}

function signed(
  bytes: Uint8Array,
  annotations: Record<string, string> = {},
  mediaType = "application/vnd.dsse.envelope.v1+json",
): SignedBytes {
  return { storage: "referrer", mediaType, digest: other, bytes, annotations };
}

const aboutImage = writeStatement({ name: "app", digest }, predicateType, { claims: "x" });

function claimed(bytes: Uint8Array | null, type = predicateType): Attestation {
  const bare: Attestation = {
    predicateType: type,
    predicate: {},
    subjectDigests: [digest],
    storage: "referrer",
    trust: "unsigned",
  };
  return bytes === null ? bare : { ...bare, signed: signed(bytes) };
}

function image(attestations: readonly Attestation[], ofImage: readonly SignedBytes[] = []): ResolvedImage {
  const config = {} as ResolvedImage["config"];
  const named = { source: "registry" as const, reference: "app", repository: "example.com/app", tag: "1" };
  const digests = { digest, indexDigest };
  return {
    ...named,
    ...digests,
    config,
    layers: [],
    annotations: {},
    attestations,
    signed: ofImage,
    sizeBytes: 0,
  };
}

const rows: readonly (readonly [name: string, bytes: Uint8Array | null, trust: Attestation["trust"]])[] = [
  ["by a trusted key, about the image", envelope({ payload: aboutImage }), "verified"],
  [
    "with a signature of somebody else before it",
    envelope({ payload: aboutImage, keys: [theirs.privateKey, ours.privateKey] }),
    "verified",
  ],
  [
    "about the index of the image",
    envelope({ payload: writeStatement({ name: "", digest: indexDigest }, predicateType, 1) }),
    "verified",
  ],
  ["without a signature", envelope({ payload: aboutImage, keys: [] }), "unsigned"],
  ["without an envelope", null, "unsigned"],
  ["by a key that is not trusted", envelope({ payload: aboutImage, keys: [theirs.privateKey] }), "unsigned"],
  [
    "by another key under the name of ours",
    envelope({ payload: aboutImage, keys: [theirs.privateKey], keyId: keyIdOf(ours.publicKey) }),
    "unsigned",
  ],
  [
    "with a signature over another statement",
    envelope({
      payload: aboutImage,
      covers: preAuthEncoding(statementPayloadType, writeStatement({ name: "", digest }, predicateType, 2)),
    }),
    "unsigned",
  ],
  [
    "with a signature over the bare payload",
    envelope({ payload: aboutImage, covers: aboutImage }),
    "unsigned",
  ],
  [
    "signed as another type of payload",
    envelope({ payload: aboutImage, covers: preAuthEncoding("text/plain", aboutImage) }),
    "unsigned",
  ],
  [
    "of another type of payload (cosign CVE-2026-39395)",
    envelope({ payload: aboutImage, payloadType: "application/json" }),
    "unsigned",
  ],
  [
    "about another image (notation CVE-2023-33959, Kyverno CVE-2022-47633)",
    envelope({ payload: writeStatement({ name: "app", digest: other }, predicateType, {}) }),
    "unsigned",
  ],
  [
    "of another type than it goes by (cosign CVE-2022-35929, policy-controller CVE-2022-35930)",
    envelope({ payload: writeStatement({ name: "app", digest }, "https://slsa.dev/provenance/v1", {}) }),
    "unsigned",
  ],
  ["signed, and no statement (cosign CVE-2026-39395)", envelope({ payload: Buffer.from("{}") }), "unsigned"],
  [
    "signed, and about nothing",
    envelope({ payload: Buffer.from(JSON.stringify({ ...JSON.parse(aboutImage.toString()), subject: [] })) }),
    "unsigned",
  ],
  [
    "with signatures without end (cosign CVE-2023-46737)",
    envelope({ payload: aboutImage, copies: signaturesMax + 1 }),
    "unsigned",
  ],
  ["that is no JSON", Buffer.from("nothing"), "unsigned"],
  [
    "with a payload that is no base64",
    Buffer.from(
      JSON.stringify({ payloadType: statementPayloadType, payload: "%%", signatures: [{ sig: "" }] }),
    ),
    "unsigned",
  ],
];

for (const [name, bytes, expected] of rows) {
  test(`attestation ${name}: ${expected}`, async () => {
    const { attestations } = await verifyImage(image([claimed(bytes)]), trust);
    const [first] = attestations ?? [];
    assert.equal(first?.trust, expected);
    assert.deepEqual(first?.signers, expected === "verified" ? [signer] : undefined);
    assert.equal(first?.signed, undefined);
  });
}

test("what a verified attestation says comes from the bytes that were signed", async () => {
  const { attestations } = await verifyImage(image([claimed(envelope({ payload: aboutImage }))]), trust);
  assert.deepEqual(attestations?.[0]?.predicate, { claims: "x" });
});

test("a bundle without a certificate is verified by key, whatever stands around it", async () => {
  const dsseEnvelope = JSON.parse(envelope({ payload: aboutImage }).toString()) as unknown;
  const verificationMaterial = { publicKey: { hint: "x" } };
  const bundle = Buffer.from(JSON.stringify({ mediaType: "x", verificationMaterial, dsseEnvelope }));
  const { attestations } = await verifyImage(image([claimed(bundle)]), trust);
  assert.equal(attestations?.[0]?.trust, "verified");
});

test("an image without trusted signers: nothing is verified, and signed bytes are dropped", async () => {
  const nobody = openTrust({ keys: [], identities: [] });
  const {
    attestations,
    signatures,
    signed: left,
  } = await verifyImage(image([claimed(envelope({ payload: aboutImage }))], [simple(digest)]), nobody);
  assert.deepEqual(
    [attestations?.[0]?.trust, attestations?.[0]?.signed, left],
    ["unsigned", undefined, undefined],
  );
  assert.deepEqual(
    signatures?.map(({ verified, reason }) => [verified, reason]),
    [[false, "no key is trusted that could have signed it"]],
  );
});

function simple(
  of: string,
  key = ours.privateKey,
  change: (payload: Buffer) => Buffer = (same) => same,
): SignedBytes {
  const payload = writeSimpleSigning("example.com/app", of);
  const signature = signatureBy(key, payload).toString("base64");
  return signed(change(payload), { [signatureAnnotation]: signature }, simpleSigningMediaType);
}

const renamed = (payload: Buffer): Buffer => Buffer.from(payload.toString().replace(other, digest));
const signatures: readonly (readonly [name: string, bytes: SignedBytes, reason: string | null])[] = [
  ["of the image", simple(digest), null],
  ["of its index", simple(indexDigest), null],
  ["of another image (Kyverno CVE-2023-47630)", simple(other), "it was made for another image"],
  [
    "whose payload was changed",
    simple(other, ours.privateKey, renamed),
    "none of the trusted keys signed it",
  ],
  ["by somebody else", simple(digest, theirs.privateKey), "none of the trusted keys signed it"],
  [
    "of another kind",
    signed(Buffer.from('{"critical":{"type":"x"}}'), {}, simpleSigningMediaType),
    'critical.type is not "cosign container image signature".',
  ],
  [
    "by Notation",
    signed(Buffer.from("{}"), {}, "application/jose+json"),
    "a signature by Notation, and no trust policy of Notation is configured",
  ],
];

for (const [name, bytes, reason] of signatures) {
  test(`signature ${name}`, async () => {
    const { signatures: found } = await verifyImage(image([], [bytes]), trust);
    const verified = reason === null;
    const subject = verified ? { subject: name === "of its index" ? indexDigest : digest } : {};
    const form = { storage: "referrer", ...(name === "by Notation" ? { isNotation: true } : {}) };
    const expected = { signer: verified ? signer : null, verified, reason, ...form, ...subject };
    assert.deepEqual(found, [expected]);
  });
}

test("a statement of cosign 3 that signs the image is its signature, and no attestation", async () => {
  const of = (subject: string): Attestation =>
    claimed(
      envelope({ payload: writeStatement({ name: "", digest: subject }, imageSignatureType, {}) }),
      imageSignatureType,
    );
  const result = await verifyImage(image([of(digest), of(other)]), trust);
  assert.deepEqual(result.attestations, []);
  assert.deepEqual(
    result.signatures?.map(({ verified }) => verified),
    [true, false],
  );
});

test("two statements by two signers do not lend each other their trust (slsa-verifier GO-2023-2188)", async () => {
  const elsewhere = envelope({ payload: writeStatement({ name: "", digest: other }, predicateType, {}) });
  const untrusted = envelope({ payload: aboutImage, keys: [theirs.privateKey] });
  const { attestations } = await verifyImage(image([claimed(elsewhere), claimed(untrusted)]), trust);
  assert.deepEqual(
    attestations?.map((each) => each.trust),
    ["unsigned", "unsigned"],
  );
});

test("a signature of the image is a statement that says so: an SBOM that was signed is none", async () => {
  const sbom = envelope({ payload: aboutImage });
  const { signatures } = await verifyImage(image([claimed(sbom, imageSignatureType)]), trust);
  assert.deepEqual(
    signatures?.map(({ verified }) => verified),
    [false],
  );
});

test("a digest in upper case is the same digest", async () => {
  const payload = Buffer.from(aboutImage.toString("utf8").replaceAll("a".repeat(64), "A".repeat(64)));
  const { attestations } = await verifyImage(image([claimed(envelope({ payload }))]), trust);
  assert.equal(attestations?.[0]?.trust, "verified");
});
