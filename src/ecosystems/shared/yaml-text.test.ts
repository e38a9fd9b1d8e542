/** Documents of YAML that cost more than they say. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { wantedFile } from "../../../test/helpers/wanted-file.ts";
import { FileProblems } from "./problems.ts";
import { readYaml } from "./yaml-text.ts";

function read(text: string): { value: unknown; complaints: number } {
  const file = wantedFile("a.yaml", text);
  const problems = new FileProblems(file);
  return { value: readYaml(file, problems), complaints: problems.all().length };
}

test("yaml: nesting that no lock file has is a complaint, before it is parsed", () => {
  for (const text of ["a: ".concat("[".repeat(200_000)), "{a: ".repeat(100_000), "- ".repeat(100_000)]) {
    assert.deepEqual(read(text), { value: undefined, complaints: 1 });
  }
});

test("yaml: many empty lines, brackets and dashes in texts change nothing", () => {
  const text = `a: "[[[{{"\n${"\n".repeat(300_000)}b:\n  - - 1\n# ${"---".repeat(300)}\nc: {d: [e]}\n`;
  assert.deepEqual(read(text), { value: { a: "[[[{{", b: [[1]], c: { d: ["e"] } }, complaints: 0 });
});
