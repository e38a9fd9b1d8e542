import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { intervalOf, intervalSets, toRanges, type Interval } from "./intervals.ts";

const sets = intervalSets("generic");

function read(constraint: string): Interval {
  const parts = constraint.split(" ").map((part) => {
    const [, operator = "", version = ""] = /^([<>=]+)(.*)$/.exec(part) ?? [];
    return intervalOf(operator, version) ?? assert.fail(part);
  });
  return sets.intersect(parts) ?? assert.fail(constraint);
}

function written(intervals: readonly Interval[]): string[] {
  return toRanges("generic", intervals, (version) => `${version}+`).map(
    ({ introduced, fixed, lastAffected }) =>
      `${introduced}..${fixed ?? ""}${lastAffected === null ? "" : `${lastAffected}]`}`,
  );
}

describe("what lies in none of some intervals", () => {
  const table: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ["nothing is excepted", [], ["0.."]],
    ["from a version on", [">=2"], ["0..2"]],
    ["behind a version", [">2"], ["0..2]"]],
    ["up to a version", ["<=2"], ["2+.."]],
    ["two branches", [">=1.5 <2", ">=2.3"], ["0..1.5", "2..2.3"]],
    ["in any order, and overlapping", [">=2.3", ">=1.5 <2", ">=1.7 <1.9"], ["0..1.5", "2..2.3"]],
    ["touching ones leave no gap", [">=1 <2", ">=2"], ["0..1"]],
    ["one version", ["=2"], ["0..2", "2+.."]],
    ["a version between two open ends", ["<2", ">2"], ["2..2]"]],
    ["all of it", ["<2", ">=1"], []],
  ];
  for (const [title, constraints, expected] of table) {
    it(title, () => assert.deepEqual(written(sets.complement(constraints.map(read))), expected));
  }
});

describe("what is left of some intervals without others", () => {
  const table: readonly (readonly [readonly string[], readonly string[], readonly string[]])[] = [
    [[">=8 <9"], [">=8.1.4 <9"], ["8..8.1.4"]],
    [[">=5 <6", ">=6 <7"], [">=6.11.1 <7"], ["5..6.11.1"]],
    [[">=8 <9"], ["<10"], []],
    [[">=8 <9"], [], ["8..9"]],
    [["<=8"], [">=3 <4"], ["0..3", "4..8]"]],
  ];
  for (const [from, without, expected] of table) {
    it(`${from.join(" or ")} without ${without.join(" or ")}`, () =>
      assert.deepEqual(written(sets.subtract(from.map(read), without.map(read))), expected));
  }
});

it("finds that nothing is left, and knows no other operators", () => {
  const [older, newer] = [intervalOf("<", "1"), intervalOf(">=", "1")];
  assert.ok(older !== null && newer !== null);
  assert.equal(sets.intersect([older, newer]), null);
  assert.equal(intervalOf("!=", "1"), null);
});
