/**
 * What is known to be easy to get wrong in the real data, feed by feed: each trap that the collection's manifest names, against all
 * the records that have it. Where it says how many there are, that number is asserted, and differences are explained.
 *
 * Those of other feeds stand with their counts: Alpine (null lists, several ids in one string, version 0) in `feeds.test.ts` and
 * `alpine/parse.test.ts`; Debian's lists, Wolfi's latest event, RubySec, FriendsOfPHP and npm's null `patched_versions` in
 * `lists.test.ts`; EPSS of four generations and the derived table, both catalogues of KEV, NVD and CVE records in `scores.test.ts` and
 * `feeds.test.ts`; rpm distributions and their damaged samples in `rpm-feeds.test.ts` and `live-parts.test.ts`. VEX documents and
 * retire.js are no feeds.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { sharedPath, skipWithout } from "../../test/helpers/shared.ts";
import { getVersionScheme } from "../versions/schemes.ts";
import { readDocuments } from "./documents.ts";
import { detectFeed } from "./feeds.ts";
import type { AdvisoryRecord, FeedAdvisory } from "./types.ts";

interface Snapshot {
  readonly records: readonly AdvisoryRecord[];
  readonly rows: readonly FeedAdvisory[];
  /** Records of which a part could not be used. */
  readonly faults: readonly string[];
}

async function load(archive: string): Promise<Snapshot> {
  const records: AdvisoryRecord[] = [];
  const faults: string[] = [];
  await readDocuments(sharedPath(`feeds/${archive}`) ?? assert.fail(archive), {
    signal: null,
    onDocument(document) {
      const reading = detectFeed(document)?.read(document);
      faults.push(...(reading?.rejected ?? []).map(({ id }) => id));
      for (const record of reading?.records ?? []) if (record.kind === "advisory") records.push(record);
    },
  });
  const rows = records.flatMap((record) => record.advisories.map(({ advisory }) => advisory));
  return { records, rows, faults };
}

function count<Value>(values: readonly Value[], holds: (value: Value) => boolean): number {
  return values.filter(holds).length;
}

function distinct(values: Iterable<string>): number {
  return new Set(values).size;
}

/** A snapshot of which all could be used. */
async function loadWhole(archive: string): Promise<Snapshot> {
  const snapshot = await load(archive);
  assert.deepEqual(snapshot.faults, []);
  return snapshot;
}

const isRated = ({ severities }: FeedAdvisory): boolean => severities.some(({ vector }) => vector !== null);

