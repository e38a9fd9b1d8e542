import assert from "node:assert/strict";
import { test } from "node:test";
import type { PolicyResult, PolicyStatus } from "../domain/policy.ts";
import { scoreResults } from "./score.ts";
import { judge, worstVerdict } from "./verdict.ts";

/** Points of a policy that is met, of one that is not, and of one without data. */
const rows: [
  name: string,
  points: [met: number, notMet: number, noData: number],
  grade: string,
  percent: number,
][] = [
  ["all met", [90, 0, 0], "A", 100],
  ["exactly 90 is B", [90, 10, 0], "B", 90],
  ["a hair over 90 is A", [901, 99, 0], "A", 90],
  ["exactly 70 is C", [70, 30, 0], "C", 70],
  ["over 70 is B", [71, 29, 0], "B", 71],
  ["exactly 50 is D", [1, 1, 0], "D", 50],
  ["over 50 is C", [501, 499, 0], "C", 50],
  ["exactly 30 is E", [3, 0, 7], "E", 30],
  ["over 30 is D", [31, 0, 69], "D", 31],
  ["exactly 10 is F", [1, 9, 0], "F", 10],
  ["over 10 is E", [11, 89, 0], "E", 11],
  ["nothing", [0, 5, 0], "F", 0],
  ["no data scores nothing and stays in the total", [20, 0, 20], "D", 50],
  ["two thirds are 66 percent, rounded down", [2, 1, 0], "C", 66],
  ["only the licences of the built-in policies missing", [85, 5, 0], "A", 94],
  ["65 of 90", [65, 25, 0], "B", 72],
  ["75 of 90", [75, 10, 5], "B", 83],
];

for (const [name, [met, notMet, noData], grade, percent] of rows) {
  test(`score: ${name}`, () => {
    const score = scoreResults([result("met", met), result("not_met", notMet), result("no_data", noData)]);
    const total = met + notMet + noData;
    assert.deepEqual(score, { grade, percent, scored: met, total, reason: null });
  });
}

test("score: without a weight or without a policy there is none, and it says why", () => {
  for (const results of [[], [result("met", 0), result("not_met", 0)]]) {
    const { grade, percent, reason } = scoreResults(results);
    assert.deepEqual([grade, percent], [null, null]);
    assert.ok(reason !== null && reason.length > 0);
  }
});

test("score: the caller can say why there is none", () => {
  const score = scoreResults([result("met", 10)], "nothing could be analysed");
  assert.deepEqual(score, {
    grade: null,
    percent: null,
    scored: 10,
    total: 10,
    reason: "nothing could be analysed",
  });
});

const verdictRows: [statuses: PolicyStatus[], status: PolicyStatus][] = [
  [["met", "met"], "met"],
  [["met", "no_data"], "no_data"],
  [["no_data", "not_met"], "not_met"],
  [["met", "not_met"], "not_met"],
  [[], "no_data"],
];

for (const [statuses, status] of verdictRows) {
  test(`verdict: [${statuses.join(", ")}] is ${status}`, () => {
    assert.equal(judge(statuses.map((each) => result(each, 10))).status, status);
  });
}

const met = judge([result("met", 10)]);
const noData = judge([result("no_data", 10)]);
const notMet = judge([result("not_met", 10)]);
const halfMet = judge([result("not_met", 10), result("met", 10)]);

test("verdict: an index is as bad as its worst platform, and a missing platform is no data", () => {
  assert.equal(worstVerdict([met, notMet, noData]), notMet);
  assert.equal(worstVerdict([met, noData]), noData);
  assert.equal(worstVerdict([halfMet, notMet]), notMet);
  assert.equal(worstVerdict([notMet, halfMet]), notMet);
  assert.equal(worstVerdict([met, met]), met);
  assert.equal(worstVerdict([met, null]).status, "no_data");
  assert.equal(worstVerdict([met, null]).score.grade, null);
  assert.equal(worstVerdict([null, notMet]), notMet);
  assert.equal(worstVerdict([]).status, "no_data");
});

function result(status: PolicyStatus, weight: number): PolicyResult {
  const deviation = {
    message: "",
    purl: null,
    vulnerability: null,
    layer: null,
    columns: {},
    remediation: null,
  };
  return {
    policy: "p",
    type: "t",
    title: "Policy",
    status,
    reason: null,
    deviations: status === "not_met" ? [deviation] : [],
    weight,
    lost: status === "met" ? 0 : weight,
    debug: [],
  };
}
