import assert from "node:assert/strict";
import { test } from "node:test";
import type { ErrorCode } from "../domain/error-codes.ts";
import { readStatement } from "./statement.ts";

const hex = "b".repeat(64);
const statement = {
  _type: "https://in-toto.io/Statement/v1",
  subject: [
    { name: "a", digest: { sha256: hex } },
    { digest: { sha512: "c" } },
    { digest: { sha256: hex.toUpperCase() } },
  ],
  predicateType: "https://slsa.dev/provenance/v1",
  predicate: { a: 1 },
};
const bytes = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
const envelope = (payload: unknown) => ({
  payloadType: "application/vnd.in-toto+json",
  payload: bytes(payload).toString("base64"),
  signatures: [],
});

test("a statement is the same in each of its wrappings", () => {
  const rows = [
    statement,
    { ...statement, _type: "https://in-toto.io/Statement/v0.1" },
    envelope(statement),
    { mediaType: "application/vnd.dev.sigstore.bundle.v0.3+json", dsseEnvelope: envelope(statement) },
  ];
  for (const document of rows) {
    assert.deepEqual(readStatement(bytes(document), "referrer"), {
      predicateType: "https://slsa.dev/provenance/v1",
      predicate: { a: 1 },
      subjectDigests: [`sha256:${hex}`],
      storage: "referrer",
      trust: "unsigned",
    });
  }
});

test("what is no statement is refused by code", () => {
  const rows: readonly (readonly [unknown, ErrorCode])[] = [
    [{ ...statement, _type: "https://in-toto.io/Statement/v1.evil" }, "DOCUMENT_INVALID"],
    [{ ...statement, subject: [] }, "DOCUMENT_INVALID"],
    [{ ...statement, subject: ["x"] }, "DOCUMENT_INVALID"],
    [{ ...statement, predicateType: 1 }, "DOCUMENT_INVALID"],
    [{ ...envelope(statement), payloadType: "text/plain" }, "DOCUMENT_INVALID"],
    [{ ...envelope(statement), payload: "!!!!" }, "JSON_INVALID"],
    [[], "DOCUMENT_INVALID"],
  ];
  for (const [document, code] of rows) {
    assert.throws(() => readStatement(bytes(document), "in-index"), { code }, JSON.stringify(document));
  }
});
