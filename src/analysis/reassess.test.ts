import assert from "node:assert/strict";
import { test } from "node:test";
import { sampleImage, sampleSbom } from "../../test/golden/sample-analysis.ts";
import { advisory } from "../../test/helpers/matching.ts";
import type { VulnerabilityContext } from "../domain/advisory.ts";
import { chainIds } from "../domain/chain-id.ts";
import { historyIds } from "../domain/history-id.ts";
import type { Sbom } from "../domain/package.ts";
import type { BaseByLayers } from "../domain/ports.ts";
import type { Problem } from "../domain/problem.ts";
import { makeSymbolFilter } from "../domain/symbol-filter.ts";
import { builtInPolicies, optionalPolicies } from "../policies/definitions.ts";
import { exceptionWith, findingWith, packageWith, statementWith } from "../vex/fixtures/findings.ts";
import { fakeDatabase } from "./fixtures/database.ts";
import { describeDatabase } from "./database-state.ts";
import { reassess, type ReassessInput } from "./reassess.ts";

const now = new Date("2026-11-21T12:00:00Z");
const kev: VulnerabilityContext = { kev: { dateAdded: "2026-01-01", ransomware: false }, epss: null };
const database = fakeDatabase([], { "DSA-1-1": kev });
const finding = findingWith({ fixedVersion: "3.0.12" });
const base = { name: "localhost:5000/org/dhi-python", tag: "3.13", digest: `sha256:${"c".repeat(64)}` };
const chain = chainIds(sampleImage.layers.map(({ diffId }) => diffId));

function inputWith(changes: Partial<ReassessInput> = {}): ReassessInput {
  return {
    image: { ...sampleImage, attestations: [] },
    sbom: sampleSbom,
    openProblems: [],
    contentProved: true,
    findings: [finding],
    database: describeDatabase(database.status, [], { now, ageHoursMax: 24 }),
    findContexts: (ids) => database.findContexts(ids),
    statements: [],
    trustsAuthor: null,
    exceptions: [],
    policies: builtInPolicies,
    debugPolicies: false,
    findBaseByLayers: () => Promise.resolve(base),
    resolveTag: () => Promise.resolve({ digest: base.digest }),
    acceptsUnsignedProvenance: false,
    now,
    ...changes,
  };
}

async function resultOf(policy: string, changes: Partial<ReassessInput> = {}): Promise<string> {
  const { verdict } = await reassess(inputWith(changes));
  const result = verdict?.results.find((each) => each.policy === policy);
  return `${result?.status}${result?.reason === null ? "" : `: ${result?.reason}`}`;
}

test("reassess: EPSS and KEV are joined by any id of the vulnerability", async () => {
  const { findings } = await reassess(inputWith());
  assert.deepEqual(findings?.[0]?.context, kev);
  assert.equal(await resultOf("high-profile-vulnerabilities"), "not_met");
});

test("reassess: a Go program without the vulnerable functions is not affected, unless somebody says otherwise", async () => {
  const pkg = packageWith({
    ecosystem: "golang",
    purl: "pkg:golang/golang.org/x/net@v0.1.0",
    evidence: [{ path: "usr/bin/app", layer: null, layerIndex: null }],
  });
  const row = advisory("GO-1", { symbols: [{ path: "golang.org/x/net/html", names: ["Parse"] }] });
  const key = { space: "golang", name: "golang.org/x/net", version: "v0.1.0", by: "package" as const };
  const evidence = [{ advisory: row, key, range: null, comparison: "" }];
  const inGo = { ...finding, package: pkg, evidence };
  const functionTables = [{ path: "usr/bin/app", filter: makeSymbolFilter(new Set(["runtime main"])) }];
  const sbom = { ...sampleSbom, functionTables };
  const statusOf = async (changes: Partial<ReassessInput>) => {
    const { findings } = await reassess(inputWith({ sbom, findings: [inGo], ...changes }));
    const [first] = findings ?? [];
    return `${first?.status} ${first?.suppressed} by ${first?.statement?.author ?? "nobody"}`;
  };
  assert.equal(await statusOf({}), "not_affected true by Plimsoll");
  assert.equal(await statusOf({ usesReachability: false }), "affected false by nobody");
  assert.equal(await statusOf({ sbom: sampleSbom }), "affected false by nobody");
  const says = statementWith({
    status: "affected",
    justification: null,
    products: [{ ids: [pkg.purl], subcomponents: [] }],
  });
  assert.equal(await statusOf({ statements: [says] }), `affected false by ${says.author}`);
});

