/** Orders of findings: what comes before what, one row each. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { sampleFindings } from "../../test/golden/sample-analysis.ts";
import { findingOrders, orderFindings, type FindingOrder } from "./finding-order.ts";
import type { FindingFacts } from "./policy.ts";

const [first] = sampleFindings;
const KEV = { dateAdded: "2030-01-05", ransomware: false };
const epss = (score: number) => ({ score, percentile: score, date: "2030-01-01" });

/** A finding that nobody suppressed, not known to be exploited, of high severity, without a fix. */
function finding(
  changes: Partial<FindingFacts> & { readonly score?: number; readonly kev?: true } = {},
): FindingFacts {
  const { score, kev, ...rest } = changes;
  return {
    ...(first as FindingFacts),
    status: "affected",
    suppressed: false,
    kind: "vulnerability",
    severity: "high",
    fixedVersion: null,
    context: { kev: kev === true ? KEV : null, epss: score === undefined ? null : epss(score) },
    ...rest,
  };
}

const named = (name: string, version = "1.0.0"): Pick<FindingFacts, "package"> => ({
  package: {
    ...(first as FindingFacts).package,
    namespace: null,
    name,
    version,
    purl: `pkg:npm/${name}@${version}`,
  },
});

/** In every row the one that stands left comes first. */
const rows: readonly (readonly [
  order: FindingOrder,
  name: string,
  before: FindingFacts,
  after: FindingFacts,
])[] = [
  [
    "risk",
    "malicious before all",
    finding({ kind: "malicious", severity: "unspecified" }),
    finding({ kev: true, severity: "critical" }),
  ],
  [
    "risk",
    "exploited before grave",
    finding({ kev: true, severity: "low" }),
    finding({ severity: "critical", score: 0.9 }),
  ],
  ["risk", "grave before likely", finding({ severity: "critical", score: 0.01 }), finding({ score: 0.9 })],
  ["risk", "likely before unlikely", finding({ score: 0.5 }), finding({ score: 0.4, fixedVersion: "1.0.0" })],
  ["risk", "likely before unknown", finding({ score: 0 }), finding({ fixedVersion: "1.0.0" })],
  [
    "risk",
    "what can be fixed first",
    finding({ score: 0.5, fixedVersion: "1.0.0" }),
    finding({ score: 0.5 }),
  ],
  [
    "risk",
    "medium before unspecified",
    finding({ severity: "medium" }),
    finding({ severity: "unspecified" }),
  ],
  [
    "risk",
    "unspecified before low",
    finding({ severity: "unspecified" }),
    finding({ severity: "low", score: 0.9 }),
  ],
  [
    "risk",
    "what applies before what may",
    finding({ severity: "low" }),
    finding({ status: "undetermined", kev: true }),
  ],
  [
    "risk",
    "what may apply before what is suppressed",
    finding({ status: "undetermined" }),
    finding({ suppressed: true, kev: true }),
  ],
  [
    "epss",
    "likely before grave",
    finding({ severity: "low", score: 0.5 }),
    finding({ severity: "critical", kev: true, score: 0.4 }),
  ],
  ["epss", "known before unknown", finding({ score: 0 }), finding({ severity: "critical" })],
  [
    "package",
    "by name",
    finding({ ...named("a"), severity: "low" }),
    finding({ ...named("b"), severity: "critical" }),
  ],
  ["package", "by version", finding(named("a", "1.0.0")), finding(named("a", "2.0.0"))],
];

for (const [order, name, before, after] of rows) {
  test(`${order}: ${name}`, () => {
    assert.deepEqual(orderFindings([before, after], order), [before, after]);
    assert.deepEqual(orderFindings([after, before], order), [before, after]);
  });
}

test("no order loses a finding, and those that it does not tell apart stay as they came", () => {
  for (const order of findingOrders) {
    assert.deepEqual(new Set(orderFindings(sampleFindings, order)), new Set(sampleFindings));
    const same = ["a", "b", "c"].map((vulnerability) => finding({ vulnerability }));
    assert.deepEqual(orderFindings(same, order), same);
  }
  assert.deepEqual(orderFindings(sampleFindings, "severity"), sampleFindings);
});
