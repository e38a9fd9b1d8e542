import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { SignedBytes, TrustedSigners } from "../domain/signature.ts";
import { simpleSigningMediaType } from "./simple-signing.ts";
import { openTrust } from "./trust.ts";
import { verifySigned } from "./verify.ts";

interface Made {
  readonly envelope: object;
  readonly annotations: Record<string, string>;
  readonly bundle: { verificationMaterial: { tlogEntries: object[] }; dsseEnvelope: object };
}
const fixture = JSON.parse(readFileSync(new URL("fixtures/keyless.json", import.meta.url), "utf8")) as {
  readonly digest: string;
  readonly subject: string;
  readonly issuer: string;
  readonly trustRoot: { tlogs: object[]; ctlogs: object[]; certificateAuthorities: { validFor: object }[] };
  readonly attestation: Made;
  readonly another: Made;
  readonly late: Made;
  readonly signature: { payload: string; annotations: Record<string, string> };
};
const { attestation, another, late, signature, subject, issuer, trustRoot } = fixture;

function trusting(changes: Partial<TrustedSigners> = {}): TrustedSigners {
  return { keys: [], identities: [{ subject, issuer }], trustRoot: JSON.stringify(trustRoot), ...changes };
}

function file(document: object, annotations: Record<string, string> = {}): SignedBytes {
  const bytes = Buffer.from(JSON.stringify(document));
  return {
    storage: "referrer",
    mediaType: "application/vnd.dev.sigstore.bundle.v0.3+json",
    digest: "",
    bytes,
    annotations,
  };
}

const payload = Buffer.from(signature.payload, "base64");
const simple: SignedBytes = {
  storage: "tag",
  mediaType: simpleSigningMediaType,
  digest: "",
  bytes: payload,
  annotations: signature.annotations,
};
const who = { kind: "identity", name: subject, issuer, keyId: null };

const verified: readonly (readonly [name: string, signed: SignedBytes, trusted: TrustedSigners])[] = [
  ["a bundle", file(attestation.bundle), trusting()],
  [
    "a pattern of subjects",
    file(attestation.bundle),
    trusting({ identities: [{ subject: "https://github.com/org/*", issuer }] }),
  ],
  ["an envelope under cosign's tag", file(attestation.envelope, attestation.annotations), trusting()],
  ["a signature under cosign's tag", simple, trusting()],
];

for (const [name, signed, trusted] of verified) {
  test(`keyless: ${name} is verified`, async () => {
    const { signers, reason } = await verifySigned(signed, openTrust(trusted));
    assert.deepEqual([signers, reason], [[who], null]);
  });
}

const { "dev.sigstore.cosign/bundle": entry, ...withoutEntry } = attestation.annotations;
const otherEntry = {
  ...attestation.bundle,
  verificationMaterial: {
    ...attestation.bundle.verificationMaterial,
    tlogEntries: another.bundle.verificationMaterial.tlogEntries,
  },
};
const ended = trustRoot.certificateAuthorities.map((authority) => ({
  ...authority,
  validFor: { start: "2020-01-01T00:00:00Z", end: "2021-01-01T00:00:00Z" },
}));
const refused: readonly (readonly [name: string, signed: SignedBytes, trusted?: Partial<TrustedSigners>])[] =
  [
    [
      "of another subject (Kyverno CVE-2025-29778)",
      file(attestation.bundle),
      { identities: [{ subject: "https://github.com/other/*", issuer }] },
    ],
    [
      "of another issuer (Kyverno CVE-2025-29778)",
      file(attestation.bundle),
      { identities: [{ subject, issuer: `${issuer}.evil` }] },
    ],
    [
      "subject of one and issuer of another",
      file(attestation.bundle),
      {
        identities: [
          { subject, issuer: "https://x" },
          { subject: "x", issuer },
        ],
      },
    ],
    ["with the log entry of another artifact (cosign CVE-2026-22703)", file(otherEntry)],
    [
      "with the log entry of another artifact, under a tag",
      file(attestation.envelope, {
        ...attestation.annotations,
        "dev.sigstore.cosign/bundle": another.annotations["dev.sigstore.cosign/bundle"] ?? "",
      }),
    ],
    ["without a log entry", file(attestation.envelope, withoutEntry)],
    ["entered after its certificate had ended (cosign CVE-2026-24122)", file(late.bundle)],
    [
      "by an authority that had ended (cosign CVE-2026-24122)",
      file(attestation.bundle),
      { trustRoot: JSON.stringify({ ...trustRoot, certificateAuthorities: ended }) },
    ],
    [
      "by a log that is not trusted",
      file(attestation.bundle),
      {
        trustRoot: JSON.stringify({
          ...trustRoot,
          tlogs: [{ ...trustRoot.tlogs[0], ...trustRoot.ctlogs[0] }],
        }),
      },
    ],
    [
      "with the envelope of another",
      file({ ...attestation.bundle, dsseEnvelope: another.bundle.dsseEnvelope }),
    ],
    [
      "with another payload under cosign's tag",
      { ...simple, bytes: Buffer.from(payload.toString().replace("example.com/app", "example.com/xyz")) },
    ],
    ["where keys alone are trusted", file(attestation.bundle), { identities: [] }],
  ];

test("keyless: the fixture has a log entry to leave out", () => assert.ok(entry !== undefined));

for (const [name, signed, changes] of refused) {
  test(`keyless: ${name} is not verified`, async () => {
    const { signers, reason } = await verifySigned(signed, openTrust(trusting(changes)));
    assert.deepEqual(signers, []);
    assert.ok(reason !== null && reason !== "");
  });
}

test("keyless: a signature over a file is none over an image", async () => {
  const messageSignature = { messageDigest: {}, signature: "" };
  const { content, signers } = await verifySigned(file({ messageSignature }), openTrust(trusting()));
  assert.deepEqual([content, signers], [null, []]);
});

for (const text of ["{}", "nothing", "[]"]) {
  test(`keyless: ${text} is no trust root`, async () => {
    const trust = openTrust(trusting({ trustRoot: text }));
    await assert.rejects(verifySigned(file(attestation.bundle), trust), { code: "TRUST_INVALID" });
  });
}