test("reassess: findings and packages that a later layer removed are told, and decide nothing", async () => {
  const removedIn = { layer: "sha256:later", layerIndex: 3 };
  const removed = { ...finding, package: { ...finding.package, removedIn } };
  const changes = {
    findings: [removed],
    sbom: { ...sampleSbom, packages: sampleSbom.packages.map((pkg) => ({ ...pkg, removedIn })) },
  };
  const { findings } = await reassess(inputWith(changes));
  assert.deepEqual(
    findings?.map(({ package: pkg, suppressed }) => [pkg.removedIn?.layerIndex, suppressed]),
    [[3, false]],
  );
  assert.match(await resultOf("fixable-vulnerabilities", changes), /^met/);
  assert.match(await resultOf("copyleft-license", changes), /^no_data: no package was found/);
});

test("reassess: what is known of system files and coverage reaches the policies", async () => {
  const policies = optionalPolicies.map((policy) => ({ ...policy, enabled: true }));
  const none = { count: 0, paths: [] };
  const systemFiles = { listed: 1, compared: 1, modified: none, missing: none, unowned: none };
  const sbom: Sbom = { ...sampleSbom, problems: [], completeness: "complete", systemFiles };
  assert.match(await resultOf("untouched-system-files", { policies, sbom }), /^met/);
  assert.match(await resultOf("untouched-system-files", { policies }), /^no_data: no package database lists/);
  assert.match(await resultOf("inventory-coverage", { policies, sbom }), /^met/);
  const openProblems: Problem[] = [{ code: "BLOB_MISSING", message: "gone", path: null, layer: null }];
  assert.match(await resultOf("inventory-coverage", { policies, sbom, openProblems }), /^not_met/);
  const origin = { kind: "document", format: "spdx" } as const;
  const document = { ...sampleSbom, problems: [], completeness: "complete", origin } as const;
  assert.match(await resultOf("inventory-coverage", { policies, sbom: document }), /^no_data/);
  assert.match(
    await resultOf("untouched-system-files", { policies, sbom: document }),
    /^no_data: an SBOM lists packages/,
  );
});

test("reassess: an exception turns the verdict, and back when it ends", async () => {
  const exceptions = [exceptionWith({ kind: "accepted_risk", expiresAt: "2026-11-22T00:00:00Z" })];
  assert.equal(await resultOf("fixable-vulnerabilities"), "not_met");
  assert.match(await resultOf("fixable-vulnerabilities", { exceptions }), /^met/);
  const { findings } = await reassess(inputWith({ exceptions }));
  assert.deepEqual([findings?.[0]?.status, findings?.[0]?.exception], ["affected", exceptions[0]]);
  const later = new Date("2026-11-22T00:00:00Z");
  assert.equal(await resultOf("fixable-vulnerabilities", { exceptions, now: later }), "not_met");
});

test("reassess: the scope of an exception is compared with this image", async () => {
  const about = (repository: string) => [exceptionWith({ scope: { repository, digest: null, purl: null } })];
  assert.equal(
    await resultOf("fixable-vulnerabilities", { exceptions: about("docker.io/org/none") }),
    "not_met",
  );
  const repository = sampleImage.repository ?? "";
  assert.match(await resultOf("fixable-vulnerabilities", { exceptions: about(repository) }), /^met/);
});

test("reassess: exceptions come after statements", async () => {
  const products = [{ ids: [finding.package.purl], subcomponents: [] }];
  const statements = [statementWith({ status: "affected", justification: null, products })];
  const { findings } = await reassess(inputWith({ statements, exceptions: [exceptionWith()] }));
  const [first] = findings ?? [];
  assert.deepEqual(
    [first?.statement, first?.status, first?.suppressed],
    [statements[0], "not_affected", true],
  );
});

test("reassess: findings come out in the order of reports", async () => {
  const low = findingWith({ severity: "low", vulnerability: "CVE-2026-3" });
  const other = findingWith({ package: packageWith({ purl: "pkg:deb/debian/aaa@1", name: "aaa" }) });
  const orders = [
    [low, finding, other],
    [other, low, finding],
  ];
  for (const findings of orders) {
    const reassessed = await reassess(inputWith({ findings }));
    assert.deepEqual(
      reassessed.findings?.map(({ vulnerability, package: { name } }) => `${name} ${vulnerability}`),
      ["aaa CVE-2026-1", "libssl3 CVE-2026-1", "libssl3 CVE-2026-3"],
    );
  }
});

