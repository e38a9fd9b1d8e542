/** Which other tags of a base are worth a look. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { candidateTags } from "./candidate-tags.ts";

const alpine = ["3", "3.14", "3.14.2", "3.20", "3.21", "3.22", "4.0", "latest", "edge", "20300101"];
const node = ["18", "20", "22", "22-slim", "22-alpine", "22-bookworm", "18-slim", "23-rc", "24-nightly"];

/** Each: the tag, all tags, and the candidates. */
const cases: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ["3.20", alpine, ["3.22", "4.0"]],
  ["3.14", alpine, ["3.22", "4.0"]],
  ["4.0", alpine, []],
  ["3.14.2", alpine, []],
  ["latest", alpine, []],
  ["18", node, ["22", "22-alpine", "22-slim", "18-slim"]],
  ["18-slim", node, ["22-slim"]],
  ["22", node, ["22-alpine", "22-slim"]],
  ["v1.2", ["v1.10", "1.11", "v1.9"], ["v1.10"]],
  [
    "12-bookworm",
    ["12-slim-bookworm", "12-bookworm-slim", "12-alpine"],
    ["12-bookworm-slim", "12-slim-bookworm"],
  ],
];

for (const [tag, tags, expected] of cases) {
  test(`next to ${tag} stand ${expected.join(", ") || "none"}`, () => {
    assert.deepEqual(candidateTags(tag, tags, 4), expected);
    assert.deepEqual(candidateTags(tag, tags, 1), expected.slice(0, 1));
  });
}
