/**
 * The way from nothing to a first verdict: an SBOM, no database, no settings but the mirror that stands for the public feeds. The
 * feeds are the real ones, the program a process of its own.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { CvesReport } from "../../src/api/reports.ts";
import { mirroredFeeds, startFeedMirror, type FeedMirror } from "../helpers/feed-mirror.ts";
import { runProcess, type Run } from "../helpers/run-plimsoll.ts";
import { skipWithout } from "../helpers/shared.ts";

const skip = skipWithout("feeds/MANIFEST.md");
const folder = mkdtempSync(join(tmpdir(), "plimsoll-first-scan-"));
let mirror: FeedMirror | null = null;

before(async () => {
  if (skip === false) mirror = await startFeedMirror();
});

after(async () => {
  await mirror?.close();
  rmSync(folder, { recursive: true, force: true });
});

function writeSbom(name: string, purls: readonly string[]): string {
  const components = purls.map((purl) => {
    const [, path = "", version = ""] = /^pkg:[^/]+\/([^@]+)@([^?]+)/.exec(purl) ?? [];
    return { type: "library", name: path.split("/").at(-1), version, purl };
  });
  const path = join(folder, `${name}.cdx.json`);
  writeFileSync(path, JSON.stringify({ bomFormat: "CycloneDX", specVersion: "1.6", version: 1, components }));
  return `sbom://${path}`;
}

function cves(sbom: string): Promise<Run> {
  const mirrors = mirroredFeeds.map((feed) => `${feed}=${mirror?.base}/${feed}/`);
  const env = {
    HOME: folder,
    PLIMSOLL_OFFLINE: "0",
    PLIMSOLL_HOME: join(folder, "home"),
    PLIMSOLL_FEED_MIRRORS: mirrors.join(","),
  };
  return runProcess(["cves", "--format", "json", sbom], { env });
}

function findingsOf({ stdout }: Run): readonly string[] {
  const { findings } = JSON.parse(stdout) as CvesReport;
  return findings.map(({ vulnerability, package: { purl } }) => `${vulnerability} ${purl}`);
}

test(
  "an Alpine image with Python packages needs two releases' lists, PyPI and the scores, and no more",
  { skip },
  async () => {
    const sbom = writeSbom("alpine", [
      "pkg:apk/alpine/openssl@1.1.1d-r0?arch=x86_64&distro=alpine-3.11.0",
      "pkg:pypi/django@2.2.1",
    ]);
    const run = await cves(sbom);
    assert.equal(run.exitCode, 0, run.stderr);
    assert.deepEqual(mirror?.requests.toSorted(), [
      "GET /alpine/v3.11/community.json",
      "GET /alpine/v3.11/main.json",
      "GET /epss/epss_scores-current.csv.gz",
      "GET /kev/known_exploited_vulnerabilities.json",
      "GET /osv/Alpine/all.zip",
      "GET /osv/PyPI/all.zip",
    ]);
    // The mirror has no OSV of Alpine, as some have not: what there is counts all the same.
    assert.match(run.stderr, /^warning: osv\/Alpine is missing: /m);
    const found = findingsOf(run);
    // Fixed in 1.1.1d-r3 by the list of 3.11; PYSEC-2019-10: affected >= 2.2, < 2.2.2.
    for (const id of ["CVE-2019-1551 pkg:apk/alpine/openssl", "CVE-2019-12308 pkg:pypi/django@2.2.1"])
      assert.ok(
        found.some((each) => each.startsWith(id)),
        `${id} is not among ${found.join("\n")}`,
      );
  },
);

test("a later scan of a Go program fetches Go's advisories alone", { skip }, async () => {
  mirror?.requests.splice(0);
  const sbom = writeSbom("go", ["pkg:golang/golang.org/x/text@v0.3.0"]);
  const run = await cves(sbom);
  assert.equal(run.exitCode, 0, run.stderr);
  assert.deepEqual(mirror?.requests, ["GET /osv/Go/all.zip"]);
  // GO-2020-0015: fixed in 0.3.3.
  assert.ok(
    findingsOf(run).some((each) => each.startsWith("CVE-2020-14040 ")),
    run.stdout,
  );
  mirror?.requests.splice(0);
  const again = await cves(sbom);
  assert.deepEqual([again.stderr, mirror?.requests], ["", []]);
  assert.deepEqual(findingsOf(again), findingsOf(run));
});
