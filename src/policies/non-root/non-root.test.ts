import assert from "node:assert/strict";
import { test } from "node:test";
import { configWith, factsWith } from "../fixtures/facts.ts";
import { nonRoot } from "./index.ts";

const rows: [user: string, root: "implicit" | "explicit" | null][] = [
  ["", "implicit"],
  [" ", "implicit"],
  [":", "implicit"],
  [":1000", "implicit"],
  ["root", "explicit"],
  [" root ", "explicit"],
  ["root:root", "explicit"],
  ["root:1000", "explicit"],
  ["0", "explicit"],
  ["00", "explicit"],
  ["+0", "explicit"],
  ["-0", "explicit"],
  ["0:0", "explicit"],
  ["0:1000", "explicit"],
  ["0:nobody", "explicit"],
  ["1000", null],
  ["1000:0", null],
  ["1000:root", null],
  ["nonroot", null],
  ["rooty", null],
  ["65532:65532", null],
  ["10", null],
];

for (const [user, root] of rows) {
  test(`non-root: USER ${JSON.stringify(user)} is ${root ?? "not root"}`, () => {
    const outcome = nonRoot.evaluate(factsWith({ config: configWith(user) }), {}, () => {});
    if (root === null) assert.equal(outcome.status, "met");
    else assert.equal(outcome.status === "not_met" && outcome.deviations[0]?.columns["Root"], root);
  });
}

test("non-root: control characters of the image do not reach people", () => {
  const outcome = nonRoot.evaluate(factsWith({ config: configWith("0:\u001b[2J") }), {}, () => {});
  assert.ok(outcome.status === "not_met");
  assert.ok(
    !Object.values(outcome.deviations[0] ?? {})
      .join()
      .includes("\u001b"),
  );
  assert.ok(!outcome.deviations[0]?.columns["User"]?.includes("\u001b"));
});
