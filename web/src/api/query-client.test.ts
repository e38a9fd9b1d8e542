import assert from "node:assert/strict";
import { test } from "node:test";
import { readProblem, unreachable } from "./problem.ts";
import { endsSession, mayRetry } from "./query-client.ts";

test("what ends the session", () => {
  const rows: readonly (readonly [Error, boolean])[] = [
    [readProblem(401, { code: "NOT_SIGNED_IN" }), true],
    [readProblem(401, null), true],
    [readProblem(401, { code: "SIGN_IN_FAILED" }), false],
    [readProblem(401, { code: "TOKEN_INVALID" }), false],
    [readProblem(403, { code: "FORBIDDEN" }), false],
    [unreachable(null), false],
    [new Error("401"), false],
  ];
  for (const [error, expected] of rows) assert.equal(endsSession(error), expected, String(error));
});

test("what is worth another try", () => {
  const rows: readonly (readonly [failures: number, Error, boolean])[] = [
    [0, unreachable(null), true],
    [2, unreachable(null), false],
    [0, readProblem(503, null), true],
    [0, readProblem(500, null), false],
    [0, readProblem(404, null), false],
    [0, new Error("x"), false],
  ];
  for (const [failures, error, expected] of rows)
    assert.equal(mayRetry(failures, error), expected, `${String(error)} after ${failures}`);
});
