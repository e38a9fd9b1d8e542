/** Comparing two judged images: findings by package whatever the version, packages version by version, policies by status. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { sampleAnalysis, sampleFindings, samplePackages } from "../../test/golden/sample-analysis.ts";
import type { ComparedSide, ComparisonCause, VersionOrder } from "../domain/comparison.ts";
import type { Package } from "../domain/package.ts";
import type { FindingFacts, PolicyResult } from "../domain/policy.ts";
import { compareImages } from "./compare.ts";
import { comparePackages } from "./package-changes.ts";
import { findUnknown, findWorse } from "./worse.ts";

const order: VersionOrder = (_package, a, b) => {
  if (a.includes("?") || b.includes("?")) return null;
  return a === b ? 0 : Number(a) < Number(b) ? -1 : 1;
};

const [some] = samplePackages as [Package, ...Package[]];
const [known] = sampleFindings as [FindingFacts, ...FindingFacts[]];

const pkg = (name: string, version: string): Package => ({ ...some, ecosystem: "npm", name, version });

function finding(vulnerability: string, version = "1", overrides: Partial<FindingFacts> = {}): FindingFacts {
  const base = { ...known, vulnerability, package: pkg("a", version), suppressed: false };
  return { ...base, status: "affected", statement: null, exception: null, ...overrides };
}

function side(
  findings: readonly FindingFacts[] | null,
  packages: readonly Package[] = [],
  results: readonly Partial<PolicyResult>[] = [],
  verification: "verified" | "unverified" = "verified",
): ComparedSide {
  const verdict = sampleAnalysis.verdict;
  assert.ok(verdict);
  const [first] = verdict.results;
  const made = results.map((result) => ({ ...first, ...result }) as PolicyResult);
  return {
    analysis: {
      ...sampleAnalysis,
      findings,
      sbom: { ...sampleAnalysis.sbom, verification },
      verdict: { ...verdict, results: made },
    },
    findings,
    packages,
  };
}

/** Each: what there was, what there is, and the changes as `kind id`. */
const findingCases: readonly (readonly [
  string,
  readonly FindingFacts[],
  readonly FindingFacts[],
  readonly string[],
])[] = [
  ["a new one", [], [finding("CVE-1")], ["added CVE-1"]],
  ["one that is gone", [finding("CVE-1")], [], ["removed CVE-1"]],
  ["an upgrade that leaves it", [finding("CVE-1", "1")], [finding("CVE-1", "2")], ["unchanged CVE-1"]],
  ["two versions at once count once", [], [finding("CVE-1", "1"), finding("CVE-1", "2")], ["added CVE-1"]],
  [
    "what was suppressed and is not any more is new",
    [finding("CVE-1", "1", { suppressed: true, status: "not_affected" })],
    [finding("CVE-1")],
    ["added CVE-1"],
  ],
  [
    "what is suppressed now is gone",
    [finding("CVE-1")],
    [finding("CVE-1", "1", { suppressed: true })],
    ["removed CVE-1"],
  ],
  [
    "what was undetermined and applies is new",
    [finding("CVE-1", "1", { status: "undetermined" })],
    [finding("CVE-1")],
    ["added CVE-1"],
  ],
  [
    "what applied and cannot be determined is not gone",
    [finding("CVE-1")],
    [finding("CVE-1", "1", { status: "undetermined" })],
    ["unchanged CVE-1"],
  ],
];

for (const [name, before, after, expected] of findingCases) {
  test(`findings: ${name}`, () => {
    const { findings } = compareImages(side(after), side(before), order);
    assert.deepEqual(
      findings?.map(({ kind, finding: { vulnerability } }) => `${kind} ${vulnerability}`),
      expected,
    );
  });
}

const packageCases: readonly (readonly [
  string,
  readonly Package[],
  readonly Package[],
  readonly string[],
])[] = [
  ["added and removed", [pkg("a", "1")], [pkg("b", "1")], ["removed a 1- null", "added b -1 null"]],
  ["newer", [pkg("a", "9")], [pkg("a", "10")], ["changed a 9-10 newer"]],
  ["older", [pkg("a", "10")], [pkg("a", "9")], ["changed a 10-9 older"]],
  ["cannot be compared", [pkg("a", "?1")], [pkg("a", "?2")], ["changed a ?1-?2 unknown"]],
  [
    "one of two versions changed",
    [pkg("a", "1"), pkg("a", "2")],
    [pkg("a", "2"), pkg("a", "3")],
    ["unchanged a 2-2 null", "changed a 1-3 newer"],
  ],
  ["places make no difference", [pkg("a", "1")], [pkg("a", "1"), pkg("a", "1")], ["unchanged a 1-1 null"]],
  [
    "versions are paired in their order",
    [pkg("a", "10"), pkg("a", "9")],
    [pkg("a", "12"), pkg("a", "11")],
    ["changed a 9-11 newer", "changed a 10-12 newer"],
  ],
];

for (const [name, before, after, expected] of packageCases) {
  test(`packages: ${name}`, () => {
    assert.deepEqual(
      comparePackages(before, after, order).map(
        (change) =>
          `${change.kind} ${(change.after ?? change.before)?.name} ${change.before?.version ?? ""}-${change.after?.version ?? ""} ${change.direction}`,
      ),
      expected,
    );
  });
}

const policy = (status: PolicyResult["status"], deviations = 0): Partial<PolicyResult> => ({
  policy: "p",
  status,
  deviations: Array.from({ length: deviations }, () => ({
    message: "",
    purl: null,
    vulnerability: null,
    layer: null,
    columns: {},
    remediation: null,
  })),
});

