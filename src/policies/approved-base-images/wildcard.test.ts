import assert from "node:assert/strict";
import { test } from "node:test";
import { matchesWildcard } from "./wildcard.ts";

const rows: [pattern: string, text: string, matches: boolean][] = [
  ["*", "docker.io/library/alpine:3.24", true],
  ["*", "", true],
  ["", "", true],
  ["", "a", false],
  ["docker.io/library/alpine:3.24", "docker.io/library/alpine:3.24", true],
  ["docker.io/library/alpine:3.24", "docker.io/library/alpine:3.24.1", false],
  ["docker.io/library/alpine", "docker.io/library/alpine:3.24", false],
  ["docker.io/library/alpine:*", "docker.io/library/alpine:3.24", true],
  ["docker.io/library/node:*-slim", "docker.io/library/node:20-slim", true],
  ["docker.io/library/node:*-slim", "docker.io/library/node:20.11.1-slim", true],
  ["docker.io/library/node:*-slim", "docker.io/library/node:20", false],
  ["docker.io/library/node:*-slim", "docker.io/library/node:20-slim-extra", false],
  // The star ends at the first "-": there is no second try.
  ["docker.io/library/node:*-slim", "docker.io/library/node:20-bookworm-slim", false],
  ["docker.io/library/node:*-*-slim", "docker.io/library/node:20-bookworm-slim", true],
  ["docker.io/library/node:*-slim", "docker.io/library/node:-slim", true],
  ["docker.io/ORG/dhi-*", "docker.io/ORG/dhi-node:24", true],
  ["docker.io/ORG/dhi-*", "docker.io/ORG/dhi-", true],
  ["docker.io/ORG/dhi-*", "docker.io/org/dhi-node:24", false],
  ["docker.io/ORG/dhi-*", "docker.io/OTHER/dhi-node:24", false],
  ["docker.io/ORG/*", "docker.io/ORG/team/app:1", true],
  ["docker.io/*/app:1", "docker.io/org/app:1", true],
  ["docker.io/*/app:1", "docker.io/org/team/app:1", false],
  ["docker.io/org/repo:*", "docker.io/org/repo:latest", true],
  ["docker.io/org/repo:*", "docker.io/org/repo@sha256:aa", false],
  ["*/library/*", "docker.io/library/alpine:1", true],
  ["*:1.*", "docker.io/library/alpine:1.2", true],
  // A literal after the star is one character; here the first ":" belongs to the port.
  ["*:1.*", "localhost:5000/alpine:1.2", false],
  ["**", "anything", true],
  ["a**b", "axxb", true],
  ["a*", "b", false],
  ["*a", "bba", true],
  ["*a", "aa", false],
  ["a.c", "abc", false],
  ["docker.io/library/(a+)+$", "docker.io/library/aaaa", false],
];

for (const [pattern, text, expected] of rows) {
  test(`wildcard: ${pattern || "(empty)"} ${expected ? "takes" : "refuses"} ${text || "(empty)"}`, () => {
    assert.equal(matchesWildcard(pattern, text), expected);
  });
}

test("wildcard: a hostile pattern on a long text is one walk", () => {
  // Going back for every star would never end here.
  assert.equal(matchesWildcard("*a".repeat(200) + "*b*", "a".repeat(1_000_000)), false);
});
