/** The feeds against real content: counts as the collection's manifest gives them, differences explained. */
import assert from "node:assert/strict";
import fs, { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { sharedPath, skipWithout } from "../../test/helpers/shared.ts";
import type { AdvisoryKey } from "../domain/package.ts";
import { buildDatabase, type BuildReport, type InputReport } from "./build.ts";
import { openDatabase } from "./database.ts";
import { readDocuments } from "./documents.ts";
import { detectFeed, feeds } from "./feeds.ts";
import { rowKey, writeRow } from "./row.ts";
import { readDatabaseStatus } from "./status.ts";

it("every feed has a folder and a line", () => {
  const folders = readdirSync(import.meta.dirname, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== "shared")
    .map((entry) => entry.name);
  assert.deepEqual(feeds.map((feed) => feed.id).sort(), folders.sort());
  for (const feed of feeds) assert.ok(Object.isFrozen(feed) && feed.baseUrl.endsWith("/"));
});

const files = [
  "pypi-pysec-osv-yaml.tar.gz",
  "crates-rustsec-osv.tar.gz",
  "go-vulndb-osv.tar.gz",
  "bellsoft-alpaquita-osv.tar.gz",
  "bitnami-osv.tar.gz",
  "almalinux-osv.tar.gz",
  "osv-samples.zip",
  "alpine-secdb-v3.3-v3.11.tar.gz",
  "kev-cisa-2026-08-07.tar.gz",
  "epss-kev-subset.tar.gz",
];

describe("a database of all real feeds", { skip: skipWithout("feeds/MANIFEST.md") }, () => {
  const dir = mkdtempSync(join(tmpdir(), "plimsoll-feeds-"));
  let report: BuildReport;
  before(async () => {
    const inputs = files.map((name) => ({
      path: sharedPath(`feeds/${name}`) ?? assert.fail(name),
      feed: null,
    }));
    report = await buildDatabase({
      inputs,
      dir,
      now: new Date("2026-11-21T00:00:00Z"),
      demonstration: false,
    });
  });
  after(() => rmSync(dir, { recursive: true, force: true }));

  const input = (name: string): InputReport =>
    report.inputs.find(({ path }) => path.endsWith(name)) ?? assert.fail(name);

  // Records, withdrawn, unsupported, "never affected", rows that count as stored.
  const rows: readonly (readonly [string, number, number, number, number, number])[] = [
    ["pypi-pysec-osv-yaml.tar.gz", 2_661, 10, 0, 0, 2_651],
    ["crates-rustsec-osv.tar.gz", 1_206, 13, 0, 0, 1_193],
    ["go-vulndb-osv.tar.gz", 4_291, 17, 0, 0, 4_274],
    ["bellsoft-alpaquita-osv.tar.gz", 16_989, 4_588, 0, 0, 12_401],
    ["bitnami-osv.tar.gz", 7_444, 0, 0, 0, 7_444],
    // 978 notices of bug fixes and 222 of enhancements, see below; the manifest's 4,480 of security are stored.
    ["almalinux-osv.tar.gz", 5_680, 0, 0, 0, 4_480],
    ["osv-samples.zip", 628, 8, 46, 0, 570],
    // 11,881 pairs of package and vulnerability in a file. The 12,028 of the manifest count entries, see below.
    ["alpine-secdb-v3.3-v3.11.tar.gz", 11_881, 0, 0, 5, 11_876],
    ["kev-cisa-2026-08-07.tar.gz", 1_662, 0, 0, 0, 1_662],
    ["epss-kev-subset.tar.gz", 1_556, 0, 0, 0, 1_556],
  ];
  const notOfSecurity = new Map([
    ["almalinux-osv.tar.gz", 1_200],
    ["osv-samples.zip", 4],
  ]);
  for (const [name, records, withdrawn, unsupported, neverAffected, stored] of rows) {
    it(`counts ${name}`, () => {
      const counts = input(name);
      assert.deepEqual(
        [counts.records, counts.withdrawn, counts.unsupported, counts.neverAffected, counts.stored],
        [records, withdrawn, unsupported, neverAffected, stored],
      );
      // Notices that are not about security say nothing of a package: ALBA and ALEA, and RXSA among the samples.
      const empty = notOfSecurity.get(name) ?? 0;
      assert.deepEqual([counts.empty, counts.invalid, counts.reasons], [empty, 0, []]);
      assert.equal(withdrawn + unsupported + neverAffected + stored + empty, records);
    });
  }

  it("counts packages of unsupported ecosystems by name", () => {
    assert.equal(input("osv-samples.zip").unsupportedByEcosystem["Red Hat"], 33);
    assert.equal(
      input("bellsoft-alpaquita-osv.tar.gz").unsupportedByEcosystem["BellSoft Hardened Containers"],
      2_878,
    );
  });

  it("speaks for every Alpine release of the files, also for those without packages", () => {
    const releases = report.spaces.filter((space) => space.startsWith("apk:alpine:"));
    for (let minor = 3; minor <= 11; minor += 1) assert.ok(releases.includes(`apk:alpine:3.${minor}`));
  });

  it("answers for every key exactly what a scan over all parsed advisories gives", async () => {
    const expected = new Map<string, string[]>();
    const keys = new Map<string, AdvisoryKey>();
    // Feeds without records in common with another file, so that a plain list is the truth.
    for (const name of ["bellsoft-alpaquita-osv.tar.gz", "alpine-secdb-v3.3-v3.11.tar.gz"]) {
      const onDocument = (document: Parameters<typeof detectFeed>[0]): void => {
        for (const record of detectFeed(document)?.read(document).records ?? []) {
          if (record.kind !== "advisory") continue;
          for (const { advisory } of record.advisories) {
            const key = rowKey(advisory.space, advisory.name);
            expected.set(key, [...(expected.get(key) ?? []), writeRow(advisory)]);
            keys.set(key, { space: advisory.space, name: advisory.name, version: "", by: "source-package" });
          }
        }
      };
      await readDocuments(sharedPath(`feeds/${name}`) ?? assert.fail(name), { onDocument, signal: null });
    }
    const database = openDatabase(dir, { verify: true });
    const missing = { space: "apk:alpine:3.9", name: "no-such-package", version: "", by: "package" as const };
    const found = database.findAdvisories([...keys.values(), missing]);
    database.close();
    assert.ok(keys.size > 1_000);
    assert.equal(found.has(rowKey(missing.space, missing.name)), false);
    for (const [key, bodies] of expected) {
      // Parts of other inputs (osv-samples) may add to a key; these two must be there as they were read.
      const rows = new Set((found.get(key) ?? []).map(writeRow));
      for (const body of bodies) assert.ok(rows.has(body), key);
    }
  });

  it("opens and answers without reading more than it must", (t) => {
    const names = ["openssl", "busybox", "curl", "zlib", "musl"];
    const keys = Array.from({ length: 500 }, (_, index) => ({
      space: "apk:alpine:3.11",
      name: names[index] ?? `package-${index}`,
      version: "",
      by: "source-package" as const,
    }));
    const segmentCount = readDatabaseStatus(dir).segmentCount;
    const read = t.mock.method(fs, "readSync");
    syncBuiltinESMExports();
    try {
      const database = openDatabase(dir);
      const opening = read.mock.callCount();
      // Footer and index of a segment, whatever its size.
      assert.ok(opening <= segmentCount * 3, `${opening} reads for ${segmentCount} segments`);
      assert.ok(database.findAdvisories(keys).size >= 4);
      const answering = read.mock.callCount() - opening;
      // Of 500 names five are there, so a few blocks are opened, and names that are not there cost none.
      assert.ok(answering > 0 && answering <= 50, `${answering} reads`);
      database.close();
    } finally {
      read.mock.restore();
      syncBuiltinESMExports();
    }
  });
});

describe("older and partial files", { skip: skipWithout("feeds/MANIFEST.md") }, () => {
  async function count(name: string): Promise<Map<string, number>> {
    const counts = new Map<string, number>();
    await readDocuments(sharedPath(`feeds/${name}`) ?? assert.fail(name), {
      signal: null,
      onDocument(document) {
        const feed = detectFeed(document);
        const id = feed?.id ?? "none";
        counts.set(id, (counts.get(id) ?? 0) + (feed === null ? 1 : feed.read(document).records.length));
      },
    });
    return counts;
  }

  it("reads the KEV catalogue and passes over its schema and table", async () => {
    assert.deepEqual(Object.fromEntries(await count("kev-cisa-official-2025-08-25.tar.gz")), {
      kev: 1_404,
      none: 2,
    });
  });

  it("reads OSV records beside VEX documents", async () => {
    // Not understood: the VEX documents, which are no feed of advisories.
    assert.deepEqual(Object.fromEntries(await count("dhi-advisories-osv-vex.tar.gz")), {
      osv: 693,
      none: 107,
    });
  });

  it("counts fix entries, packages and CVEs of the Alpine files as their manifest does", async () => {
    const packages = new Set<string>();
    const cves = new Set<string>();
    let entries = 0;
    await readDocuments(sharedPath("feeds/alpine-secdb-v3.3-v3.11.tar.gz") ?? assert.fail(), {
      signal: null,
      onDocument(document) {
        type Secdb = { packages?: { pkg: { name: string; secfixes?: Record<string, string[]> } }[] | string };
        const { packages: list = [] } = document.value() as Secdb;
        for (const { pkg } of typeof list === "string" ? [] : list) {
          packages.add(pkg.name);
          for (const fixes of Object.values(pkg.secfixes ?? {}))
            if (Array.isArray(fixes)) entries += fixes.length;
        }
        for (const record of detectFeed(document)?.read(document).records ?? []) {
          if (record.id.startsWith("CVE-")) cves.add(record.id.split(" ")[0] ?? "");
        }
      },
    });
    assert.deepEqual([entries, packages.size], [12_028, 324]);
    // The manifest says 2,626 CVEs; that is the number of distinct words in the lists (XSA, TALOS and remarks among them).
    // A search for CVE-dddd-dddd in the files finds 2,443, and one more is written with a blank: CVE 2018-16859.
    assert.equal(cves.size, 2_444);
  });
});
