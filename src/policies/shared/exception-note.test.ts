/** What an exception does to the policies about vulnerabilities, and that they say so. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Exception } from "../../domain/exception.ts";
import type { FindingFacts } from "../../domain/policy.ts";
import type { VexStatement } from "../../domain/vex.ts";
import { factsWith, findingWith } from "../fixtures/facts.ts";
import { highProfile } from "../high-profile/index.ts";
import { severity } from "../severity/index.ts";

const exception: Exception = {
  id: "1",
  vulnerability: "CVE-2024-29041",
  kind: "accepted_risk",
  justification: null,
  reason: "behind a proxy",
  scope: { repository: null, digest: null, purl: null },
  requestedBy: "Dev",
  decidedBy: "Sam",
  decidedAt: "2026-01-01T00:00:00Z",
  expiresAt: null,
};
const accepted: Partial<FindingFacts> = { exception, suppressed: true };
const refuted: Partial<FindingFacts> = {
  exception: { ...exception, kind: "false_positive", justification: "component_not_present" },
  status: "not_affected",
  suppressed: true,
};
const undetermined: Partial<FindingFacts> = { state: "undetermined", status: "undetermined" };
const statement: VexStatement = {
  document: "d",
  location: "l",
  author: "a",
  timestamp: "2026-01-01T00:00:00Z",
  vulnerabilities: ["CVE-2024-29041"],
  products: [],
  status: "fixed",
  justification: null,
  impactStatement: null,
  actionStatement: null,
};
const one = "1 finding is suppressed by an exception";
const listed = { cves: ["CVE-2024-29041"] };

const types = {
  severity: (findings: readonly FindingFacts[]) =>
    severity.evaluate(factsWith({ findings }), severity.options.parse({}), () => {}),
  "high-profile": (findings: readonly FindingFacts[]) =>
    highProfile.evaluate(factsWith({ findings }), highProfile.options.parse(listed), () => {}),
};

const rows: [
  name: string,
  findings: Partial<FindingFacts>[],
  notes: Record<keyof typeof types, string | undefined>,
][] = [
  [
    "no exception",
    [{ status: "not_affected", suppressed: true }],
    { severity: undefined, "high-profile": undefined },
  ],
  ["an accepted risk", [accepted], { severity: one, "high-profile": one }],
  ["a false positive", [refuted], { severity: one, "high-profile": one }],
  [
    "two",
    [accepted, { ...refuted, aliases: [] }],
    {
      severity: "2 findings are suppressed by exceptions",
      "high-profile": "2 findings are suppressed by exceptions",
    },
  ],
  [
    "one that no fix is known for",
    [{ ...accepted, fixedVersion: null }],
    { severity: undefined, "high-profile": one },
  ],
  [
    "an undetermined one, accepted",
    [{ ...undetermined, ...accepted, status: "undetermined" }],
    { severity: undefined, "high-profile": one },
  ],
  [
    "one that a statement suppresses too",
    [{ ...accepted, status: "fixed", statement }],
    { severity: undefined, "high-profile": undefined },
  ],
];

for (const [name, findings, notes] of rows) {
  for (const [type, evaluate] of Object.entries(types)) {
    test(`exceptions in ${type}: ${name}`, () => {
      const outcome = evaluate(findings.map(findingWith));
      assert.equal(outcome.status, "met");
      assert.equal(outcome.status === "met" ? outcome.note : null, notes[type as keyof typeof types]);
    });
  }
}

test("exceptions: one beside an open violation changes nothing of it", () => {
  for (const evaluate of Object.values(types)) {
    const outcome = evaluate([findingWith(accepted), findingWith({ vulnerability: "CVE-2024-29041" })]);
    assert.equal(outcome.status === "not_met" ? outcome.deviations.length : null, 1);
  }
});
