import assert from "node:assert/strict";
import { test } from "node:test";
import { cosignBlobCommand, cosignCommand } from "./cosign-command.ts";

const request = {
  reference: "registry.example.com/app@sha256:ab",
  signer: { kind: "key", name: "release.pub", issuer: null, keyId: null },
  keyFile: null,
  skipsLog: true,
  isReferrer: false,
  trustRootFile: null,
  isBundle: false,
  predicate: {},
  elsewhere: null,
  besideBundles: false,
} as const;

// As cosign 2.6 compares them: a word stands for one type and for none with a version after it.
for (const { predicateType, word } of [
  { predicateType: "https://spdx.dev/Document", word: "spdxjson" },
  { predicateType: "https://openvex.dev/ns", word: "openvex" },
  { predicateType: "https://openvex.dev/ns/v0.2.0", word: "https://openvex.dev/ns/v0.2.0" },
  { predicateType: "https://cyclonedx.org/bom/v1.6", word: "https://cyclonedx.org/bom/v1.6" },
]) {
  test(`the command of cosign calls ${predicateType} ${word}`, () => {
    const command = cosignCommand({ ...request, predicateType });
    assert.equal(
      command,
      `cosign verify-attestation --key release.pub --type ${word} --insecure-ignore-tlog=true ${request.reference}`,
    );
  });
}

test("the command of cosign for a file quotes what a shell would read", () => {
  assert.equal(
    cosignBlobCommand({
      file: "my app.json",
      statementFile: "my app.json.dsse.json",
      predicateType: "https://spdx.dev/Document",
      key: "release.pub",
    }),
    "cosign verify-blob-attestation --key release.pub --type spdxjson --insecure-ignore-tlog=true --signature 'my app.json.dsse.json' 'my app.json'",
  );
});

test("no command of cosign is told where it reads none: a list in a bundle", () => {
  const secrets = { ...request, predicateType: "https://scout.docker.com/secrets/v0.1", predicate: [] };
  assert.notEqual(cosignCommand(secrets), null);
  assert.equal(cosignCommand({ ...secrets, isReferrer: true, isBundle: true }), null);
  assert.notEqual(cosignCommand({ ...secrets, isReferrer: true, isBundle: true, predicate: {} }), null);
});

test("the command of cosign says where it has to look if not beside the image", () => {
  const command = cosignCommand({ ...request, predicateType: null, elsewhere: "registry.example.com/sigs" });
  assert.match(command ?? "", /^COSIGN_REPOSITORY=registry\.example\.com\/sigs cosign verify --key /);
});

test("the command of cosign names the older form where it would look at bundles alone", () => {
  const command = cosignCommand({ ...request, predicateType: null, besideBundles: true });
  assert.match(command ?? "", / --new-bundle-format=false registry/);
  assert.doesNotMatch(cosignCommand({ ...request, predicateType: null }) ?? "", /bundle/);
});
