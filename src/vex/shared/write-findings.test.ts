import assert from "node:assert/strict";
import { test } from "node:test";
import type { FindingFacts } from "../../domain/policy.ts";
import { assess } from "../assess.ts";
import { exceptionWith, findingWith, statementWith } from "../fixtures/findings.ts";
import { label } from "../label.ts";
import { readVexDocument, vexFormats } from "../read.ts";
import { statementsOfFindings } from "./write-findings.ts";

const now = new Date("2026-11-21T12:00:00Z");
const digest = `sha256:${"1".repeat(64)}`;
const image = { repository: "ghcr.io/org/app", digest, indexDigest: null };
const context = { kev: null, epss: null };
const plain: FindingFacts = { ...label(findingWith({ fixedVersion: "3.1" }), null), context };
const stated: FindingFacts = { ...label(findingWith(), statementWith()), context };
const refuted = { ...plain, exception: exceptionWith({ expiresAt: "2027-01-01T00:00:00Z" }) };
const accepted = { ...plain, exception: exceptionWith({ kind: "accepted_risk", justification: null }) };

const rows: [name: string, finding: FindingFacts, includesOpen: boolean, says: unknown[] | null][] = [
  ["nothing decided", plain, false, null],
  ["nothing decided, and all are asked for", plain, true, ["affected", null, null, "update to 3.1"]],
  ["no fix", { ...plain, fixedVersion: null }, true, ["affected", null, null, "no fixed version is known"]],
  ["undetermined", { ...plain, status: "undetermined" }, true, ["under_investigation", null, null, null]],
  ["a statement", stated, false, ["not_affected", "component_not_present", null, null]],
  [
    "a false positive",
    refuted,
    false,
    [
      "not_affected",
      "vulnerable_code_not_in_execute_path",
      "The parser is never called (decided until 2027-01-01T00:00:00Z)",
      null,
    ],
  ],
  [
    "an accepted risk",
    accepted,
    false,
    ["affected", null, null, "The risk is accepted until further notice: The parser is never called"],
  ],
];

for (const [name, finding, includesOpen, says] of rows) {
  test(`statements of findings: ${name}`, () => {
    const [statement] = statementsOfFindings(image, [finding], { author: "Me", now, includesOpen });
    const found =
      statement === undefined
        ? null
        : [statement.status, statement.justification, statement.impactStatement, statement.actionStatement];
    assert.deepEqual(found, says);
  });
}

test("statements of findings: a folder is named by its packages alone", () => {
  const [statement] = statementsOfFindings({ repository: null, digest: null, indexDigest: null }, [stated], {
    author: "Me",
    now,
    includesOpen: false,
  });
  assert.deepEqual(statement?.products, [{ ids: [plain.package.purl], subcomponents: [] }]);
});

for (const format of vexFormats) {
  test(`statements of findings: ${format.id} read back decides the same, for this image alone`, () => {
    const statements = statementsOfFindings(image, [stated], { author: "Me", now, includesOpen: false });
    const text = format.write({ statements, author: "Me", timestamp: now, id: null });
    const read = readVexDocument(Buffer.from(text), "a.json").statements;
    const suppressed = [digest, `sha256:${"2".repeat(64)}`].map((each) => {
      const identity = { repository: "mirror.example.com/app", tag: null, digests: [each] };
      return assess([findingWith()], read, { image: identity, now, trustsAuthor: null }).findings[0]
        ?.suppressed;
    });
    assert.deepEqual(suppressed, [true, false]);
  });
}
