import assert from "node:assert/strict";
import { test } from "node:test";
import { readTagLists, supportOf } from "./supported-tags.ts";

// In the form of the library files of official-images, with its folded lines and shared tags.
const alpine = `Maintainers: Natanael Copa <ncopa@alpinelinux.org> (@ncopa)
GitRepo: https://github.com/alpinelinux/docker-alpine.git

# a comment
Tags: 20260127, edge
Architectures: arm64v8, amd64
GitFetch: refs/heads/edge

Tags: 3.22.1, 3.22, 3,
 latest
SharedTags: stable
Architectures: amd64
`;
const own = `# our bases
ghcr.io/acme/base: 2.* 3.1, latest
registry.example.com:5000/base: 1
nothing here
`;

const lists = [...readTagLists("alpine", alpine), ...readTagLists("tags.txt", own)];
const rows: [name: string, tag: string | null, supported: boolean | null][] = [
  ["docker.io/library/alpine", "3.22", true],
  ["docker.io/library/alpine", "latest", true],
  ["docker.io/library/alpine", "stable", true],
  ["docker.io/library/alpine", "edge", true],
  ["docker.io/library/alpine", "3.15", false],
  ["docker.io/library/alpine", null, false],
  ["docker.io/library/node", "22", null],
  ["ghcr.io/acme/base", "2.7", true],
  ["ghcr.io/acme/base", "3.2", false],
  ["registry.example.com:5000/base", "1", true],
];
for (const [name, tag, supported] of rows) {
  test(`supported tags: ${name}:${tag ?? "?"}`, () => {
    assert.equal(supportOf(lists, name, tag)?.isSupported ?? null, supported);
  });
}

test("supported tags: tells where it is said, and which tags there are", () => {
  assert.deepEqual(supportOf(lists, "ghcr.io/acme/base", "1"), {
    isSupported: false,
    source: "tags.txt",
    supportedTags: ["2.*", "3.1", "latest"],
  });
  assert.equal(supportOf(lists, "docker.io/library/alpine", "3")?.source, "library/alpine");
});

test("supported tags: a long text of one line takes no time", () => {
  assert.deepEqual(readTagLists("x", ":".repeat(500_000)), []);
});
