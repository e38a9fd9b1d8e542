import assert from "node:assert/strict";
import { test } from "node:test";
import { authorMatcher } from "./authors.ts";

const docker = "Docker Hardened Images <dhi@docker.com>";

const rows: [patterns: string[], author: string, matches: boolean][] = [
  [["<.*@docker.com>"], docker, true],
  [["<.*@docker.com>"], "Example <vex@example.com>", false],
  [["^Example", "<.*@docker.com>"], docker, true],
  [["^docker"], docker, false],
  [["@(docker|example)\\.com"], docker, true],
  [["(Docker )?Hardened"], docker, true],
  [["[(a+)+]"], "a", true],
  [[], docker, false],
  [["end$"], `${"x".repeat(200)}end`, false],
];

for (const [patterns, author, matches] of rows) {
  test(`authors: ${patterns.join(" ") || "(none)"} ${matches ? "takes" : "leaves"} ${author.slice(0, 40)}`, () => {
    assert.equal(authorMatcher(patterns)(author), matches);
  });
}

for (const pattern of [
  "(a+)+$",
  "((a)*b)*",
  "((a+)b)*",
  "(a|a)*x",
  "(x{1,9}){9}",
  "(a)\\1",
  "(?:a+){2,}",
  "[",
  "x".repeat(201),
]) {
  test(`authors: refuses ${pattern.slice(0, 20)}`, () => {
    assert.throws(() => authorMatcher([pattern]), { code: "USAGE" });
  });
}
