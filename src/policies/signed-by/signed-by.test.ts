import assert from "node:assert/strict";
import { test } from "node:test";
import type { ImageSignature, Signer } from "../../domain/signature.ts";
import { run, words } from "../fixtures/run.ts";
import { signedBy } from "./index.ts";

const key: Signer = { kind: "key", name: "release.pub", issuer: null, keyId: "SHA256:abc" };
const ci: Signer = {
  kind: "identity",
  name: "https://github.com/acme/app/.github/workflows/build.yml@refs/heads/main",
  issuer: "https://token.actions.githubusercontent.com",
  keyId: null,
};
const by = (signer: Signer): ImageSignature => ({
  signer,
  verified: true,
  reason: null,
  storage: "referrer",
});
const unverified: ImageSignature = {
  signer: null,
  verified: false,
  reason: "no trusted key made it",
  storage: "tag",
};

type Row = [name: string, signatures: ImageSignature[], config: object, status: string];
const rows: Row[] = [
  ["by anybody trusted", [by(key)], {}, "met"],
  ["by nobody", [], {}, "not_met"],
  ["not verified", [unverified], {}, "not_met"],
  [
    "a name in a signature that was not verified",
    [{ ...by(key), verified: false, reason: "wrong" }],
    {},
    "not_met",
  ],
  ["by name", [by(key)], { signers: ["release.pub"] }, "met"],
  ["by key id", [by(key)], { signers: ["SHA256:abc"] }, "met"],
  ["by another", [by(key)], { signers: ["other.pub"] }, "not_met"],
  ["an identity by pattern", [by(ci)], { signers: ["https://github.com/acme/*"] }, "met"],
  ["an identity of others", [by(ci)], { signers: ["https://github.com/other/*"] }, "not_met"],
  ["its issuer", [by(ci)], { issuers: ["https://token.actions.githubusercontent.com"] }, "met"],
  ["another issuer", [by(ci)], { issuers: ["https://accounts.example.com"] }, "not_met"],
  ["a key has no issuer", [by(key)], { issuers: ["https://accounts.example.com"] }, "met"],
  ["two of two", [by(key), by(ci)], { signatures_min: 2 }, "met"],
  ["the same twice", [by(key), by(key)], { signatures_min: 2 }, "not_met"],
];
for (const [name, signatures, config, status] of rows) {
  test(`signed-by: ${name}`, () => {
    assert.equal(run(signedBy, { signatures }, config).status, status);
  });
}

test("signed-by: tells who signed, or why it does not count", () => {
  assert.equal(words(run(signedBy, { signatures: [by(key)] })), "signed by release.pub (SHA256:abc)");
  assert.match(words(run(signedBy, { signatures: [unverified] })), /no trusted key made it/);
});
