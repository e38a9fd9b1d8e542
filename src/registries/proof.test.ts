import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { getRegistryKind, registryKinds } from "./kinds.ts";
import { isSameText, isSigned } from "./proof.ts";

const body = Buffer.from('{ "a": 1 }\n');
const sign = (algorithm: string, text: string | Buffer, secret = "It's a Secret to Everybody"): string =>
  createHmac(algorithm, secret).update(text).digest("hex");

function check(kindId: string, header: string | null, content: Buffer = body): boolean {
  const { proof } = getRegistryKind(kindId);
  const name = proof.kind === "signature" ? proof.header : "";
  return isSigned(proof, "It's a Secret to Everybody", {
    header: (asked) => (asked === name ? header : null),
    body: content,
  });
}

test("GitHub's own example of a signature", () => {
  // https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries#testing-the-webhook-payload-validation
  const signature = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
  assert.equal(check("ghcr", `sha256=${signature}`, Buffer.from("Hello, World!")), true);
  assert.equal(check("ghcr", `sha256=${signature}`, Buffer.from("Hello, World?")), false);
});

test("signatures by product", () => {
  const rows: readonly (readonly [kind: string, header: string | null, isSigned: boolean])[] = [
    ["ghcr", `sha256=${sign("sha256", body)}`, true],
    ["ghcr", sign("sha256", body), false],
    ["ghcr", `sha1=${sign("sha1", body)}`, false],
    ["ghcr", `sha256=${sign("sha256", body, "another")}`, false],
    ["ghcr", `sha256=${sign("sha256", '{"a":1}')}`, false],
    ["ghcr", "sha256=", false],
    ["ghcr", "", false],
    ["ghcr", null, false],
    ["artifactory", sign("sha256", body), true],
    // The secret itself, which Artifactory sends where signing is not ticked.
    ["artifactory", "It's a Secret to Everybody", false],
    ["nexus", sign("sha1", body), true],
    ["nexus", sign("sha1", body).toUpperCase(), true],
    ["nexus", sign("sha1", '{"a":1}'), true],
    ["nexus", sign("sha256", body), false],
    ["harbor", sign("sha256", body), false],
    ["docker-hub", sign("sha256", body), false],
  ];
  for (const [kind, header, expected] of rows)
    assert.equal(check(kind, header), expected, `${kind} ${header}`);
  const text = Buffer.from("no JSON");
  assert.equal(check("nexus", sign("sha1", text), text), true);
  assert.equal(check("nexus", sign("sha1", body), text), false);
});

test("same texts", () => {
  assert.equal(isSameText("a", "a"), true);
  assert.equal(isSameText("a", "ab"), false);
  assert.equal(isSameText("", ""), true);
});

test("every product says how it is set up, and from where that is known", () => {
  const ids = registryKinds.map(({ id }) => id);
  assert.deepEqual(ids, [...new Set(ids)]);
  for (const { id, specs, setup, title, status } of registryKinds) {
    assert.match(id, /^[a-z][a-z-]{1,30}$/);
    assert.ok(specs.length > 0 && specs.every((spec) => URL.canParse(spec)), id);
    assert.ok(setup.endsWith("."), id);
    assert.ok(title.length > 0 && ["tried", "documented"].includes(status), id);
  }
});
