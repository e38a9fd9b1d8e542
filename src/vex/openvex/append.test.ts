import assert from "node:assert/strict";
import { test } from "node:test";
import { statementWith } from "../fixtures/findings.ts";
import { readVexDocument } from "../read.ts";
import { appendStatement } from "./append.ts";

const author = "Example <vex@example.com>";
const first = {
  vulnerability: { name: "CVE-2026-1" },
  products: [{ "@id": "pkg:npm/a" }],
  status: "under_investigation",
  "x-own": "kept",
};
const document = {
  "@context": "https://openvex.dev/ns/v0.2.0",
  "@id": "https://example.com/vex/1",
  author,
  role: "maintainer",
  timestamp: "2026-01-01T00:00:00Z",
  version: 4,
  statements: [first],
};
const added = statementWith({ author, timestamp: "2026-02-01T00:00:00Z" });

test("append: the version is raised, and what was stated stays, with its time", () => {
  const text = appendStatement(document, added, "a.json");
  const root = JSON.parse(text) as Record<string, unknown>;
  assert.deepEqual(
    [root["@id"], root["role"], root["version"], root["timestamp"], root["last_updated"]],
    ["https://example.com/vex/1", "maintainer", 5, "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"],
  );
  const listed = root["statements"] as unknown[];
  assert.deepEqual(listed[0], { ...first, timestamp: "2026-01-01T00:00:00Z" });
  const { statements, problems } = readVexDocument(Buffer.from(text), "a.json");
  assert.deepEqual(problems, []);
  assert.deepEqual(
    statements.map(({ status, timestamp }) => [status, timestamp]),
    [
      ["under_investigation", "2026-01-01T00:00:00Z"],
      ["not_affected", "2026-02-01T00:00:00Z"],
    ],
  );
  const again = JSON.parse(
    appendStatement(root, { ...added, timestamp: "2026-03-01T00:00:00Z" }, "a.json"),
  ) as Record<string, unknown>;
  assert.deepEqual((again["statements"] as unknown[]).slice(0, 2), listed);
});

const refused: [name: string, document: unknown, change: object, code: string][] = [
  ["another author", document, { author: "Else" }, "USAGE"],
  ["a time before the last statement", document, { timestamp: "2025-01-01T00:00:00Z" }, "USAGE"],
  ["a document with a broken statement", { ...document, statements: [{}] }, {}, "VEX_INVALID"],
  ["a document of another format", { bomFormat: "CycloneDX", specVersion: "1.6" }, {}, "VEX_INVALID"],
];

for (const [name, given, change, code] of refused) {
  test(`append: refuses ${name}`, () => {
    assert.throws(() => appendStatement(given, { ...added, ...change }, "a.json"), { code });
  });
}
