import assert from "node:assert/strict";
import { test } from "node:test";
import { createSecretBox } from "./secret-box.ts";

const box = createSecretBox("k".repeat(32));

test("a sealed secret opens with the same key and purpose", () => {
  const sealed = box.seal("pässword", "registry:1");
  assert.equal(box.open(sealed, "registry:1"), "pässword");
  assert.ok(!sealed.includes("pässword"));
  assert.notDeepEqual(box.seal("pässword", "registry:1"), sealed);
});

const sealed = box.seal("secret", "registry:1");
const changed = Buffer.from(sealed);
changed[changed.length - 1]! ^= 1;
const refused: readonly (readonly [string, () => unknown])[] = [
  ["another purpose", () => box.open(sealed, "webhook:1")],
  ["another key", () => createSecretBox("j".repeat(32)).open(sealed, "registry:1")],
  ["a changed byte", () => box.open(changed, "registry:1")],
  ["a cut one", () => box.open(sealed.subarray(0, 20), "registry:1")],
  ["nothing", () => box.open(Buffer.alloc(0), "registry:1")],
];
for (const [name, run] of refused) {
  test(`${name} does not open a sealed secret`, () => assert.throws(run, { code: "SECRET_UNREADABLE" }));
}

test("a short key is refused", () => {
  assert.throws(() => createSecretBox("short"), { code: "CONFIG_INVALID" });
});
