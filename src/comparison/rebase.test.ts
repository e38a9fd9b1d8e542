/** What an image would be on another base, and what speaks for it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { sampleAnalysis, sampleFindings, samplePackages } from "../../test/golden/sample-analysis.ts";
import type { Analysis } from "../domain/analysis.ts";
import type { VersionOrder } from "../domain/comparison.ts";
import type { Package } from "../domain/package.ts";
import type { FindingFacts } from "../domain/policy.ts";
import { baseFacts, buildChain } from "./base-chain.ts";
import { rebaseImage } from "./rebase.ts";
import { toCandidate } from "./recommend.ts";

const order: VersionOrder = (_package, a, b) => (a === b ? 0 : Number(a) < Number(b) ? -1 : 1);
const [some] = samplePackages as [Package, ...Package[]];
const [known] = sampleFindings as [FindingFacts, ...FindingFacts[]];
const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;

/** `deb openssl 1 @0,2`: ecosystem, name, version and the layers of its places. */
function pkg(text: string): Package {
  const [ecosystem = "", name = "", version = "", places = "@0"] = text.split(" ");
  const evidence = places
    .slice(1)
    .split(",")
    .map((index) => ({ path: name, layer: digest(index), layerIndex: Number(index) }));
  return { ...some, ecosystem, name, version, namespace: null, evidence };
}

function analysis(packages: readonly string[], leaky: readonly string[] = [], layers = 1): Analysis {
  const made = packages.map(pkg);
  const findings = made
    .filter(({ name, version }) => leaky.includes(`${name} ${version}`))
    .map((each): FindingFacts => ({
      ...known,
      vulnerability: `CVE-${each.name}-${each.version}`,
      package: each,
      suppressed: false,
      status: "affected",
    }));
  const [layer] = sampleAnalysis.image.layers;
  assert.ok(layer);
  return {
    ...sampleAnalysis,
    baseImage: null,
    findings,
    sbom: { ...sampleAnalysis.sbom, packages: made, completeness: "complete" },
    image: {
      ...sampleAnalysis.image,
      sizeBytes: layers * 1_000_000,
      layers: Array.from({ length: layers }, (_, index) => ({
        ...layer,
        index,
        diffId: digest(String(index)),
        sizeBytes: 1_000_000,
      })),
    },
  };
}

/** Each: the image, its base, the candidate, and the packages of the image on it. The base has one layer, the image two. */
const cases: readonly (readonly [string, readonly string[], readonly string[], readonly string[], string])[] =
  [
    [
      "what the base brought is replaced",
      ["deb ssl 1 @0", "npm app 1 @1"],
      ["deb ssl 1"],
      ["deb ssl 2"],
      "ssl 2, app 1",
    ],
    [
      "what the image installs itself stays",
      ["deb ssl 1 @0", "deb git 5 @1"],
      ["deb ssl 1"],
      ["deb ssl 2"],
      "ssl 2, git 5",
    ],
    [
      "an upgrade of the image stays while the new base is older",
      ["deb ssl 3 @1"],
      ["deb ssl 1"],
      ["deb ssl 2"],
      "ssl 3",
    ],
    [
      "an upgrade of the image goes when the new base is as new",
      ["deb ssl 2 @1"],
      ["deb ssl 1"],
      ["deb ssl 4"],
      "ssl 4",
    ],
    [
      "what the image removed of its base is removed again",
      ["deb ssl 1 @0"],
      ["deb ssl 1", "deb curl 1"],
      ["deb ssl 2", "deb curl 2"],
      "ssl 2",
    ],
    [
      "two versions of a library stand side by side",
      ["npm a 1 @0", "npm a 2 @1"],
      ["npm a 1"],
      ["npm a 3"],
      "a 3, a 2",
    ],
  ];

