import assert from "node:assert/strict";
import { test } from "node:test";
import type { Problem } from "../../domain/problem.ts";
import { PROBLEMS_MAX, shownProblems } from "./shown-problems.ts";

function problem(code: Problem["code"], path: string | null = null): Problem {
  return { code, message: "m", path, layer: null };
}

test("of too many problems the gravest are kept, and those of one rank keep their order", () => {
  const notices = Array.from({ length: 5 }, () => problem("BUILD_INFO_MISSING"));
  const hiding = Array.from({ length: PROBLEMS_MAX }, (_, at) => problem("PARSE_FAILED", String(at)));
  const shown = shownProblems([...notices, ...hiding, problem("NO_PACKAGE_DATABASE")]);
  assert.equal(shown.length, PROBLEMS_MAX);
  assert.equal(shown[0]?.code, "NO_PACKAGE_DATABASE");
  assert.deepEqual(
    shown.slice(1).map(({ path }) => path),
    hiding.slice(0, PROBLEMS_MAX - 1).map(({ path }) => path),
  );
});
