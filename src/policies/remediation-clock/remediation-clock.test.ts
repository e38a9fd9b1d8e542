import assert from "node:assert/strict";
import { test } from "node:test";
import type { FindingFacts, ImageFacts } from "../../domain/policy.ts";
import { findingWith } from "../fixtures/facts.ts";
import { run, words } from "../fixtures/run.ts";
import { remediationClock } from "./index.ts";

const kev = { context: { kev: { dateAdded: "2026-01-01" }, epss: null } } as unknown as Partial<FindingFacts>;
const day = (date: string): Partial<FindingFacts> => ({ publishedAt: `${date}T12:00:00Z` });

type Row = [name: string, finding: Partial<FindingFacts>, config: object, status: string];
const rows: Row[] = [
  ["high, 6 of 7 days", day("2026-11-15"), {}, "met"],
  ["high, the last instant", { publishedAt: "2026-11-14T12:00:01Z" }, {}, "met"],
  ["high, 7 days are over", day("2026-11-14"), {}, "not_met"],
  ["medium, 29 of 30", { ...day("2026-10-23"), severity: "medium" }, {}, "met"],
  ["medium, 30 are over", { ...day("2026-10-22"), severity: "medium" }, {}, "not_met"],
  ["unspecified, 30 are over", { ...day("2026-10-22"), severity: "unspecified" }, {}, "not_met"],
  ["own days", { ...day("2026-11-11"), severity: "low" }, { low_days: 10 }, "not_met"],
  ["no date", { publishedAt: null }, {}, "not_met"],
  ["an unreadable date", { publishedAt: "soon" }, {}, "not_met"],
  ["exploited, one day is over", { ...day("2026-11-20"), ...kev }, {}, "not_met"],
  ["exploited, today", { ...day("2026-11-21"), ...kev }, {}, "met"],
  [
    "exploited, the severity allows less",
    { ...day("2026-11-20"), ...kev },
    { kev_days: 30, high_days: 1 },
    "not_met",
  ],
  ["no fix", { ...day("2020-01-01"), fixedVersion: null }, {}, "met"],
  ["no fix, all asked for", { ...day("2020-01-01"), fixedVersion: null }, { fixable_only: false }, "not_met"],
  ["another type", day("2020-01-01"), { package_types: ["deb"] }, "met"],
  ["suppressed", { ...day("2020-01-01"), suppressed: true, status: "not_affected" }, {}, "met"],
  ["investigated", { ...day("2020-01-01"), status: "under_investigation" }, {}, "met"],
  [
    "investigated, no pause",
    { ...day("2020-01-01"), status: "under_investigation" },
    { pause_under_investigation: false },
    "not_met",
  ],
  ["fixed lately", { ...day("2020-01-01"), fixedAt: "2026-11-20" }, { starts: "fixed" }, "met"],
  ["fixed long ago", { ...day("2020-01-01"), fixedAt: "2026-01-20" }, { starts: "fixed" }, "not_met"],
  ["nobody tells of the fix", { ...day("2020-01-01"), fixedAt: null }, { starts: "fixed" }, "not_met"],
];
for (const [name, finding, config, status] of rows) {
  test(`remediation-clock: ${name}`, () => {
    assert.equal(run(remediationClock, { findings: [findingWith(finding)] }, config).status, status);
  });
}

test("remediation-clock: without a KEV catalogue a finding in time may be an exploited one", () => {
  const facts: Partial<ImageFacts> = { hasKev: false, findings: [findingWith(day("2026-11-20"))] };
  assert.equal(run(remediationClock, facts).status, "no_data");
  assert.equal(run(remediationClock, facts, { kev_days: 30 }).status, "met");
  assert.equal(run(remediationClock, { hasKev: false, findings: [] }).status, "met");
});

test("remediation-clock: a deviation tells for how long, the layer and the fix", () => {
  const outcome = run(remediationClock, { findings: [findingWith(day("2026-11-01"))] });
  assert.equal(words(outcome), "CVE-2024-29041 in express is open for 20 days, 7 days are allowed");
  assert.ok(outcome.status === "not_met" && outcome.deviations[0]?.layer === "sha256:layer");
  assert.match(outcome.deviations[0].remediation ?? "", /4\.19\.2/);
});
