import assert from "node:assert/strict";
import { test } from "node:test";
import type { Advisory, SeverityRating, VulnerabilityContext } from "../domain/advisory.ts";
import type { Distro, Package } from "../domain/package.ts";
import { advisory, pkg, range } from "../../test/helpers/matching.ts";
import { fakeDatabase } from "./fixtures/database.ts";
import { matchKeyOf } from "./match-key.ts";
import { gatherAndMatch, matchPackages, matchSubjects } from "./match-packages.ts";

const debian: Distro = { id: "debian", versionId: "12", codename: null, name: "Debian 12", idLike: [] };
const inOpenssl = advisory("CVE-2026-1", {
  space: "deb:debian:12",
  name: "openssl",
  ranges: [range("0", "3.0.12", null, "deb")],
});
const inThing = advisory("GHSA-1", { ranges: [range("0", "2.0.0")], summary: "one" });
const fixedThing = advisory("GHSA-2", { ranges: [range("0", "0.5.0")] });
const database = fakeDatabase([inOpenssl, inThing, fixedThing]);

function binary(name: string, more: Partial<Package> = {}): Package {
  return pkg(name, "3.0.11", {
    ecosystem: "deb",
    namespace: "debian",
    purl: `pkg:deb/debian/${name}@3.0.11`,
    sourcePackage: { name: "openssl", version: "3.0.11" },
    ...more,
  });
}

const libssl = binary("libssl3");
const tool = binary("openssl");
const thing = pkg("thing", "1.0.0");
const quiet = pkg("quiet", "1.0.0");
const strange = pkg("strange", "1", { ecosystem: "cobol", purl: "pkg:cobol/strange@1" });

test("match packages: each has its own findings and keys, in the order given", () => {
  const { packages, problems } = matchPackages([thing, tool, quiet, libssl, strange], debian, database);
  assert.deepEqual(
    packages.map(({ package: { name }, findings, keys }) => [
      name,
      findings.map(({ vulnerability }) => vulnerability),
      keys.map((key) => `${key.space} ${key.name}`),
    ]),
    [
      ["thing", ["GHSA-1"], ["npm thing"]],
      ["openssl", ["CVE-2026-1"], ["deb:debian:12 openssl"]],
      ["quiet", [], ["npm quiet"]],
      ["libssl3", ["CVE-2026-1"], ["deb:debian:12 openssl"]],
      ["strange", [], []],
    ],
  );
  assert.ok(packages.every((each) => each.findings.every((finding) => finding.package === each.package)));
  assert.deepEqual(problems, []);
});

test("match packages: one batch for all", () => {
  const asked: number[] = [];
  const counting = {
    ...database,
    findAdvisories: (keys: Parameters<typeof database.findAdvisories>[0]) => {
      asked.push(keys.length);
      return database.findAdvisories(keys);
    },
  };
  matchPackages([thing, tool, quiet, libssl], debian, counting);
  assert.deepEqual(asked, [4]);
});

test("match packages: a package alone and among others has the same, and so has its twin by key", () => {
  const together = matchPackages([thing, libssl, quiet], debian, database).packages[1];
  const twin = binary("libssl3", { evidence: [], licenses: ["MIT"], description: "elsewhere" });
  assert.equal(matchKeyOf(twin, debian), matchKeyOf(libssl, debian));
  const [alone] = matchPackages([twin], debian, database).packages;
  assert.equal(alone?.advisoryDigest, together?.advisoryDigest);
  const publicPart = (findings: typeof together) =>
    findings?.findings.map((each) => ({ ...each, package: null }));
  assert.deepEqual(publicPart(alone), publicPart(together));
});

/** Digest of `thing` where the database holds these advisories. */
function digestWith(advisories: readonly Advisory[]): string {
  return matchPackages([thing], debian, fakeDatabase(advisories)).packages[0]?.advisoryDigest ?? "";
}

test("advisory digest: the same for the same advisories, whatever their order and that of their fields", () => {
  const known = digestWith([inThing, fixedThing]);
  assert.match(known, /^sha256:[0-9a-f]{64}$/);
  assert.equal(digestWith([fixedThing, inThing, inOpenssl]), known);
  const reversed = Object.fromEntries(Object.entries(inThing).toReversed()) as unknown as Advisory;
  assert.equal(digestWith([reversed, fixedThing]), known);
});

test("advisory digest: another for any change, also of an advisory that does not hold the version", () => {
  const rated = { source: "NVD", type: null, vector: null, score: null, severity: "high" } as const;
  const digests = [
    [inThing, fixedThing],
    [inThing],
    [],
    [{ ...inThing, summary: "two" }, fixedThing],
    [{ ...inThing, severities: [rated] }, fixedThing],
    [inThing, { ...fixedThing, ranges: [range("0", "0.6.0")] }],
    [inThing, fixedThing, fixedThing],
  ].map(digestWith);
  assert.equal(new Set(digests).size, digests.length);
});

