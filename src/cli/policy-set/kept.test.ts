/** Policy sets of the cache: what is kept is found again, and of what others put there no more is read than there may be. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { silentContext } from "../../../test/helpers/silent-context.ts";
import { readConfig } from "../../config/config.ts";
import { digestOf } from "../../oci/digest.ts";
import { findKeptPolicySet, keepPolicySet, listKeptPolicySets, type KeptPolicySet } from "./kept.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-kept-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const context = {
  ...silentContext,
  config: readConfig({ PLIMSOLL_CACHE_DIR: folder }, "/home/user", "/"),
};
const sets = join(folder, "policy-sets");
const bytes = Buffer.from("{}");

function keptSet(signatures: number): KeptPolicySet {
  return {
    reference: "registry.example.com/policies:1",
    manifest: { bytes, digest: digestOf(bytes), mediaType: "application/json" },
    signed: Array.from({ length: signatures }, () => ({
      storage: "tag" as const,
      mediaType: "application/json",
      digest: digestOf(bytes),
      bytes,
      annotations: {},
    })),
    fetchedAt: "2030-01-01T00:00:00Z",
    createdAt: "2030-01-01T00:00:00Z",
  };
}

test("kept sets: found by their reference, with 64 signatures at most", async () => {
  for (const [kept, read] of [
    [64, 64],
    [65, 64],
  ] as const) {
    await keepPolicySet(context, keptSet(kept));
    const found = await findKeptPolicySet(context, "registry.example.com/policies:1");
    assert.equal(found?.signed.length, read);
    assert.equal(found?.manifest.digest, digestOf(bytes));
  }
  assert.equal(await findKeptPolicySet(context, "registry.example.com/policies:2"), null);
});

test("kept sets: a thousand are listed, and what is damaged is none", async () => {
  mkdirSync(sets, { recursive: true });
  const [name = ""] = readdirSync(sets);
  const text = readFileSync(join(sets, name), "utf8");
  for (let index = 0; index < 1_001; index += 1) writeFileSync(join(sets, `${index}.json`), text);
  assert.equal((await listKeptPolicySets(context)).length, 1_000);
  for (const each of readdirSync(sets).slice(1)) rmSync(join(sets, each));
  writeFileSync(join(sets, "damaged.json"), "{");
  assert.equal((await listKeptPolicySets(context)).length, 1);
});
