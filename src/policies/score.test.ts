import assert from "node:assert/strict";
import { test } from "node:test";
import type { PolicyResult, PolicyStatus } from "../domain/policy.ts";
import { explainLost, scoreResults } from "./score.ts";
import { judge, worstVerdict } from "./verdict.ts";

const rows: [
  name: string,
  results: [PolicyStatus, number][],
  grade: string | null,
  percent: number | null,
][] = [
  ["all met", [["met", 90]], "A", 100],
  [
    "exactly 90 is B",
    [
      ["met", 90],
      ["not_met", 10],
    ],
    "B",
    90,
  ],
  [
    "a hair over 90 is A",
    [
      ["met", 901],
      ["not_met", 99],
    ],
    "A",
    90,
  ],
  [
    "exactly 70 is C",
    [
      ["met", 70],
      ["not_met", 30],
    ],
    "C",
    70,
  ],
  [
    "over 70 is B",
    [
      ["met", 71],
      ["not_met", 29],
    ],
    "B",
    71,
  ],
  [
    "exactly 50 is D",
    [
      ["met", 1],
      ["not_met", 1],
    ],
    "D",
    50,
  ],
  [
    "over 50 is C",
    [
      ["met", 501],
      ["not_met", 499],
    ],
    "C",
    50,
  ],
  [
    "exactly 30 is E",
    [
      ["met", 3],
      ["no_data", 7],
    ],
    "E",
    30,
  ],
  [
    "over 30 is D",
    [
      ["met", 31],
      ["no_data", 69],
    ],
    "D",
    31,
  ],
  [
    "exactly 10 is F",
    [
      ["met", 1],
      ["not_met", 9],
    ],
    "F",
    10,
  ],
  [
    "over 10 is E",
    [
      ["met", 11],
      ["not_met", 89],
    ],
    "E",
    11,
  ],
  ["nothing", [["not_met", 5]], "F", 0],
  [
    "no data scores nothing and stays in the total",
    [
      ["met", 20],
      ["no_data", 20],
    ],
    "D",
    50,
  ],
  [
    "weight 0 is not scored",
    [
      ["met", 10],
      ["not_met", 0],
    ],
    "A",
    100,
  ],
  [
    "percent is rounded down",
    [
      ["met", 85],
      ["not_met", 5],
    ],
    "A",
    94,
  ],
  [
    "platform example 65 of 90",
    [
      ["met", 65],
      ["not_met", 25],
    ],
    "B",
    72,
  ],
  [
    "local example 83 %",
    [
      ["met", 75],
      ["not_met", 15],
    ],
    "B",
    83,
  ],
  [
    "all weights 0",
    [
      ["met", 0],
      ["not_met", 0],
    ],
    null,
    null,
  ],
  ["no policies", [], null, null],
];

for (const [name, parts, grade, percent] of rows) {
  test(`score: ${name}`, () => {
    const score = scoreResults(parts.map(([status, weight]) => result(status, weight)));
    assert.deepEqual([score.grade, score.percent], [grade, percent]);
    assert.equal(score.reason === null, grade !== null);
  });
}

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

test("score: lost points are explained", () => {
  const results = [
    result("met", 20),
    result("not_met", 15),
    { ...result("no_data", 10), reason: "base only claimed" },
  ];
  assert.deepEqual(explainLost(results), [
    "-15 Policy: 1 deviation",
    "-10 Policy: no data, base only claimed",
  ]);
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
