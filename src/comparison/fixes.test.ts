/** The smallest upgrades: every version that is named as a fix is tried, and the smallest that leaves the fewest wins. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { sampleFindings } from "../../test/golden/sample-analysis.ts";
import type { VersionOrder } from "../domain/comparison.ts";
import type { FindingFacts } from "../domain/policy.ts";
import { adviseFixes, versionsToTry } from "./fixes.ts";
import { upgradeCommand, upgradeStep } from "./upgrade.ts";

const order: VersionOrder = (_package, a, b) => (a === b ? 0 : Number(a) < Number(b) ? -1 : 1);
const [known] = sampleFindings as [FindingFacts, ...FindingFacts[]];
const pkg = {
  ...known.package,
  ecosystem: "npm",
  namespace: null,
  name: "a",
  version: "1",
  sourcePackage: null,
};

function finding(
  vulnerability: string,
  fixedVersion: string | null,
  more: Partial<FindingFacts> = {},
): FindingFacts {
  const [evidence] = known.evidence;
  assert.ok(evidence);
  const range = { scheme: "semver", introduced: "0", fixed: fixedVersion, lastAffected: null };
  return {
    ...known,
    vulnerability,
    fixedVersion,
    package: pkg,
    status: "affected",
    suppressed: false,
    evidence: [
      {
        ...evidence,
        key: { ...evidence.key, version: "1" },
        range,
        advisory: { ...evidence.advisory, ranges: [range] },
      },
    ],
    ...more,
  };
}

/** Each: the findings; what is left in each version; the version, what it clears, and what it brings. */
const cases: readonly (readonly [
  string,
  readonly FindingFacts[],
  Readonly<Record<string, readonly string[]>>,
  { version: string | null; cleared: readonly string[]; introduced: readonly string[] },
])[] = [
  [
    "one upgrade clears all",
    [finding("A", "2"), finding("B", "3")],
    { "2": ["B"], "3": [] },
    { version: "3", cleared: ["A", "B"], introduced: [] },
  ],
  [
    "the smallest of those that clear as many",
    [finding("A", "2"), finding("B", "9")],
    { "2": [], "9": [] },
    { version: "2", cleared: ["A", "B"], introduced: [] },
  ],
  [
    "a fix that has a vulnerability of its own",
    [finding("A", "2")],
    { "2": ["C"] },
    { version: "2", cleared: ["A"], introduced: ["C"] },
  ],
  ["nothing helps", [finding("A", "2")], { "2": ["A"] }, { version: null, cleared: [], introduced: [] }],
  ["no fix is known", [finding("A", null)], {}, { version: null, cleared: [], introduced: [] }],
  [
    "what is suppressed brings nothing new",
    [finding("A", "2"), finding("S", null, { suppressed: true, status: "not_affected" })],
    { "2": ["S"] },
    { version: "2", cleared: ["A"], introduced: [] },
  ],
];

for (const [name, findings, left, expected] of cases) {
  test(`upgrades: ${name}`, () => {
    const wanted = versionsToTry(findings, order);
    const tried = wanted.flatMap(({ package: of, versions }) =>
      versions.map((version) => ({ package: of, version, left: new Set(left[version]) })),
    );
    const { packages } = adviseFixes({ findings, tried, layerCount: null });
    const [fix] = packages;
    assert.equal(fix?.version, expected.version);
    assert.deepEqual(
      fix?.cleared.map(({ vulnerability }) => vulnerability),
      expected.cleared,
    );
    assert.deepEqual(fix?.introduced, expected.introduced);
  });
}

test("each finding has the smallest version that clears it, and the image what is left", () => {
  const findings = [finding("A", "2"), finding("B", "3"), finding("C", null)];
  const tried = [
    { package: pkg, version: "2", left: new Set(["B", "C"]) },
    { package: pkg, version: "3", left: new Set(["C"]) },
  ];
  const advice = adviseFixes({ findings, tried, layerCount: 1 });
  assert.deepEqual(
    advice.packages[0]?.findings.map(({ finding: { vulnerability }, version }) => [vulnerability, version]),
    [
      ["A", "2"],
      ["B", "3"],
      ["C", null],
    ],
  );
  assert.deepEqual(
    advice.left.map(({ vulnerability }) => vulnerability),
    ["C"],
  );
  assert.equal(advice.packages[0]?.fromBase, true);
});

test("versions below or equal to the package's own are not tried", () => {
  assert.deepEqual(
    versionsToTry([finding("A", "1"), finding("B", "0"), finding("C", "10"), finding("D", "9")], order).map(
      ({ versions }) => versions,
    ),
    [["9", "10"]],
  );
});

for (const [from, to, step] of [
  ["1.2.3", "1.2.4", "patch"],
  ["1.2.3", "1.3.0", "minor"],
  ["v1.2.3", "v2.0.0", "major"],
  ["1", "1.0.1", "patch"],
  ["x", "2", "unknown"],
] as const) {
  test(`from ${from} to ${to} is a step of the kind ${step}`, () =>
    assert.equal(upgradeStep(pkg, from, to), step));
}

test("a command holds nothing that a shell would read", () => {
  assert.equal(upgradeCommand(pkg, "2.0.0"), "npm install a@2.0.0");
  assert.equal(upgradeCommand({ ...pkg, name: "a;rm -rf b" }, "2"), null);
  assert.equal(upgradeCommand({ ...pkg, name: "--registry" }, "2"), null);
  assert.equal(upgradeCommand(pkg, "$(id)"), null);
  assert.equal(upgradeStep({ ...pkg, ecosystem: "deb" }, "1", "2"), "unknown");
});
