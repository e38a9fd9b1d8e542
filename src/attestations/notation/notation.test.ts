/** What notation itself signed is verified by its trust policy and store, and by nothing less. */
import assert from "node:assert/strict";
import { generateKeyPairSync, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { NotationTrust, SignedBytes } from "../../domain/signature.ts";
import { readCbor } from "./cbor.ts";
import { openNotationTrust } from "./policy.ts";
import { verifyNotation } from "./verify.ts";

interface Fixture {
  readonly digest: string;
  readonly certificates: { readonly wabbit: string; readonly acme: string };
  readonly signatures: readonly { readonly mediaType: string; readonly bytes: string }[];
  readonly withRevocationList: {
    readonly mediaType: string;
    readonly bytes: string;
    readonly certificate: string;
  };
}
const fixture = JSON.parse(
  readFileSync(new URL("../fixtures/notation.json", import.meta.url), "utf8"),
) as Fixture;
const [wabbitJws, wabbitCose, acmeJws, acmeCose, expired] = fixture.signatures.map(
  ({ mediaType, bytes }): SignedBytes => ({
    storage: "referrer",
    mediaType,
    digest: "",
    bytes: Buffer.from(bytes, "base64"),
    annotations: {},
  }),
);
const NOW = "2026-11-23T00:00:00Z";
const REPOSITORY = "registry.example.com/team/app";

interface Row {
  readonly name: string;
  readonly of?: SignedBytes | undefined;
  readonly policy?: object;
  readonly level?: string;
  readonly override?: object;
  readonly at?: string;
  readonly certificates?: NotationTrust["certificates"];
  /** Null: it is verified. */
  readonly reason: RegExp | null;
}

const stored = [
  { store: "ca:wabbit", name: "wabbit.crt", pem: fixture.certificates.wabbit },
  { store: "ca:acme", name: "acme.crt", pem: fixture.certificates.acme },
];

function trustOf({ policy = {}, level = "strict", override, at = NOW, certificates = stored }: Row) {
  const row = {
    name: "images",
    registryScopes: ["*"],
    signatureVerification: { level, ...(override === undefined ? {} : { override }) },
    trustStores: ["ca:wabbit", "ca:acme"],
    trustedIdentities: ["*"],
    ...policy,
  };
  return openNotationTrust({
    policy: JSON.stringify({ version: "1.0", trustPolicies: [row] }),
    certificates,
    at,
  });
}

const named = (identity: string) => ({ trustedIdentities: [`x509.subject: ${identity}`] });

const rows: readonly Row[] = [
  { name: "JWS by RSA", of: wabbitJws, reason: null },
  { name: "COSE by RSA", of: wabbitCose, reason: null },
  { name: "JWS by ECDSA, with an issuer", of: acmeJws, reason: null },
  { name: "COSE by ECDSA, with an issuer", of: acmeCose, reason: null },
  { name: "a policy for the repository", policy: { registryScopes: [REPOSITORY] }, reason: null },
  {
    name: "a policy for another one",
    policy: { registryScopes: ["a.example/b"] },
    reason: /no trust policy/,
  },
  { name: "a store that is empty", certificates: [], reason: /lead to none of the trust store/ },
  {
    name: "a store that the policy does not name",
    policy: { trustStores: ["ca:wabbit"] },
    reason: /lead to none/,
  },
  {
    name: "a store of another kind",
    policy: { trustStores: ["signingAuthority:acme"] },
    certificates: stored.map((row) => ({ ...row, store: "signingAuthority:acme" })),
    reason: /lead to none/,
  },
  { name: "the signer by its subject", policy: named("C=US, ST=WA, O=Acme, CN=release"), reason: null },
  { name: "the signer by fewer attributes", policy: named("C=US,ST=WA,O=Acme"), reason: null },
  {
    name: "another signer of the issuer",
    policy: named("C=US, ST=WA, O=Acme, CN=dev"),
    reason: /does not name/,
  },
  { name: "one that expired", of: expired, reason: /it expired at 2026-11-22T17:57:06Z/ },
  { name: "one that expired, permissively", of: expired, level: "permissive", reason: null },
  { name: "one that expired, which is logged", of: expired, override: { expiry: "log" }, reason: null },
  {
    name: "a certificate of a day, later",
    of: wabbitJws,
    at: "2026-12-01T00:00:00Z",
    reason: /was not valid/,
  },
  { name: "a certificate before its time", at: "2026-11-01T00:00:00Z", reason: /was not valid/ },
  { name: "a policy that only audits", level: "audit", reason: /asks for no proof/ },
  { name: "a policy that skips", level: "skip", reason: /asks for no proof/ },
  {
    name: "authenticity that is only logged",
    override: { authenticity: "log" },
    reason: /asks for no proof/,
  },
];

for (const row of rows) {
  test(`notation: ${row.name} is ${row.reason === null ? "verified" : "not verified"}`, () => {
    const result = verifyNotation(row.of ?? (acmeJws as SignedBytes), trustOf(row), REPOSITORY);
    if (row.reason === null) {
      assert.equal(result.reason, null);
      assert.equal(result.digest, fixture.digest);
      assert.match(result.signer?.name ?? "", /^CN=(?:release|wabbit-networks\.io), /);
      assert.match(result.signer?.issuer ?? "", /^notation:ca:(?:acme|wabbit)$/);
    } else {
      assert.match(result.reason ?? "", row.reason);
      assert.equal(result.signer, null);
    }
  });
}

// Nobody is asked whether it was withdrawn, so that it counts only where the policy says that this does not matter.
for (const [what, row, reason] of [
  ["strictly", {}, /may be withdrawn/],
  ["permissively", { level: "permissive" }, null],
  ["where that is logged", { override: { revocation: "log" } }, null],
] as const) {
  test(`notation: a certificate that names a list of withdrawn ones is ${reason === null ? "" : "not "}verified ${what}`, () => {
    const { mediaType, bytes, certificate } = fixture.withRevocationList;
    const certificates = [{ store: "ca:acme", name: "ca.crt", pem: certificate }];
    const signed = { ...(acmeJws as SignedBytes), mediaType, bytes: Buffer.from(bytes, "base64") };
    const at = "2027-01-01T00:00:00Z";
    const result = verifyNotation(
      signed,
      trustOf({ name: what, ...row, at, certificates, reason }),
      REPOSITORY,
    );
    if (reason === null) assert.equal(result.reason, null);
    else assert.match(result.reason ?? "", reason);
  });
}

test("notation: without a trust policy nothing is verified", () => {
  assert.match(verifyNotation(acmeJws as SignedBytes, null, REPOSITORY).reason ?? "", /no trust policy/);
});

interface Jws {
  readonly payload: string;
  readonly protected: string;
  readonly header: { readonly x5c: readonly string[] };
  readonly signature: string;
}

/** The envelope by Acme with a change. */
function changed(change: (jws: Jws) => object): SignedBytes {
  const jws = JSON.parse(Buffer.from((acmeJws as SignedBytes).bytes).toString("utf8")) as Jws;
  const bytes = Buffer.from(JSON.stringify({ ...jws, ...change(jws) }));
  return { ...(acmeJws as SignedBytes), bytes };
}

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
const claimsOf = (jws: Jws): Record<string, unknown> =>
  JSON.parse(Buffer.from(jws.protected, "base64url").toString("utf8")) as Record<string, unknown>;
const another = { targetArtifact: { mediaType: "a/b", digest: `sha256:${"a".repeat(64)}`, size: 1 } };
const theirs = generateKeyPairSync("ec", { namedCurve: "prime256v1" }).privateKey;

const forgeries: readonly (readonly [name: string, change: (jws: Jws) => object, reason: RegExp])[] = [
  ["another payload", () => ({ payload: encoded(another) }), /not by its certificate/],
  [
    "other claims",
    (jws) => ({ protected: encoded({ ...claimsOf(jws), more: 1 }) }),
    /not by its certificate/,
  ],
  [
    "another algorithm",
    (jws) => ({ protected: encoded({ ...claimsOf(jws), alg: "none" }) }),
    /not by its certificate/,
  ],
  [
    "a signature by another key",
    (jws) => ({
      signature: sign("sha256", Buffer.from(`${jws.protected}.${jws.payload}`), {
        key: theirs,
        dsaEncoding: "ieee-p1363",
      }).toString("base64url"),
    }),
    /not by its certificate/,
  ],
  [
    "a header that is not understood",
    (jws) => ({ protected: encoded({ ...claimsOf(jws), crit: ["io.cncf.notary.verificationPlugin"] }) }),
    /not understood here/,
  ],
  [
    "an expiry that may be left out",
    (jws) => ({ protected: encoded({ ...claimsOf(jws), crit: ["io.cncf.notary.signingScheme"] }) }),
    /critical/,
  ],
  [
    "another scheme",
    (jws) => ({ protected: encoded({ ...claimsOf(jws), "io.cncf.notary.signingScheme": "x" }) }),
    /is not known/,
  ],
  [
    "an authority that tells no time",
    (jws) => ({
      protected: encoded({
        ...claimsOf(jws),
        "io.cncf.notary.signingScheme": "notary.x509.signingAuthority",
      }),
    }),
    /tells no time/,
  ],
  [
    "another content",
    (jws) => ({ protected: encoded({ ...claimsOf(jws), cty: "text/plain" }) }),
    /something else than an artifact/,
  ],
  [
    "the signer alone, without its issuer",
    ({ header }) => ({ header: { x5c: header.x5c.slice(0, 1) } }),
    /no chain/,
  ],
  [
    "the issuer as the signer",
    ({ header }) => ({ header: { x5c: header.x5c.slice(1) } }),
    /not for signing code/,
  ],
  ["no certificate", () => ({ header: { x5c: [] } }), /no certificate/],
];

for (const [name, change, reason] of forgeries) {
  test(`notation: ${name} is not verified`, () => {
    const result = verifyNotation(changed(change), trustOf({ name, reason }), REPOSITORY);
    assert.match(result.reason ?? "", reason);
    assert.equal(result.digest, null);
  });
}

for (const [name, policy] of [
  ["another version", { version: "2.0", trustPolicies: [] }],
  ["no list", { version: "1.0" }],
  [
    "a level that there is not",
    { version: "1.0", trustPolicies: [{ name: "a", signatureVerification: { level: "loose" } }] },
  ],
  [
    "an identity without a country",
    {
      version: "1.0",
      trustPolicies: [
        { name: "a", signatureVerification: { level: "strict" }, trustedIdentities: ["x509.subject: O=a"] },
      ],
    },
  ],
] as const) {
  test(`notation: a trust policy with ${name} is refused`, () => {
    const text = JSON.stringify(policy);
    assert.throws(() => openNotationTrust({ policy: text, certificates: [], at: NOW }), {
      code: "TRUST_INVALID",
    });
  });
}

for (const hex of [
  "",
  "1a",
  "9b0000000fffffffff",
  "a201020103",
  "5f",
  "f97e00",
  `${"81".repeat(100_000)}01`,
  "0000",
]) {
  test(`CBOR that is ${hex === "" ? "nothing" : hex.slice(0, 40)} is refused`, () => {
    assert.throws(() => readCbor(Buffer.from(hex, "hex")), { code: "DOCUMENT_INVALID" });
  });
}
