import assert from "node:assert/strict";
import { test } from "node:test";
import { PlimsollError } from "../domain/error.ts";
import { problemResponse, RequestInvalidError } from "./problem.ts";

const place = { method: "GET", route: "/orgs/{org}/images" };

const coded = (code: string, more: object = {}): Error =>
  Object.assign(new Error("Key (name)=(hunter2) of db.internal"), { code, ...more });
const rows: readonly (readonly [
  name: string,
  error: unknown,
  status: number,
  code: string,
  logged: boolean,
])[] = [
  [
    "an error of the caller's",
    new PlimsollError("NOT_FOUND", "There is no such image."),
    404,
    "NOT_FOUND",
    false,
  ],
  ["a key that exists", coded("23505"), 409, "CONFLICT", false],
  ["two changes at once", coded("40001"), 409, "CONFLICT", false],
  ["a deadlock", coded("40P01"), 409, "CONFLICT", false],
  ["a statement that took too long", coded("57014"), 503, "REQUEST_TIMEOUT", true],
  ["a database that shuts down", coded("57P01"), 503, "STORE_UNREACHABLE", true],
  ["no socket of the database", coded("ENOENT", { syscall: "connect" }), 503, "STORE_UNREACHABLE", true],
  ["a missing file", coded("ENOENT", { syscall: "open" }), 500, "INTERNAL", true],
  ["SQL that is wrong", coded("42601"), 500, "INTERNAL", true],
  [
    "an error of the server's own",
    new PlimsollError("SECRET_UNREADABLE", "hunter2"),
    500,
    "SECRET_UNREADABLE",
    true,
  ],
  ["something thrown that is no error", "hunter2", 500, "INTERNAL", true],
];
for (const [name, error, status, code, logged] of rows) {
  test(`${name} is ${status} ${code}`, async () => {
    const lines: string[] = [];
    const answer = problemResponse(error, place, (line) => lines.push(line));
    const text = await answer.text();
    assert.equal(answer.status, status);
    assert.equal(JSON.parse(text).code, code);
    assert.equal(lines.length, logged ? 1 : 0);
    assert.ok(!text.includes("hunter2"), text);
  });
}

test("how long to wait is said in seconds", () => {
  const error = new PlimsollError("RATE_LIMITED", "Wait.", { details: { retryAfterSeconds: 12.3 } });
  assert.equal(problemResponse(error, place, () => {}).headers.get("retry-after"), "13");
});

test("fields go with a request that is not valid", async () => {
  const error = new RequestInvalidError("No.", [{ path: "name", message: "too long" }]);
  const { fields } = (await problemResponse(error, place, () => {}).json()) as { fields: unknown };
  assert.deepEqual(fields, [{ path: "name", message: "too long" }]);
});

test("the log has the causes too", () => {
  const lines: string[] = [];
  const error = new Error("outer", { cause: new Error("inner", { cause: new Error("innermost") }) });
  problemResponse(error, place, (line) => lines.push(line));
  for (const word of ["outer", "inner", "innermost", "GET /orgs/{org}/images INTERNAL"]) {
    assert.ok(lines[0]?.includes(word), word);
  }
});
