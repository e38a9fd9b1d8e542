import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { readTrustedSigners } from "./read-signers.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-signers-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const none = { trustedKeys: [], trustedIdentities: [], trustRoot: null };

test("signers: keys are called by their files", () => {
  writeFileSync(join(folder, "release.pub"), "PEM");
  const { keys, trustRoot } = readTrustedSigners({ ...none, trustedKeys: [join(folder, "release.pub")] });
  assert.deepEqual([keys, trustRoot], [[{ name: "release.pub", pem: "PEM" }], null]);
});

test("signers: a file that is missing, a folder or far too large trusts nobody in silence", () => {
  writeFileSync(join(folder, "large.pub"), "x".repeat(100_000));
  for (const name of ["none.pub", ".", "large.pub"]) {
    assert.throws(() => readTrustedSigners({ ...none, trustedKeys: [join(folder, name)] }), {
      code: "KEY_INVALID",
    });
  }
  assert.throws(() => readTrustedSigners({ ...none, trustRoot: join(folder, "none.json") }), {
    code: "TRUST_INVALID",
  });
});