test("reassess: without a database nothing is said of findings, without policies there is no verdict", async () => {
  const without = { findings: null, database: null, findContexts: null };
  const { findings, verdict } = await reassess(inputWith(without));
  assert.equal(findings, null);
  assert.equal(verdict?.status, "not_met");
  assert.match(await resultOf("fixable-vulnerabilities", without), /^no_data: no vulnerability database/);
  assert.equal((await reassess(inputWith({ policies: null }))).verdict, null);
});

test("reassess: the base is asked for by the chain IDs of this image and then by its tag", async () => {
  const asked: unknown[] = [];
  const findBaseByLayers: BaseByLayers = (ids, image) => {
    asked.push(ids, image);
    return Promise.resolve(base);
  };
  const { baseImage } = await reassess(
    inputWith({
      findBaseByLayers,
      resolveTag: (repository, tag) => {
        asked.push(repository, tag);
        return Promise.resolve({ digest: base.digest });
      },
    }),
  );
  const history = historyIds(sampleImage.config.history);
  const image = { digest: sampleImage.digest, historyIds: history };
  assert.deepEqual(asked, [chain, image, base.name, base.tag]);
  assert.deepEqual([baseImage?.evidence, baseImage?.currentDigest], ["layers", base.digest]);
});

const approving = builtInPolicies.map((policy) =>
  policy.type === "approved-base-images"
    ? {
        ...policy,
        config: { allowed_base_images: ["localhost:5000/org/dhi-*"], allowed_distros_only: false },
      }
    : policy,
);
const NAME = "org.opencontainers.image.base.name";
const claiming = {
  image: {
    ...sampleImage,
    attestations: [],
    annotations: { [NAME]: `${base.name}:3.13` },
    config: { ...sampleImage.config, labels: { [NAME]: `${base.name}:3.13` } },
  },
  resolveTag: () => assert.fail("a registry is never asked on the word of a label"),
};
const none: BaseByLayers = () => Promise.resolve(null);
const unsigned = {
  predicateType: "https://slsa.dev/provenance/v1",
  predicate: {
    buildDefinition: {
      resolvedDependencies: [
        { uri: `pkg:docker/${base.name}@3.13`, digest: { sha256: base.digest.slice("sha256:".length) } },
      ],
    },
  },
  subjectDigests: [sampleImage.digest ?? ""],
  storage: "in-index",
  trust: "unsigned",
} as const;
const fromScratch = {
  ...unsigned,
  predicate: {
    runDetails: {
      metadata: {
        buildkit_metadata: { source: { infos: [{ data: Buffer.from("FROM scratch").toString("base64") }] } },
      },
    },
  },
};
const CLAIMED = "no_data: base only claimed";
const BY_PROVENANCE = "no_data: base only claimed: named only by unsigned provenance";

const baseRows: [name: string, changes: Partial<ReassessInput>, approved: string, current: string][] = [
  ["proven by its layers", {}, "met", "met"],
  [
    "proven by its layers, another claimed",
    { image: { ...claiming.image, annotations: { [NAME]: "x" } } },
    "met",
    "met",
  ],
  [
    "another proven by its layers, this one claimed",
    {
      ...claiming,
      findBaseByLayers: () => Promise.resolve({ ...base, name: "docker.io/library/debian", tag: null }),
    },
    "not_met",
    "no_data: the tag of the base image is not known",
  ],
  ["a forged label and annotation", { ...claiming, findBaseByLayers: none }, CLAIMED, CLAIMED],
  ["a forged label, layers not compared", { ...claiming, contentProved: false }, CLAIMED, CLAIMED],
  [
    "unsigned provenance",
    { ...claiming, image: { ...sampleImage, attestations: [unsigned] }, findBaseByLayers: none },
    BY_PROVENANCE,
    BY_PROVENANCE,
  ],
  [
    "scratch by unsigned provenance",
    { ...claiming, image: { ...sampleImage, attestations: [fromScratch] }, findBaseByLayers: none },
    BY_PROVENANCE,
    BY_PROVENANCE,
  ],
  [
    "unsigned provenance that is accepted",
    {
      image: { ...sampleImage, attestations: [unsigned] },
      findBaseByLayers: null,
      acceptsUnsignedProvenance: true,
    },
    "met",
    "met",
  ],
];

for (const [name, changes, approved, current] of baseRows) {
  test(`reassess: approved and up to date base: ${name}`, async () => {
    const input = { policies: approving, ...changes };
    const status = (text: string) => (text.startsWith("not_met") ? "not_met" : text);
    assert.equal(status(await resultOf("approved-base-images", input)), approved);
    assert.equal(status(await resultOf("no-stale-base-images", input)), current);
  });
}