describe("traps of the real data", { skip: skipWithout("feeds/MANIFEST.md") }, () => {
  it("PyPA: YAML with dates, a zero date, ranges of Git, one name that is not normalised", async () => {
    const { records, rows } = await loadWhole("pypi-pysec-osv-yaml.tar.gz");
    const live = records.filter(({ withdrawn }) => !withdrawn);
    assert.deepEqual([records.length, records.length - live.length, rows.length], [2_661, 10, 2_651]);
    // The zero date is one of no change, and of no publication are the nine that state none.
    assert.deepEqual(
      live.filter(({ modifiedAt }) => modifiedAt === null).map(({ id }) => id),
      ["PYSEC-2024-55"],
    );
    assert.equal(
      count(rows, ({ publishedAt }) => publishedAt === null),
      9,
    );
    const dates = rows.flatMap(({ publishedAt }) => publishedAt ?? []).sort();
    assert.deepEqual([dates[0]?.slice(0, 10), dates.at(-1)?.slice(0, 10)], ["2005-12-31", "2024-10-08"]);
    // Commits of the 1,391 Git ranges are no versions.
    assert.equal(
      count(rows, ({ ranges, versions }) => /[0-9a-f]{40}/.test(JSON.stringify([ranges, versions]))),
      0,
    );
    assert.equal(
      count(rows, ({ name }) => name === "jw-util"),
      1,
    );
    assert.equal(
      count(rows, ({ name }) => name !== name.toLowerCase() || /[_.]/.test(name)),
      0,
    );
    // 202 with a severity less three that are withdrawn.
    assert.equal(count(rows, isRated), 199);
  });

  it("RustSec: notices that are no vulnerabilities, malicious crates", async () => {
    const { records, rows } = await loadWhole("crates-rustsec-osv.tar.gz");
    assert.deepEqual([count(records, ({ withdrawn }) => withdrawn), count(rows, isRated)], [13, 417]);
    // About 476, less those that are withdrawn.
    assert.equal(
      count(rows, ({ kind }) => kind === "informational"),
      466,
    );
    assert.equal(
      count(rows, ({ kind }) => kind === "malicious"),
      73,
    );
  });

  it("Go: dates that the repository does not know, versions without v, packages and symbols", async () => {
    const { records, rows } = await loadWhole("go-vulndb-osv.tar.gz");
    assert.equal(
      count(records, ({ modifiedAt }) => modifiedAt !== null),
      0,
    );
    // 4,039 of all, withdrawn ones included.
    const known = records.filter(({ advisories }) => advisories[0]?.advisory.publishedAt !== null);
    assert.equal(
      count(known, ({ withdrawn }) => !withdrawn),
      252,
    );
    assert.equal(
      count(rows, ({ ranges }) => ranges.some(({ introduced }) => introduced.startsWith("v"))),
      0,
    );
    assert.equal(
      count(rows, ({ name }) => name === "stdlib"),
      167,
    );
    assert.equal(
      count(rows, ({ name }) => name === "toolchain"),
      32,
    );
    assert.equal(
      count(rows, ({ symbols }) => symbols !== undefined),
      1_088,
    );
  });

  it("AlmaLinux: one id in several releases, notices of bugs, ratings and CVEs in other fields", async () => {
    const { records, rows } = await loadWhole("almalinux-osv.tar.gz");
    const ids = records.map(({ id }) => id.split(" ")[0] ?? "");
    const repeated = new Set(ids.filter((id, at) => ids.indexOf(id) !== at));
    assert.deepEqual([ids.length, repeated.size], [5_680, 37]);
    // The copies in the folders are the same, each with the packages of all releases, so they count once.
    assert.equal(distinct(records.map(({ id }) => id)), 5_637);
    const copies = records.filter(({ id }) => repeated.has(id.split(" ")[0] ?? ""));
    assert.equal(distinct(copies.map((record) => JSON.stringify(record))), 37);
    assert.ok(
      copies.every(({ advisories }) => distinct(advisories.map(({ advisory }) => advisory.space)) > 1),
    );
    const others = records.filter(({ id }) => /^AL[BE]A-/.test(id));
    assert.deepEqual([others.length, count(others, ({ advisories }) => advisories.length > 0)], [1_200, 0]);
    assert.deepEqual(
      rows.filter(({ severities }) => severities.length === 0).map(({ id }) => id),
      [],
    );
    const isCve = ({ id, aliases }: FeedAdvisory): boolean =>
      id.startsWith("CVE-") || aliases.some((alias) => alias.startsWith("CVE-"));
    assert.equal(distinct(rows.filter((row) => !isCve(row)).map(({ id }) => id)), 9);
    assert.ok(count(rows, ({ modularity }) => modularity !== undefined) > 40_000);
  });

  it("Alpaquita: withdrawn records without packages, CVEs as upstream, containers that have no place", async () => {
    const { records, rows } = await loadWhole("bellsoft-alpaquita-osv.tar.gz");
    assert.equal(
      count(records, ({ withdrawn }) => withdrawn),
      4_588,
    );
    assert.equal(
      count(rows, ({ aliases }) => !aliases.some((alias) => alias.startsWith("CVE-"))),
      0,
    );
    assert.deepEqual([...new Set(rows.map(({ space }) => space))].sort(), [
      "apk:alpaquita:23",
      "apk:alpaquita:25",
      "apk:alpaquita:stream",
    ]);
    const rolling = rows.filter(({ space }) => space.endsWith(":stream"));
    assert.equal(distinct(rolling.map(({ name }) => name)), 268);
  });

  it("Bitnami: of all bounds one has no order", async () => {
    const { rows } = await loadWhole("bitnami-osv.tar.gz");
    const ranges = rows.flatMap((row) => row.ranges);
    const bounds = ranges.flatMap(({ introduced, fixed, lastAffected }) => [introduced, fixed, lastAffected]);
    const scheme = getVersionScheme("bitnami");
    assert.ok(ranges.every((range) => range.scheme === scheme.id));
    assert.deepEqual(
      bounds.filter((bound) => bound !== null && !scheme.isValid(bound)),
      ["nightly.2026-03-10.0"],
    );
  });

  it("Bitnami: nearly all rated", async () => {
    const { rows } = await loadWhole("bitnami-osv.tar.gz");
    assert.deepEqual([rows.length, count(rows, isRated)], [7_444, 7_433]);
    assert.equal(distinct(rows.map(({ name }) => name)), 177);
  });

  it("DHI: an ecosystem that the schema does not have, VEX documents beside", async () => {
    const { records, rows, faults } = await load("dhi-advisories-osv-vex.tar.gz");
    // Their ranges tell of a fix and of no beginning; forty more name a component without any version.
    assert.equal(faults.length, 7);
    const live = records.filter(({ withdrawn }) => !withdrawn);
    assert.equal(
      count(live, ({ advisories }) => advisories.length === 0),
      42,
    );
    assert.deepEqual([records.length, count(records, ({ withdrawn }) => withdrawn)], [693, 13]);
    assert.deepEqual([...new Set(rows.map(({ space }) => space))], ["dhi"]);
    // 26 components, one of which is in withdrawn records only.
    assert.equal(distinct(rows.map(({ name }) => name)), 25);
  });

  it("OSV samples: zero dates, and one of the year 3000", async () => {
    const { records } = await loadWhole("osv-samples.zip");
    const undated = records.filter(({ modifiedAt }) => modifiedAt === null);
    assert.deepEqual([undated.length, count(undated, ({ id }) => id.startsWith("GO-"))], [6, 6]);
    assert.deepEqual(
      records.filter(({ modifiedAt }) => (modifiedAt ?? "") > "2027").map(({ id }) => id),
      ["PYSEC-123"],
    );
  });

  it("CVE enrichment: names of registries, plug-ins, and products by CPE", async () => {
    const { records, rows } = await loadWhole("cve-enrichment-anchore.tar.gz");
    assert.equal(records.length, 6_335);
    const names = (space: string): number =>
      distinct(rows.filter((row) => row.space === space).map(({ name }) => name));
    const cves = (space: string): number =>
      distinct(rows.filter((row) => row.space === space).map(({ id }) => id));
    // CVEs, and names. Less than the manifest's where a member names no package (one of npm, five of Go, four of NuGet) or commits instead of versions (one
    // each of npm, Go and Packagist); names of PyPI that mean one package count once.
    assert.deepEqual(
      Object.fromEntries(
        ["maven", "pypi", "golang", "composer", "npm", "gem", "cargo", "nuget"].map((space) => [
          space,
          [cves(space), names(space)],
        ]),
      ),
      {
        maven: [147, 128],
        pypi: [162, 72],
        golang: [179, 99],
        composer: [136, 45],
        npm: [103, 65],
        gem: [40, 25],
        cargo: [30, 15],
        nuget: [14, 10],
      },
    );
  });
});
