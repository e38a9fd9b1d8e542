/** What a verified verdict of a gate admits, and what it does not. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  gateVerdictType,
  readGateVerdict,
  refusalsOf,
  type AskedVerdict,
  type GateVerdict,
} from "./gate-verdict.ts";
import { predicateKinds } from "./predicate-types.ts";
import { readStatement, writeStatement } from "./statement.ts";

const digest = `sha256:${"a".repeat(64)}`;
const verdict: GateVerdict = {
  tool: { name: "plimsoll", version: "1" },
  issuer: "https://plimsoll.example.com",
  organisation: "acme",
  environment: "production",
  decision: "admit",
  causes: [],
  policy: { digest: `sha256:${"b".repeat(64)}` },
  database: { digest: null, updatedAt: "2026-11-22T00:00:00Z" },
  evaluatedAt: "2026-11-22T00:00:00.000Z",
  demonstration: false,
  issuedAt: "2026-11-22T12:00:00.000Z",
  expiresAt: "2026-11-22T13:00:00.000Z",
};
const asked: AskedVerdict = {
  digest,
  environment: "production",
  organisation: "acme",
  now: new Date("2026-11-22T12:30:00Z"),
};

function refuse(change: Partial<GateVerdict>, question: Partial<AskedVerdict> = {}): readonly string[] {
  const bytes = writeStatement({ name: "r.example.com/app", digest }, gateVerdictType, {
    ...verdict,
    ...change,
  });
  const statement = readStatement(bytes);
  const read = readGateVerdict(statement);
  assert.deepEqual(read, { ...verdict, ...change });
  return refusalsOf(statement, read, { ...asked, ...question }).map(({ cause }) => cause);
}

const rows: readonly (readonly [string, Partial<GateVerdict>, Partial<AskedVerdict>, readonly string[]])[] = [
  ["the image, environment and organisation that it is for", {}, {}, []],
  ["any organisation where none is asked for", {}, { organisation: null }, []],
  ["wherever it runs", { environment: null, database: null, evaluatedAt: null }, { environment: null }, []],
  ["another image", {}, { digest: `sha256:${"c".repeat(64)}` }, ["other-image"]],
  ["another environment", {}, { environment: "staging" }, ["other-environment"]],
  ["no environment, of one for production", {}, { environment: null }, ["other-environment"]],
  ["production, of one for no environment", { environment: null }, {}, ["other-environment"]],
  ["another organisation", {}, { organisation: "other" }, ["other-organisation"]],
  ["the moment before its end", {}, { now: new Date("2026-11-22T12:59:59.999Z") }, []],
  ["the moment of its end", {}, { now: new Date("2026-11-22T13:00:00Z") }, ["expired"]],
  ["a clock that goes four minutes slow", {}, { now: new Date("2026-11-22T11:56:00Z") }, []],
  ["a time long before it", {}, { now: new Date("2026-11-22T11:54:00Z") }, ["not-yet"]],
  ["what is stopped", { decision: "deny", causes: [{ cause: "policy", message: "x" }] }, {}, ["policy"]],
  ["what is stopped without a cause", { decision: "deny" }, {}, ["policy"]],
];
for (const [name, change, question, expected] of rows) {
  test(`${expected.length === 0 ? "admits" : "refuses"} ${name}`, () => {
    assert.deepEqual(refuse(change, question), expected);
  });
}

test("what is no verdict of a gate is an error", () => {
  const statement = (type: string, predicate: unknown) =>
    readStatement(writeStatement({ name: "", digest }, type, predicate));
  const wrong: readonly (readonly [string, unknown])[] = [
    ["https://openvex.dev/ns", verdict],
    [gateVerdictType, null],
    [gateVerdictType, { ...verdict, decision: "perhaps" }],
    [gateVerdictType, { ...verdict, expiresAt: "tomorrow" }],
    [gateVerdictType, { ...verdict, expiresAt: "2026-13-45T00:00:00Z" }],
    [gateVerdictType, { ...verdict, environment: 1 }],
    [gateVerdictType, { ...verdict, causes: {} }],
  ];
  for (const [type, predicate] of wrong)
    assert.throws(() => readGateVerdict(statement(type, predicate)), { code: "DOCUMENT_INVALID" });
});

test("its predicate type is among those that are known by name", () => {
  assert.equal(predicateKinds.find(({ id }) => id === "gate")?.type, gateVerdictType);
});
