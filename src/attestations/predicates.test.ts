import assert from "node:assert/strict";
import { test } from "node:test";
import { cleanAnalysis, sampleAnalysis } from "../../test/golden/sample-analysis.ts";
import { healthReport } from "../api/attestation-reports.ts";
import type { Analysis } from "../domain/analysis.ts";
import { findingsPredicate, healthPredicate, secretsPredicate } from "./predicates.ts";

const making = { toolVersion: "1.2.3", now: new Date("2026-11-22T10:00:00Z") };
const healthOf = (analysis: Analysis) =>
  healthReport.parse({ schema: "urn:plimsoll:report:health:1", ...healthPredicate(analysis, making) });

test("predicates: findings that count, and none that a statement took out", () => {
  const counted = (sampleAnalysis.findings ?? []).filter(({ suppressed }) => !suppressed);
  const { scanner } = findingsPredicate(sampleAnalysis, making) as {
    scanner: { result: { id: string; annotations: { purl?: string }[] }[]; db: { version: string } };
  };
  assert.ok(counted.length > 0 && counted.length < (sampleAnalysis.findings ?? []).length);
  assert.deepEqual(
    scanner.result.map(({ id }) => id).toSorted(),
    counted.map(({ vulnerability }) => vulnerability).toSorted(),
  );
  assert.equal(scanner.result[0]?.annotations[0]?.purl, counted[0]?.package.purl);
  assert.equal(scanner.db.version, sampleAnalysis.database?.digest);
});

test("predicates: health is what was judged, and says what was not", () => {
  const health = healthOf(sampleAnalysis);
  const { verdict } = sampleAnalysis;
  assert.deepEqual(
    [health.grade, health.status, health.policies.length],
    [verdict?.score.grade, verdict?.status, verdict?.results.length],
  );
  assert.equal(healthOf({ ...cleanAnalysis, findings: null, database: null }).findings, null);
  const unjudged = healthOf({ ...cleanAnalysis, verdict: null });
  assert.deepEqual([unjudged.grade, unjudged.reason], [null, "no policy was evaluated"]);
});

test("predicates: an empty list of secrets is clean, and none is told with more than may be shown", () => {
  assert.deepEqual(secretsPredicate({ findings: [], notListed: 0, notSearched: [] }), []);
  const place = { kind: "environment", name: "TOKEN" } as const;
  const finding = { rule: "r", title: "t", severity: "high", place, shown: "ab…", removedIn: null } as const;
  const [first] = secretsPredicate({ findings: [finding], notListed: 0, notSearched: [] });
  assert.deepEqual(first, {
    rule: "r",
    title: "t",
    severity: "high",
    place: "environment variable TOKEN",
    shown: "ab…",
  });
});
