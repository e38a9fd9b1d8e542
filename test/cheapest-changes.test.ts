/** The search for the cheapest changes, judged by real policies over facts that are made up. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { isSystemPackage, rebaseCost } from "../src/comparison/change-costs.ts";
import type { Judges } from "../src/comparison/change-steps.ts";
import { cheapestChanges } from "../src/comparison/cheapest-changes.ts";
import type { BaseCandidate } from "../src/domain/base-advice.ts";
import type { BaseVariant, TriedPackage } from "../src/domain/change-plan.ts";
import type { FindingFacts, ImageFacts, PolicyResult } from "../src/domain/policy.ts";
import { evaluatePolicies } from "../src/policies/evaluate.ts";
import { configWith, factsWith, findingWith, packageWith } from "../src/policies/fixtures/facts.ts";
import type { PolicyDefinition } from "../src/policies/types.ts";

const policy = (type: string, config: Record<string, unknown> = {}): PolicyDefinition => ({
  id: type,
  title: type,
  type,
  weight: 1,
  enabled: true,
  config,
});

const everySeverity = ["critical", "high", "medium", "low", "unspecified"];
const noVulnerability = policy("severity", { severities: everySeverity, fixable_only: false });

function judges(policies: readonly PolicyDefinition[], more: Partial<Judges> = {}): Judges {
  return {
    all: async (facts) => evaluatePolicies(facts, policies),
    builtIn: (facts, asked) =>
      evaluatePolicies(
        facts,
        policies.filter(({ id }) => asked.has(id)),
      ),
    stops: ({ status }) => status !== "met",
    ofFindings: new Set(["severity"]),
    ...more,
  };
}

const pkg = (name: string, version: string, ecosystem = "npm") =>
  packageWith({ ecosystem, namespace: null, name, version, purl: `pkg:${ecosystem}/${name}@${version}` });

const finding = (vulnerability: string, of: ReturnType<typeof pkg>): FindingFacts =>
  findingWith({ vulnerability, package: of, status: "affected", suppressed: false });

function tried(of: ReturnType<typeof pkg>, version: string, left: readonly string[] = []): TriedPackage {
  const as = { ...of, version };
  return { package: of, version, as, findings: left.map((id) => finding(id, as)) };
}

const asIs = (facts: ImageFacts, more: Partial<BaseVariant> = {}): BaseVariant => ({
  candidate: null,
  facts,
  tried: [],
  isOwn: (each) => !isSystemPackage(each),
  ...more,
});

const qs = pkg("qs", "1.0.0");
const openssl = pkg("openssl", "3.0.1", "deb");
const vulnerable = factsWith({ packages: [qs], findings: [finding("CVE-1", qs), finding("CVE-2", qs)] });

const upgrades: readonly (readonly [string, readonly TriedPackage[], readonly string[], number])[] = [
  ["the cheapest version that clears all", [tried(qs, "2.0.0"), tried(qs, "1.1.0")], ["1.1.0"], 2],
  [
    "a major version where a smaller one leaves something",
    [tried(qs, "1.0.1", ["CVE-2"]), tried(qs, "2.0.0")],
    ["2.0.0"],
    6,
  ],
  ["a version that brings nothing new", [tried(qs, "1.0.1", ["CVE-9"]), tried(qs, "1.2.0")], ["1.2.0"], 2],
  ["to do without where no version is clean", [tried(qs, "1.0.1", ["CVE-1"])], ["drop"], 20],
  ["to do without where no version is known", [], ["drop"], 20],
];

for (const [name, versions, expected, cost] of upgrades) {
  test(`changes: ${name}`, async () => {
    const plan = await cheapestChanges([asIs(vulnerable, { tried: versions })], judges([noVulnerability]));
    assert.deepEqual(
      plan.changes.map(({ kind, to }) => to ?? kind),
      expected,
    );
    assert.deepEqual([plan.cost, plan.remaining], [cost, []]);
    assert.deepEqual(plan.changes[0]?.clears, ["CVE-1", "CVE-2"]);
  });
}

test("changes: what the base brought and nobody mends remains impossible", async () => {
  const facts = factsWith({ packages: [openssl], findings: [finding("CVE-1", openssl)] });
  const plan = await cheapestChanges([asIs(facts)], judges([noVulnerability]));
  assert.deepEqual(plan.changes, []);
  assert.deepEqual(
    plan.remaining.map(({ policy: id, deviations }) => [id, deviations.length]),
    [["severity", 1]],
  );
});

test("changes: half a cure is advised where there is no whole one, and the rest is told", async () => {
  const facts = factsWith({
    packages: [openssl],
    findings: [finding("CVE-1", openssl), finding("CVE-2", openssl)],
  });
  const plan = await cheapestChanges(
    [asIs(facts, { tried: [tried(openssl, "3.0.2", ["CVE-2"])] })],
    judges([noVulnerability]),
  );
  assert.deepEqual(
    plan.changes.map(({ to, cost }) => [to, cost]),
    [["3.0.2", 1]],
  );
  assert.equal(plan.remaining[0]?.deviations[0]?.vulnerability, "CVE-2");
});

test("changes: a base counts with what is left to do on it", async () => {
  const facts = factsWith({ packages: [qs, openssl], findings: [finding("CVE-1", openssl)] });
  const base = (kind: "refresh" | "update", tag: string) =>
    ({
      kind,
      name: "debian",
      tag,
      digest: `sha256:${tag}`,
      dockerfile: "",
      rebase: null,
      analysis: null,
    }) as never;
  const worse = asIs(factsWith({ packages: [qs], findings: [finding("CVE-3", qs)] }), {
    candidate: base("refresh", "13"),
    tried: [tried(qs, "2.0.0")],
  });
  const good = asIs(factsWith({ packages: [qs] }), { candidate: base("update", "14") });
  const own = asIs(facts);
  const plan = await cheapestChanges([own, worse, good], judges([noVulnerability]));
  // A refresh and a major version cost as much as another base; of equals the first is kept.
  assert.deepEqual(
    plan.changes.map(({ kind }) => kind),
    ["rebase", "upgrade"],
  );
  assert.deepEqual([plan.cost, plan.basesTried], [8, 2]);
  const mended = asIs(facts, { tried: [tried(openssl, "3.0.2")] });
  const cheaper = await cheapestChanges([mended, worse, good], judges([noVulnerability]));
  assert.deepEqual(
    cheaper.changes.map(({ kind, cost }) => [kind, cost]),
    [["upgrade", 1]],
  );
});

const root = factsWith({ config: configWith("") });

test("changes: user, labels, secrets, checks and age each have their own", async () => {
  const secret = {
    rule: "key",
    title: "A key",
    severity: "high",
    place: { kind: "file", path: "app/.env", line: 3, layer: null, layerIndex: null },
    shown: "…",
    removedIn: null,
  } as const;
  const check = {
    check: { id: "PLM-0004", title: "Clean", severity: "high", references: [], fix: "Clean it." },
    status: "failed",
    reason: null,
    findings: [],
    findingCount: 2,
  } as const;
  const facts: ImageFacts = {
    ...root,
    secrets: { findings: [secret], notListed: 0, notSearched: [] },
    hygiene: [check],
    image: { createdAt: "2026-01-01T00:00:00Z", sizeBytes: 1, layerCount: 1, revision: null },
  };
  const policies = [
    policy("non-root"),
    policy("required-metadata", { labels: ["team", "url=https://*"] }),
    policy("secrets"),
    policy("hygiene"),
    policy("image-limits"),
  ];
  const plan = await cheapestChanges([asIs(facts)], judges(policies));
  assert.deepEqual(
    plan.changes.map(({ kind, text }) => `${kind}: ${text}`),
    [
      "user: Run as a user other than root",
      "label: Add the label team",
      "label: Add the label url",
      "secret: Build without the A key in app/.env:3, and revoke it",
      "hygiene: PLM-0004: Clean it.",
    ],
  );
  // Whatever is changed is built anew, so its age needs no change of its own.
  assert.deepEqual(plan.remaining, []);
  const old = await cheapestChanges(
    [asIs({ ...facts, config: configWith("1000") })],
    judges([policy("image-limits")]),
  );
  assert.deepEqual(
    old.changes.map(({ kind }) => kind),
    ["rebuild"],
  );
});

test("changes: what is done beside the image is assumed, and said to be", async () => {
  const facts = factsWith({
    attestations: [],
    signatures: null,
    missing: { signatures: "nobody is trusted" },
  });
  const plan = await cheapestChanges([asIs(facts)], judges([policy("signed-by")]));
  assert.deepEqual(
    plan.changes.map(({ kind, assumed }) => [kind, assumed]),
    [["process", true]],
  );
  assert.deepEqual(plan.remaining, []);
  assert.match(plan.caveats[0] ?? "", /another image/);
});

test("changes: whether people's own rule wants another user is tried", async () => {
  const written = (facts: ImageFacts): PolicyResult => ({
    policy: "own-rule",
    type: "cel",
    title: "Own rule",
    status: facts.config?.user === "" ? "not_met" : "met",
    reason: null,
    deviations: [],
    weight: 1,
    lost: 0,
    debug: [],
  });
  const plan = await cheapestChanges([asIs(root)], judges([], { all: async (facts) => [written(facts)] }));
  assert.deepEqual(
    plan.changes.map(({ kind, policies }) => [kind, policies]),
    [["user", ["own-rule"]]],
  );
  const never = { ...written(root), status: "not_met" as const };
  const none = await cheapestChanges([asIs(root)], judges([], { all: async () => [never] }));
  assert.deepEqual([none.changes, none.remaining.length], [[], 1]);
});

/** Each: kind, tag now, tag then, distribution then (now it is Debian), and the cost. */
const bases: readonly (readonly ["refresh" | "update", string | null, string, string | null, number])[] = [
  ["refresh", "13", "13", "debian", 2],
  ["update", "22.1-slim", "22.2-slim", "debian", 4],
  ["update", "22-slim", "24-slim", "debian", 8],
  ["update", "22-slim", "22-alpine", "alpine", 12],
  ["update", "22", "22-slim", null, 8],
  ["update", null, "22", "debian", 8],
];

for (const [kind, tag, to, distribution, cost] of bases) {
  test(`changes: a base ${kind} from ${tag ?? "no tag"} to ${to} costs ${cost}`, () => {
    const distro = distribution === null ? null : { id: distribution };
    const candidate = { kind, tag: to, analysis: { sbom: { distro } } } as unknown as BaseCandidate;
    assert.equal(rebaseCost(candidate, { tag, distribution: "debian" }), cost);
  });
}