test("what the distribution says of the owner has the word, and a new word gives another digest", () => {
  const owned = { ...thing, ownedBy: "pkg:deb/debian/libthing@1?arch=all&distro=debian-12&upstream=openssl" };
  const stated = advisory("GHSA-1", { space: "deb:debian:12", name: "openssl", fixState: "not_affected" });
  const [before, after] = [database, fakeDatabase([inOpenssl, inThing, stated])].map(
    (each) => matchPackages([owned], debian, each).packages[0],
  );
  assert.deepEqual([before?.findings.length, after?.findings.length], [1, 0]);
  assert.notEqual(before?.advisoryDigest, after?.advisoryDigest);
});

test("what a package of the distribution owns is judged by it, unless others built the owner", () => {
  const owners: readonly (readonly [owner: string, isOwn: boolean])[] = [
    ["pkg:deb/debian/node-thing@1.0.0-1?arch=all&distro=debian-12", true],
    ["pkg:deb/debian/node-thing@1.0.0%2Bds-1?arch=all", true],
    ["pkg:deb/debian/nodejs@20.1.0-1nodesource1?arch=amd64&distro=debian-12", false],
    ["pkg:deb/debian/php-x@8.2%2B0~20230606.40%2Bdebian12~1.gbp3c?arch=amd64", false],
    ["pkg:rpm/almalinux/nodejs@18.16.0-1nodesource?arch=x86_64", false],
    ["pkg:apk/alpine/npm@10.0-r0", true],
  ];
  for (const [ownedBy, isOwn] of owners) {
    const [matched] = matchPackages([{ ...thing, ownedBy }], debian, database).packages;
    // Where it is owned, both names decide: a word of the distribution that comes later changes what is found.
    assert.deepEqual([ownedBy, matched?.keys.length], [ownedBy, isOwn ? 2 : 1]);
    assert.deepEqual(
      matched?.findings.map(({ state }) => state),
      [isOwn ? "undetermined" : "affected"],
    );
  }
});

test("ratings of the vulnerability decide where the advisories on the package do not, and the digest tells", () => {
  const nvd = (severity: SeverityRating["severity"], score: number): SeverityRating => ({
    source: "NVD",
    type: "CVSS_V3",
    vector: `CVSS:3.1/${score}`,
    score,
    severity,
  });
  const named = { ...inThing, aliases: ["CVE-2026-2"] };
  const matched = (contexts: Readonly<Record<string, VulnerabilityContext>>) =>
    matchPackages([thing, quiet], debian, fakeDatabase([named, inOpenssl], contexts)).packages;
  const context = { kev: null, epss: null };
  const kev = { dateAdded: "2026-11-01", ransomware: false };
  const [without, same, rated, other] = [
    {},
    { "CVE-2026-2": { ...context, kev } },
    { "CVE-2026-2": { ...context, ratings: [nvd("high", 7.5)], cwes: ["CWE-79"] } },
    { "CVE-2026-2": { ...context, ratings: [nvd("low", 3.1)] } },
  ].map(matched);
  const finding = rated?.[0]?.findings[0];
  assert.deepEqual([finding?.severity, finding?.rating?.source, finding?.cwes], ["high", "NVD", ["CWE-79"]]);
  assert.equal(without?.[0]?.findings[0]?.severity, "unspecified");
  const digests = [without, same, rated, other].map((each) => each?.[0]?.advisoryDigest);
  assert.equal(digests[0], digests[1], "KEV is not kept with a finding");
  assert.equal(new Set(digests).size, 3);
  assert.equal(new Set([without, rated, other].map((each) => each?.[1]?.advisoryDigest)).size, 1);
});

test("findings are ordered by the severity that was decided at last", () => {
  const worse = advisory("GHSA-3", { ranges: [range("0", "2.0.0")] });
  const critical = { source: "NVD", type: null, vector: null, score: null, severity: "critical" } as const;
  const contexts = { "GHSA-3": { kev: null, epss: null, ratings: [critical] } };
  const subjects = matchSubjects([thing], debian);
  const options = { watch: null, severitySources: [] };
  const { findings } = gatherAndMatch(subjects, fakeDatabase([inThing, worse], contexts), options);
  assert.deepEqual(
    findings.map(({ vulnerability }) => vulnerability),
    ["GHSA-3", "GHSA-1"],
  );
});

test("advisory digest: what is found under one name is not what is found under another", () => {
  const { packages } = matchPackages([quiet, pkg("silent", "1.0.0")], debian, database);
  assert.notEqual(packages[0]?.advisoryDigest, packages[1]?.advisoryDigest);
});
