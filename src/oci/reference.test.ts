import assert from "node:assert/strict";
import { test } from "node:test";
import { OciError } from "./error.ts";
import { apiHostOf, formatReference, parseReference } from "./reference.ts";

const hex = "0123456789abcdef".repeat(4);

test("references are filled in", () => {
  const rows: readonly (readonly [string, string])[] = [
    ["alpine", "docker.io/library/alpine:latest"],
    ["alpine:3.20", "docker.io/library/alpine:3.20"],
    ["team/app", "docker.io/team/app:latest"],
    ["docker.io/alpine", "docker.io/library/alpine:latest"],
    ["index.docker.io/library/alpine", "docker.io/library/alpine:latest"],
    ["registry-1.docker.io/team/app:1", "docker.io/team/app:1"],
    ["localhost/app", "localhost/app:latest"],
    ["localhost:5000/a/b/c:tag", "localhost:5000/a/b/c:tag"],
    ["host:5000/app", "host:5000/app:latest"],
    ["quay.io/a/b-c__d.e/f", "quay.io/a/b-c__d.e/f:latest"],
    ["QUAY.io/a", "quay.io/a:latest"],
    ["LOCALHOST/a", "localhost/a:latest"],
    // Only the capital tells that it is a host: written without it, the name would be one of the hub.
    ["Team/app:1", "Team/app:1"],
    ["127.0.0.1:5000/a", "127.0.0.1:5000/a:latest"],
    ["[::1]:5000/a", "[::1]:5000/a:latest"],
    [`alpine@sha256:${hex}`, `docker.io/library/alpine@sha256:${hex}`],
    [`host:1/a/b:tag@sha256:${hex}`, `host:1/a/b:tag@sha256:${hex}`],
    ["a---b", "docker.io/library/a---b:latest"],
    [`a:${"t".repeat(128)}`, `docker.io/library/a:${"t".repeat(128)}`],
  ];
  for (const [text, canonical] of rows) assert.equal(formatReference(parseReference(text)), canonical, text);
});

test("what is no reference is refused", () => {
  const rows = [
    "",
    "/",
    ":",
    "@",
    "a:",
    "a@",
    "Alpine",
    "a/B",
    "a//b",
    "/a",
    "a/",
    "a_-b",
    "a___b",
    "a..b",
    "-a",
    "a-",
    ".a",
    "host:port/a",
    "host:99999/a",
    "host:/a",
    "-host.com/a",
    "a:-tag",
    `a:${"t".repeat(129)}`,
    "a b",
    "a\nb",
    "http://host/a",
    "a@sha256:123",
    `a@sha256:${hex.toUpperCase()}`,
    `a@sha512:${hex}${hex}`,
    `a@b@sha256:${hex}`,
    "[zz]:5000/a",
    "[::1/a",
    `${"a".repeat(256)}`,
    "a".repeat(10_000),
    "user:pass@host/a",
    "host.com/../a",
    "é",
  ];
  for (const text of rows) {
    const isRefused = (error: unknown): boolean =>
      error instanceof OciError && error.code === "REFERENCE_INVALID";
    assert.throws(() => parseReference(text), isRefused, JSON.stringify(text.slice(0, 60)));
  }
});

test("a digest takes the place of latest", () => {
  assert.equal(parseReference(`alpine@sha256:${hex}`).tag, null);
  assert.equal(parseReference(`alpine:3@sha256:${hex}`).tag, "3");
});

test("Docker Hub is served by another host", () => {
  assert.equal(apiHostOf("docker.io"), "registry-1.docker.io");
  assert.equal(apiHostOf("quay.io"), "quay.io");
});

test("a password in a reference is refused, and not repeated", () => {
  const rows = [
    "ann:s3cret@quay.io/team/app:1",
    "https://ann:s3cret@quay.io/team/app",
    `ann:s3cret@quay.io/team/app@sha256:${hex}`,
    "ann:s3cret/more@quay.io/app",
    "ann:s3cret@quay.io",
    `ann:s3cret@quay.io/${"a".repeat(600)}`,
  ];
  for (const text of rows) {
    assert.throws(
      () => parseReference(text),
      (error) =>
        error instanceof OciError && error.code === "REFERENCE_INVALID" && !error.message.includes("s3cret"),
      text,
    );
  }
});
