import assert from "node:assert/strict";
import { test } from "node:test";
import { isPolicySetOld, policySetAgeDays } from "../domain/policy-set.ts";
import { readPolicySet } from "./policy-set.ts";

const least = {
  schema: "urn:plimsoll:policy-set:1",
  name: "hardened",
  version: "2030.1",
  createdAt: "2030-01-01T00:00:00Z",
};
const exception = {
  id: "EX-1",
  vulnerability: "CVE-2030-0001",
  kind: "accepted_risk",
  reason: "Not reachable from outside.",
  requestedBy: "ada",
  decidedBy: "grace",
  decidedAt: "2030-01-01T00:00:00Z",
};

test("a policy set that says the least is strict and lasts a month", () => {
  const set = readPolicySet(least, "here");
  assert.equal(set.maxAgeDays, 30);
  assert.deepEqual(set.failOn, ["no-data", "incomplete", "stale", "undetermined"]);
  assert.deepEqual([set.exceptions, set.trust, set.databaseMaxAgeHours], [[], null, null]);
});

test("exceptions of a policy set are approved ones, with their scope", () => {
  const set = readPolicySet({ ...least, exceptions: [{ ...exception, package: "pkg:npm/qs" }] }, "here");
  assert.deepEqual(set.exceptions[0]?.scope, { repository: null, digest: null, purl: "pkg:npm/qs" });
  assert.equal(set.exceptions[0]?.tier, undefined);
});

const refused: Readonly<Record<string, unknown>> = {
  "no document": null,
  "another schema": { ...least, schema: "urn:plimsoll:policy-set:2" },
  "a field that is not known": { ...least, mood: "lenient" },
  "a cause that is not known": { ...least, failOn: ["rain"] },
  "no age": { ...least, createdAt: "yesterday" },
  "an approval by oneself": { ...least, exceptions: [{ ...exception, decidedBy: "ada" }] },
};
/** One more than a set may have of each. */
const many = (count: number, value: unknown): readonly unknown[] =>
  Array.from({ length: count }, () => value);
const ceilings: readonly (readonly [what: string, set: (count: number) => unknown, max: number])[] = [
  ["exceptions", (count) => ({ ...least, exceptions: many(count, exception) }), 5_000],
  ["keys", (count) => ({ ...least, trust: { keys: many(count, "key") } }), 100],
  [
    "identities",
    (count) => ({ ...least, trust: { identities: many(count, { subject: "a", issuer: "b" }) } }),
    100,
  ],
  ["letters in a key", (count) => ({ ...least, trust: { keys: ["k".repeat(count)] } }), 20_000],
  [
    "letters in a reason",
    (count) => ({ ...least, exceptions: [{ ...exception, reason: "r".repeat(count) }] }),
    4_000,
  ],
  [
    "letters in a vulnerability",
    (count) => ({ ...least, exceptions: [{ ...exception, vulnerability: "v".repeat(count) }] }),
    500,
  ],
  ["days", (count) => ({ ...least, maxAgeDays: count }), 3_650],
  ["letters in its name", (count) => ({ ...least, name: "n".repeat(count) }), 100],
];
for (const [what, set, max] of ceilings) {
  test(`a policy set has at most ${max} ${what}`, () => {
    assert.doesNotThrow(() => readPolicySet(set(max), "here"));
    assert.throws(() => readPolicySet(set(max + 1), "here"), { code: "POLICY_SET_INVALID" });
  });
}

for (const [what, document] of Object.entries(refused)) {
  test(`a policy set with ${what} is refused`, () => {
    assert.throws(() => readPolicySet(document, "here"), { code: "POLICY_SET_INVALID" });
  });
}

test("a policy set is old once its days are over", () => {
  const set = readPolicySet({ ...least, maxAgeDays: 7 }, "here");
  assert.equal(policySetAgeDays(set, new Date("2030-01-08T12:00:00Z")), 7);
  assert.equal(isPolicySetOld(set, new Date("2030-01-08T00:00:00Z")), false);
  assert.equal(isPolicySetOld(set, new Date("2030-01-08T00:00:01Z")), true);
  assert.equal(policySetAgeDays(set, new Date("2029-01-01T00:00:00Z")), 0);
});
