import assert from "node:assert/strict";
import { test } from "node:test";
import type { PolicyResult, PolicyStatus } from "../domain/policy.ts";
import type { PolicyEffect } from "../domain/verdict-history.ts";
import { decideGate, strictCauses, type GateCause, type GateInput } from "./gate.ts";
import { judge } from "./verdict.ts";

const clean: GateInput = {
  verdict: verdictOf("met"),
  findingsLeft: 0,
  completeness: "complete",
  verification: "verified",
  database: { stale: false, missingSpaces: [] },
  undeterminedCount: 0,
  options: { exitCode: false, failOn: [] },
};

/** Each state with the cause it gives; which options let it stop is worked out below, cell by cell. */
const states: Record<string, { change: Partial<GateInput>; cause: GateCause | null }> = {
  clean: { change: {}, cause: null },
  "no policies evaluated": { change: { verdict: null }, cause: null },
  "not applicable verification": { change: { verification: "not_applicable" }, cause: null },
  "policy not met": { change: { verdict: verdictOf("not_met") }, cause: "policy" },
  "findings left": { change: { findingsLeft: 3 }, cause: "vulnerabilities" },
  "findings not gated": { change: { findingsLeft: null }, cause: null },
  "policy no data": { change: { verdict: verdictOf("no_data") }, cause: "no-data" },
  "platform missing": { change: { verdict: judge([]) }, cause: "no-data" },
  "incomplete inventory": { change: { completeness: "incomplete" }, cause: "incomplete" },
  "space without feed": {
    change: { database: { stale: false, missingSpaces: ["apk:alpine:3.24"] } },
    cause: "incomplete",
  },
  "no database": { change: { database: null }, cause: "incomplete" },
  "stale database": { change: { database: { stale: true, missingSpaces: [] } }, cause: "stale" },
  "undetermined findings": { change: { undeterminedCount: 2 }, cause: "undetermined" },
  "unverified content": { change: { verification: "unverified" }, cause: "unverified" },
};

const options: Record<string, GateInput["options"]> = {
  none: { exitCode: false, failOn: [] },
  "exit-code": { exitCode: true, failOn: [] },
  "fail-on no-data": { exitCode: false, failOn: ["no-data"] },
  "fail-on incomplete": { exitCode: false, failOn: ["incomplete"] },
  "fail-on stale": { exitCode: false, failOn: ["stale"] },
  "fail-on undetermined": { exitCode: false, failOn: ["undetermined"] },
  "exit-code and fail-on no-data": { exitCode: true, failOn: ["no-data"] },
  strict: { exitCode: false, failOn: strictCauses },
};

/** The causes that stop under each option, written out. */
const stops: Record<string, readonly GateCause[]> = {
  none: [],
  "exit-code": ["policy", "vulnerabilities", "unverified"],
  "fail-on no-data": ["policy", "vulnerabilities", "unverified", "no-data"],
  "fail-on incomplete": ["policy", "vulnerabilities", "unverified", "incomplete"],
  "fail-on stale": ["policy", "vulnerabilities", "unverified", "stale"],
  "fail-on undetermined": ["policy", "vulnerabilities", "unverified", "undetermined"],
  "exit-code and fail-on no-data": ["policy", "vulnerabilities", "unverified", "no-data"],
  strict: ["policy", "vulnerabilities", "unverified", "no-data", "incomplete", "stale", "undetermined"],
};

for (const [optionName, option] of Object.entries(options)) {
  for (const [stateName, { change, cause }] of Object.entries(states)) {
    const expected = cause !== null && stops[optionName]?.includes(cause) ? [cause] : [];
    test(`gate: ${stateName} with ${optionName}: ${expected[0] ?? "pass"}`, () => {
      const decision = decideGate({ ...clean, ...change, options: option });
      assert.deepEqual(
        decision.causes.map((each) => each.cause),
        expected,
      );
      assert.equal(decision.pass, expected.length === 0);
      assert.ok(decision.causes.every(({ message }) => message.length > 0));
    });
  }
}

test("gate: every cause is named, in a fixed order", () => {
  const everything: GateInput = {
    verdict: judge([result("not_met"), result("no_data")]),
    findingsLeft: 1,
    completeness: "incomplete",
    verification: "unverified",
    database: { stale: true, missingSpaces: ["npm"] },
    undeterminedCount: 1,
    options: { exitCode: true, failOn: strictCauses },
  };
  assert.deepEqual(
    decideGate(everything).causes.map(({ cause }) => cause),
    [
      "policy",
      "vulnerabilities",
      "unverified",
      "no-data",
      "incomplete",
      "incomplete",
      "stale",
      "undetermined",
    ],
  );
});

test("gate: a policy without data is seen behind one that is not met", () => {
  const verdict = judge([result("not_met"), result("no_data")]);
  const decision = decideGate({ ...clean, verdict, options: { exitCode: false, failOn: ["no-data"] } });
  assert.deepEqual(
    decision.causes.map(({ cause }) => cause),
    ["policy", "no-data"],
  );
});

function verdictOf(status: PolicyStatus) {
  return judge([result(status)]);
}

function result(status: PolicyStatus): PolicyResult {
  return {
    policy: "p",
    type: "t",
    title: "Policy",
    status,
    reason: null,
    deviations: [],
    weight: 10,
    lost: status === "met" ? 0 : 10,
    debug: [],
  };
}

const withEffects = (...results: readonly (readonly [PolicyStatus, PolicyEffect])[]) =>
  judge(
    results.map(([status, effect], index) => ({
      policy: `p${index}`,
      type: "t",
      title: `title ${index}`,
      status,
      reason: status === "no_data" ? "unknown" : null,
      deviations: [],
      weight: 1,
      lost: 0,
      debug: [],
      effect,
    })),
  );

const effects: [
  name: string,
  results: readonly (readonly [PolicyStatus, PolicyEffect])[],
  causes: readonly GateCause[],
  warnings: readonly string[],
][] = [
  ["a policy that blocks", [["not_met", "block"]], ["policy"], []],
  ["one that warns", [["not_met", "warn"]], [], ["title 0: not met"]],
  ["one that is reported", [["not_met", "report"]], [], []],
  ["one that warns and has no data", [["no_data", "warn"]], [], ["title 0: no data: unknown"]],
  [
    "a reported one beside one that blocks",
    [
      ["not_met", "report"],
      ["no_data", "block"],
    ],
    ["no-data"],
    [],
  ],
  [
    "a warning that is met",
    [
      ["met", "warn"],
      ["met", "block"],
    ],
    [],
    [],
  ],
];
for (const [name, results, causes, warnings] of effects) {
  test(`gate: ${name}`, () => {
    const decision = decideGate({
      ...clean,
      verdict: withEffects(...results),
      options: { exitCode: true, failOn: strictCauses },
    });
    assert.deepEqual(
      decision.causes.map(({ cause }) => cause),
      causes,
    );
    assert.deepEqual([decision.pass, decision.warnings], [causes.length === 0, warnings]);
  });
}
