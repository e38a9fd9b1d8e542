import assert from "node:assert/strict";
import { test } from "node:test";
import { PlimsollError } from "../domain/error.ts";
import { canonicalHost, readReference, readRepository } from "./known-reference.ts";

const digest = `sha256:${"a1".repeat(32)}`;

test("hosts as they stand in references", () => {
  const rows: readonly (readonly [string, string | null])[] = [
    ["registry.example.com", "registry.example.com"],
    ["Registry.Example.com:5000", "registry.example.com:5000"],
    ["127.0.0.1:5000", "127.0.0.1:5000"],
    ["[::1]:5000", "[::1]:5000"],
    ["localhost", "localhost"],
    ["docker.io", "docker.io"],
    ["index.docker.io", "docker.io"],
    ["registry", null],
    ["registry:99999", null],
    ["https://registry.example.com", null],
    ["registry.example.com/x", null],
    ["ann:secret@registry.example.com", null],
    ["", null],
  ];
  for (const [host, expected] of rows) {
    if (expected !== null) assert.equal(canonicalHost(host), expected, host);
    else assert.throws(() => canonicalHost(host), hasCode("REFERENCE_INVALID"), host);
  }
});

test("references and repositories", () => {
  assert.deepEqual(readReference("127.0.0.1:5000/acme/app"), {
    host: "127.0.0.1:5000",
    name: "acme/app",
    tag: "latest",
    digest: null,
  });
  assert.deepEqual(readReference(`quay.io/a/b:1@${digest}`), {
    host: "quay.io",
    name: "a/b",
    tag: "1",
    digest,
  });
  assert.deepEqual(readRepository("127.0.0.1:5000/acme/app"), { host: "127.0.0.1:5000", name: "acme/app" });
  for (const text of ["quay.io/a/b:1", `quay.io/a/b@${digest}`, "", "quay.io/A", "quay.io/a b"])
    assert.throws(() => readRepository(text), hasCode("REFERENCE_INVALID"), text);
});

function hasCode(code: string): (error: unknown) => boolean {
  return (error) => error instanceof PlimsollError && error.code === code;
}
