/** Lines that a runner obeys. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { annotationText, groupBegin, quiet } from "./workflow-commands.ts";

test("an annotation names file, lines and title, and nothing inside it ends it", () => {
  const text = annotationText({
    level: "warning",
    title: "50%: a, b",
    message: "first\n::error::second\rthird",
    file: "a,b:c/Dockerfile",
    line: 3,
    endLine: 4,
  });
  assert.equal(
    text,
    "::warning file=a%2Cb%3Ac/Dockerfile,line=3,endLine=4,title=50%25%3A a%2C b::first%0A::error::second\\u{d}third\n",
  );
});

test("an annotation of no file has no line", () => {
  const text = annotationText({ level: "error", title: "t", message: "m", file: null, line: 3 });
  assert.equal(text, "::error title=t::m\n");
});

test("commands are turned on again by a word that nobody can know", () => {
  const words = [quiet(), quiet()].map(({ begin, end }) => {
    const [, word = ""] = /^::stop-commands::([0-9a-f-]{36})\n$/.exec(begin) ?? [];
    assert.equal(end, `::${word}::\n`);
    return word;
  });
  assert.notEqual(words[0], words[1]);
  assert.equal(groupBegin("a\nb%"), "::group::a\\u{a}b%25\n");
});
