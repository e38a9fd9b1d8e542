import assert from "node:assert/strict";
import { test } from "node:test";
import type { Advisory } from "../domain/advisory.ts";
import type { Distro, Package } from "../domain/package.ts";
import { advisory, pkg, range } from "../../test/helpers/matching.ts";
import { fakeDatabase } from "./fixtures/database.ts";
import { matchKeyOf } from "./match-key.ts";
import { matchPackages } from "./match-packages.ts";

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

test("advisory digest: what is found under one name is not what is found under another", () => {
  const { packages } = matchPackages([quiet, pkg("silent", "1.0.0")], debian, database);
  assert.notEqual(packages[0]?.advisoryDigest, packages[1]?.advisoryDigest);
});
