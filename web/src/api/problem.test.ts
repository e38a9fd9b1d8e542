import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiProblem, readProblem, toProblem, unreachable } from "./problem.ts";
import { mayRetry } from "./query-client.ts";

test("a refusal is read in full", () => {
  const problem = readProblem(409, {
    code: "CONFLICT",
    title: "Changed in between.",
    detail: "Version 4.",
    advice: "Load again.",
    fields: [
      { path: "config.a.0", message: "first" },
      { path: "config.a.0", message: "second" },
      { path: 5, message: "no path" },
      null,
      { path: "x" },
    ],
  });
  assert.deepEqual(
    [problem.code, problem.title, problem.detail, problem.advice, problem.status, problem.message],
    ["CONFLICT", "Changed in between.", "Version 4.", "Load again.", 409, "Version 4."],
  );
  assert.deepEqual(problem.fields, { "config.a.0": "first", "": "no path" });
});

for (const body of [undefined, null, "text", 5, [], { code: 7, title: {}, fields: "x" }]) {
  test(`a body that is no problem: ${JSON.stringify(body)}`, () => {
    const problem = readProblem(502, body);
    assert.equal(problem.code, "HTTP_502");
    assert.equal(problem.title, "The server failed.");
    assert.deepEqual(problem.fields, {});
  });
}

test("whatever was thrown can be shown", () => {
  assert.equal(toProblem(new TypeError("x is undefined")).code, "DASHBOARD_FAILED");
  assert.equal(toProblem("text").detail, "text");
  const known = unreachable(null);
  assert.equal(toProblem(known), known);
});

const retries: [name: string, error: Error, again: boolean][] = [
  ["no answer", unreachable(null), true],
  ["a gateway that stumbles", readProblem(503, null), true],
  ["a failure of the server's own", readProblem(500, null), false],
  ["a refusal", readProblem(403, null), false],
  ["nothing there", readProblem(404, null), false],
  ["our own mistake", new TypeError("x"), false],
];
for (const [name, error, again] of retries) {
  test(`asked again after ${name}: ${again}`, () => {
    assert.equal(mayRetry(0, error), again);
    assert.equal(mayRetry(2, error), false);
  });
}

test("a problem is an error with a message even when the server gave no detail", () => {
  assert.ok(readProblem(404, {}) instanceof ApiProblem);
  assert.notEqual(readProblem(404, {}).message, "");
});