for (const [name, image, base, candidate, expected] of cases) {
  test(`on another base ${name}`, () => {
    const rebase = rebaseImage({
      image: analysis(image, [], 2),
      layerCount: 1,
      base: analysis(base),
      candidate: analysis(candidate),
      order,
    });
    assert.equal(rebase.packages.map(({ name: of, version }) => `${of} ${version}`).join(", "), expected);
    assert.equal(rebase.sizeBytes, 2_000_000);
  });
}

test("vulnerabilities go and come with their packages, and another release is only an estimate", () => {
  const leaky = ["ssl 1", "git 5", "new 1"];
  const image = analysis(["deb ssl 1 @0", "deb git 5 @1"], leaky, 2);
  const next = analysis(["deb ssl 2", "deb new 1"], leaky);
  const other = {
    ...next,
    sbom: { ...next.sbom, distro: { ...next.sbom.distro, versionId: "99" } },
  } as Analysis;
  const ids = (of: readonly FindingFacts[]) => of.map(({ vulnerability }) => vulnerability);
  const same = rebaseImage({ image, layerCount: 1, base: null, candidate: next, order });
  assert.deepEqual([ids(same.removed), ids(same.added)], [["CVE-ssl-1"], ["CVE-new-1"]]);
  assert.deepEqual(ids(same.findings ?? []).toSorted(), ["CVE-git-5", "CVE-new-1"]);
  assert.deepEqual(same.caveats, []);
  const estimated = rebaseImage({ image, layerCount: 1, base: null, candidate: other, order });
  assert.equal(estimated.caveats.length, 1);
});

test("what speaks for and against a base are facts", () => {
  const image = analysis(["deb ssl 1 @0", "deb git 5 @1"], ["ssl 1"], 2);
  const candidate = { ...analysis(["deb ssl 2", "deb more 1", "deb most 1"]), endOfLife: "it is old" };
  const found = toCandidate(
    {
      kind: "update",
      name: "docker.io/library/alpine",
      tag: "4.1",
      digest: digest("a"),
      analysis: candidate,
      reason: null,
      rebase: null,
    },
    { tag: "3.2", createdAt: null, facts: baseFacts(image, 1), distro: image.sbom.distro, endOfLife: null },
  );
  assert.equal(found.dockerfile, `FROM alpine:4.1@${digest("a")}`);
  assert.deepEqual(found.benefits, [`1 fewer ${known.severity}`]);
  assert.deepEqual(found.drawbacks, [
    "2 packages more",
    "it is old",
    "another major version, 3 to 4: try it first",
  ]);
});

test("a chain names each base with the layers that it added, and how far it can be relied on", () => {
  const image = analysis([], [], 4);
  const base = (repository: string, layerCount: number, proved: boolean) => ({
    repository,
    tag: "1",
    digest: digest("d"),
    indexDigest: null,
    platform: "linux/amd64",
    chainId: digest("c"),
    historyId: null,
    layerCount,
    sizeBytes: 1,
    createdAt: null,
    recordedAt: "2030-01-01T00:00:00Z",
    proved,
    by: "person" as const,
  });
  const links = [base("floor", 1, true), base("middle", 3, false)];
  const shown = (of: Analysis) =>
    buildChain(of, links, null).map(
      ({ name, layers, confidence }) => `${name} ${layers?.first}-${layers?.last} ${confidence}`,
    );
  assert.deepEqual(shown(image), ["floor 0-0 likely", "middle 1-2 likely"]);
  assert.deepEqual(shown({ ...image, contentProved: true }), ["floor 0-0 proved", "middle 1-2 likely"]);
  const named: Analysis["baseImage"] = {
    name: "floor",
    tag: "1",
    digest: digest("d"),
    evidence: "provenance",
    claimedBy: null,
    currentDigest: null,
    currentReason: null,
    scratch: false,
  };
  // What has more layers than the base that provenance names is built on it, and is none of its bases.
  assert.deepEqual(shown({ ...image, baseImage: named }), ["floor 0-0 likely"]);
  assert.deepEqual(shown({ ...image, baseImage: { ...named, scratch: true } }), []);
});
