import assert from "node:assert/strict";
import { test } from "node:test";
import type { BaseImageFacts } from "../../domain/policy.ts";
import { baseWith, factsWith } from "../fixtures/facts.ts";
import { upToDateBase } from "./index.ts";

const rows: [name: string, base: Partial<BaseImageFacts>, status: string][] = [
  ["same digest", {}, "met"],
  ["the tag moved", { currentDigest: "sha256:two" }, "not_met"],
  ["found by layers, the tag moved", { evidence: "layers", currentDigest: "sha256:two" }, "not_met"],
  ["only claimed and current", { evidence: "claimed" }, "no_data"],
  ["only claimed and old", { evidence: "claimed", currentDigest: "sha256:two" }, "no_data"],
  ["only claimed to be scratch", { evidence: "claimed", scratch: true }, "no_data"],
  ["FROM scratch", { scratch: true, tag: null, digest: null, currentDigest: null }, "met"],
  ["no tag", { tag: null }, "no_data"],
  ["no digest", { digest: null }, "no_data"],
  ["the tag could not be asked", { currentDigest: null, currentReason: "offline" }, "no_data"],
];

for (const [name, base, status] of rows) {
  test(`up-to-date base: ${name}`, () => {
    const outcome = upToDateBase.evaluate(factsWith({ baseImage: baseWith(base) }), {}, () => {});
    assert.equal(outcome.status, status);
  });
}

test("up-to-date base: reasons are told", () => {
  const reasons = [
    { evidence: "claimed" } as const,
    { currentDigest: null, currentReason: "offline" },
    { currentDigest: null, currentReason: null },
  ].map((base) => {
    const outcome = upToDateBase.evaluate(factsWith({ baseImage: baseWith(base) }), {}, () => {});
    return outcome.status === "no_data" ? outcome.reason : outcome.status;
  });
  assert.deepEqual(reasons, [
    "base only claimed",
    "offline",
    "docker.io/library/debian:13-slim could not be looked up",
  ]);
});

test("up-to-date base: a base known by the list of its layers is proved by --verify, not by adding it again", () => {
  const base = baseWith({ evidence: "claimed", claimedBy: "layers" });
  const outcome = upToDateBase.evaluate(factsWith({ baseImage: base }), {}, () => {});
  assert.match(outcome.status === "no_data" ? (outcome.supply ?? "") : "", /--verify/);
});

test("up-to-date base: the remediation pins the new digest", () => {
  const facts = factsWith({ baseImage: baseWith({ currentDigest: "sha256:two" }) });
  const outcome = upToDateBase.evaluate(facts, {}, () => {});
  assert.ok(outcome.status === "not_met");
  assert.match(
    outcome.deviations[0]?.remediation ?? "",
    /FROM docker\.io\/library\/debian:13-slim@sha256:two/,
  );
});