const policyCases: readonly (readonly [
  Partial<PolicyResult> | null,
  Partial<PolicyResult> | null,
  string,
])[] = [
  [policy("met"), policy("not_met", 1), "worse"],
  [policy("met"), policy("no_data"), "worse"],
  [policy("no_data"), policy("not_met", 1), "worse"],
  [policy("not_met", 1), policy("not_met", 2), "worse"],
  [policy("not_met", 2), policy("not_met", 2), "same"],
  [policy("not_met", 2), policy("not_met", 1), "better"],
  [policy("not_met", 2), policy("met"), "better"],
  [policy("not_met", 2), policy("no_data"), "unknown"],
  [policy("no_data"), policy("met"), "better"],
  [null, policy("not_met", 1), "worse"],
  [null, policy("met"), "same"],
  [policy("not_met", 1), null, "unknown"],
  [policy("met"), null, "unknown"],
];

for (const [before, after, expected] of policyCases) {
  test(`policies: ${before?.status ?? "none"} to ${after?.status ?? "none"} is ${expected}`, () => {
    const results = (result: Partial<PolicyResult> | null) => (result === null ? [] : [result]);
    const { policies } = compareImages(side([], [], results(after)), side([], [], results(before)), order);
    assert.equal(policies?.[0]?.change, expected);
  });
}

const gateCases: readonly (readonly [string, ComparedSide, ComparedSide, ComparisonCause[], string[]])[] = [
  ["nothing is asked", side([finding("CVE-1")]), side([]), [], []],
  ["a new vulnerability", side([finding("CVE-1")]), side([]), ["vulnerability"], ["vulnerability"]],
  ["an old vulnerability", side([finding("CVE-1")]), side([finding("CVE-1")]), ["vulnerability"], []],
  [
    "one that nobody can determine",
    side([finding("CVE-1", "1", { status: "undetermined" })]),
    side([]),
    ["vulnerability"],
    [],
  ],
  ["no database", side(null), side([]), ["vulnerability"], ["not-judged"]],
  ["a changed package", side([], [pkg("a", "2")]), side([], [pkg("a", "1")]), ["package"], ["package"]],
  ["a package that is gone", side([]), side([], [pkg("a", "1")]), ["package"], ["package"]],
  ["the same packages", side([], [pkg("a", "1")]), side([], [pkg("a", "1")]), ["package"], []],
  ["another cause is asked", side([], [pkg("a", "2")]), side([]), ["policy"], []],
  [
    "a policy got worse",
    side([], [], [policy("not_met", 1)]),
    side([], [], [policy("met")]),
    ["policy"],
    ["policy"],
  ],
  ["content was not verified", side([], [], [], "unverified"), side([]), ["policy"], ["unverified"]],
];

for (const [name, analysed, baseline, exitOn, expected] of gateCases) {
  test(`the gate: ${name}`, () => {
    const causes = findWorse(compareImages(analysed, baseline, order), exitOn);
    assert.deepEqual(
      causes.map(({ cause }) => cause),
      expected,
    );
  });
}

/** Each: the image, its baseline, and causes of which nobody can say whether they are worse. */
const unknowns: readonly (readonly [string, ComparedSide, ComparedSide, readonly string[]])[] = [
  ["everything is known", side([finding("CVE-1")]), side([]), []],
  [
    "a vulnerability that may apply",
    side([finding("CVE-1", "1", { status: "undetermined", state: "undetermined" })]),
    side([]),
    ["vulnerability: it could not be determined whether they apply: CVE-1"],
  ],
  [
    "one that may have applied before",
    side([finding("CVE-1", "1", { status: "undetermined", state: "undetermined" })]),
    side([finding("CVE-1")]),
    [],
  ],
  [
    "no answer on both sides",
    side([], [], [{ policy: "a", title: "A", status: "no_data" }]),
    side([], [], [{ policy: "a", title: "A", status: "no_data" }]),
    ["policy: no data about: A"],
  ],
  [
    "a policy that is judged no more",
    side([], [], []),
    side([], [], [{ policy: "a", title: "A", status: "not_met", deviations: [] }]),
    ["policy: not judged any more: A"],
  ],
  [
    "an answer that is gone is worse, and not unknown",
    side([], [], [{ policy: "a", title: "A", status: "no_data" }]),
    side([], [], [{ policy: "a", title: "A", status: "met" }]),
    [],
  ],
  [
    "an answer where there was none",
    side([], [], [{ policy: "a", title: "A", status: "met" }]),
    side([], [], [{ policy: "a", title: "A", status: "no_data" }]),
    [],
  ],
];

for (const [name, analysed, baseline, expected] of unknowns) {
  test(`unknown: ${name}`, () => {
    const whole = (of: ComparedSide): ComparedSide => ({
      ...of,
      analysis: {
        ...of.analysis,
        sbom: { ...of.analysis.sbom, completeness: "complete" },
        database: null,
      },
    });
    const comparison = compareImages(whole(analysed), whole(baseline), order);
    const told = findUnknown(comparison, ["vulnerability", "policy", "package"]);
    assert.deepEqual(
      told.map(({ cause, message }) => `${cause}: ${message}`),
      expected,
    );
    const gap: ComparedSide = {
      ...whole(analysed),
      analysis: {
        ...whole(analysed).analysis,
        sbom: { ...analysed.analysis.sbom, completeness: "incomplete" },
      },
    };
    assert.deepEqual(
      findUnknown(compareImages(gap, whole(baseline), order), ["package"]).map(({ cause }) => cause),
      ["package"],
    );
  });
}
