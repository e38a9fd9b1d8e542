/**
 * The demonstration image's verdict, worked out by hand from the packages it holds and the advisories in `examples/`.
 *
 * Packages: 12 apk packages of tools/demo/apk-database.ts; 50 npm packages, the tree of express 4.17.1 (npm's lock file).
 *
 * Findings, advisory by advisory (installed version against the range that holds it):
 *   GHSA-rv95-896h-c2vc  express 4.17.1       < 4.19.2            CVSS 3.1  6.1 -> medium
 *   GHSA-qw6h-vgh9-j6wx  express 4.17.1       < 4.20.0            CVSS 4.0  2.3 before CVSS 3.1 5.0 -> low
 *   GHSA-hrpp-h998-j3pp  express 4.17.1       < 4.17.3            7.5 -> high
 *                        qs 6.7.0             >= 6.7.0, < 6.7.3   7.5 -> high
 *   GHSA-qwcr-r2fm-qrc7  body-parser 1.19.0   < 1.20.3            7.5 -> high
 *   GHSA-m6fv-jmcg-4jfg  send 0.17.1          < 0.19.0            CVSS 4.0  2.3 -> low
 *   GHSA-cm22-4g7w-348p  serve-static 1.14.1  < 1.16.0            CVSS 4.0  2.3 -> low
 *   GHSA-9wv6-86v2-598j  path-to-regexp 0.1.7 < 0.1.10            7.5 -> high
 *   GHSA-rhx6-c78j-4q9w  path-to-regexp 0.1.7 < 0.1.12            7.5 -> high
 *   GHSA-pxg6-pf52-xh8x  cookie 0.4.0         < 0.7.0             the word LOW, no vector -> low
 *   openssl 3.1.3-r0, the source of libcrypto3 and libssl3, so each line counts twice:
 *     CVE-2023-5363 < 3.1.4-r0  7.5 -> high      CVE-2023-5678 < 3.1.4-r1  5.3 -> medium
 *     CVE-2023-6129 < 3.1.4-r3  6.5 -> medium    CVE-2024-0727 < 3.1.4-r5  5.5 -> medium
 *   Not affected: debug 2.6.9 (fixed in 2.6.9), fresh 0.5.2 (fixed in 0.5.2), mime 1.6.0 (1.4.1 <= 1.6.0 < 2.0.0).
 *   High 5 npm + 2 apk = 7; medium 1 + 3 x 2 = 7; low 4; together 18.
 *
 * Policies and points:
 *   fixable-vulnerabilities        7 fixable high findings                          not met   0 of 20
 *   high-profile-vulnerabilities   none of the list, none in the three KEV entries  met      20 of 20
 *   supply-chain-attestations      no SBOM, no provenance: two deviations           not met   0 of 15
 *   approved-base-images           an annotation only claims alpine:3.18            no data   0 of 15
 *   no-stale-base-images           the same                                         no data   0 of 10
 *   default-non-root-user          no USER                                          not met   0 of  5
 *   copyleft-license               alpine-baselayout, apk-tools, busybox, ssl_client (GPL-2.0-only), libgcc (GPL AND LGPL),
 *                                  ca-certificates-bundle (MPL-2.0 AND MIT)         not met   0 of  5
 *   20 of 90 = 22.2 %: above 10, not above 30, so E.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { writeDemoImage } from "../tools/demo/image.ts";
import { repositoryRoot, runInProcess, type Run } from "./helpers/run-plimsoll.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-demo-"));
const env = { PLIMSOLL_DB_DIR: join(folder, "db"), PLIMSOLL_CACHE_DIR: join(folder, "cache") };
const image = `oci-dir://${join(folder, "image")}`;

before(async () => {
  writeDemoImage(join(repositoryRoot, "examples/demo-app"), join(folder, "image"));
  const run = await plimsoll("db", "build", "--from", "examples/advisories", "--demonstration", "--quiet");
  assert.equal(run.exitCode, 0, run.stderr);
});

after(() => rmSync(folder, { recursive: true, force: true }));

function plimsoll(...args: string[]): Promise<Run> {
  return runInProcess(args, { env });
}

const npm = [
  "body-parser@1.19.0 CVE-2024-45590 high fixed 1.20.3",
  "cookie@0.4.0 CVE-2024-47764 low fixed 0.7.0",
  "express@4.17.1 CVE-2022-24999 high fixed 4.17.3",
  "express@4.17.1 CVE-2024-29041 medium fixed 4.19.2",
  "express@4.17.1 CVE-2024-43796 low fixed 4.20.0",
  "path-to-regexp@0.1.7 CVE-2024-45296 high fixed 0.1.10",
  "path-to-regexp@0.1.7 CVE-2024-52798 high fixed 0.1.12",
  "qs@6.7.0 CVE-2022-24999 high fixed 6.7.3",
  "send@0.17.1 CVE-2024-43799 low fixed 0.19.0",
  "serve-static@1.14.1 CVE-2024-43800 low fixed 1.16.0",
];
const openssl = [
  "CVE-2023-5363 high fixed 3.1.4-r0",
  "CVE-2023-5678 medium fixed 3.1.4-r1",
  "CVE-2023-6129 medium fixed 3.1.4-r3",
  "CVE-2024-0727 medium fixed 3.1.4-r5",
];

interface FindingView {
  readonly vulnerability: string;
  readonly severity: string;
  readonly fixedVersion: string;
  readonly demonstration: boolean;
  readonly package: { readonly name: string; readonly version: string };
}

test("the findings are those worked out by hand, no more and no fewer", async () => {
  const run = await plimsoll("cves", "--format", "json", image);
  assert.equal(run.exitCode, 0, run.stderr);
  const report = JSON.parse(run.stdout) as {
    findings: FindingView[];
    counts: Record<string, number>;
    demonstration: boolean;
  };
  const lines = report.findings.map(
    (finding) =>
      `${finding.package.name}@${finding.package.version} ${finding.vulnerability} ${finding.severity} fixed ${finding.fixedVersion}`,
  );
  const expected = [
    ...npm,
    ...["libcrypto3@3.1.3-r0", "libssl3@3.1.3-r0"].flatMap((name) =>
      openssl.map((line) => `${name} ${line}`),
    ),
  ];
  assert.deepEqual(lines.sort(), expected.sort());
  const { critical, high, medium, low, unspecified, total } = report.counts;
  assert.deepEqual(
    { critical, high, medium, low, unspecified, total },
    { critical: 0, high: 7, medium: 7, low: 4, unspecified: 0, total: 18 },
  );
  assert.equal(report.demonstration, true);
  assert.ok(report.findings.every((finding) => finding.demonstration));
});

test("the policy results and the grade are those worked out by hand", async () => {
  const run = await plimsoll("policy", "--format", "json", image);
  assert.equal(run.exitCode, 0, run.stderr);
  const { verdict } = JSON.parse(run.stdout) as {
    verdict: {
      status: string;
      score: unknown;
      results: {
        policy: string;
        status: string;
        weight: number;
        lost: number;
        reason: string | null;
        deviations: { purl: string | null }[];
      }[];
    };
  };
  const rows = verdict.results.map(
    (row) => `${row.policy} ${row.status} ${row.lost}/${row.weight} ${row.deviations.length}`,
  );
  assert.deepEqual(rows, [
    "fixable-vulnerabilities not_met 20/20 7",
    "high-profile-vulnerabilities met 0/20 0",
    "supply-chain-attestations not_met 15/15 2",
    "approved-base-images no_data 15/15 0",
    "no-stale-base-images no_data 10/10 0",
    "default-non-root-user not_met 5/5 1",
    "copyleft-license not_met 5/5 6",
  ]);
  assert.deepEqual(verdict.score, { grade: "E", percent: 22, scored: 20, total: 90, reason: null });
  const copyleft = verdict.results.find((row) => row.policy === "copyleft-license");
  const names = copyleft?.deviations.map((deviation) => /alpine\/([^@]+)@/.exec(deviation.purl ?? "")?.[1]);
  assert.deepEqual(names?.sort(), [
    "alpine-baselayout",
    "apk-tools",
    "busybox",
    "ca-certificates-bundle",
    "libgcc",
    "ssl_client",
  ]);
  const noData = verdict.results.filter((row) => row.status === "no_data");
  assert.ok(noData.every((row) => row.reason?.includes("base only claimed")));
});

const people = ["quickview", "cves", "policy"];
for (const verb of people) {
  test(`${verb} for people says that it is demonstration data`, async () => {
    const run = await plimsoll(verb, image);
    assert.equal(run.exitCode, 0, run.stderr);
    assert.match(run.stdout, /DEMONSTRATION DATA/);
  });
}

test("every format says that it is demonstration data", async () => {
  for (const format of ["sarif", "markdown", "json"]) {
    const run = await plimsoll("cves", "--format", format, image);
    assert.match(run.stdout, /demonstration/i, format);
  }
});

test("the packages of each layer carry that layer and its build command", async () => {
  const run = await plimsoll("cves", "--format", "json", image);
  const report = JSON.parse(run.stdout) as {
    findings: { package: { name: string; locations: { layerIndex: number; command: string }[] } }[];
  };
  for (const { package: pkg } of report.findings) {
    const expected = pkg.name.startsWith("lib")
      ? [0, "ADD rootfs.tar / # base"]
      : [1, "COPY . /app # npm ci --omit=dev"];
    assert.deepEqual([pkg.locations[0]?.layerIndex, pkg.locations[0]?.command], expected, pkg.name);
  }
});

test("a VEX statement suppresses its finding, which stays visible with its reason", async () => {
  const { writeFileSync } = await import("node:fs");
  const path = join(folder, "app.vex.json");
  const statement = {
    vulnerability: { name: "CVE-2024-45590" },
    products: [{ "@id": "pkg:npm/body-parser@1.19.0" }],
    status: "not_affected",
    justification: "vulnerable_code_not_in_execute_path",
  };
  writeFileSync(
    path,
    JSON.stringify({
      "@context": "https://openvex.dev/ns/v0.2.0",
      "@id": "https://example.com/vex/1",
      author: "Example Security <security@example.com>",
      timestamp: "2026-01-01T00:00:00Z",
      version: 1,
      statements: [statement],
    }),
  );
  const run = await plimsoll("cves", "--format", "json", "--vex-location", path, image);
  const report = JSON.parse(run.stdout) as {
    counts: { high: number; suppressed: number };
    findings: Record<string, unknown>[];
  };
  assert.equal(report.counts.high, 6);
  assert.equal(report.counts.suppressed, 1);
  const finding = report.findings.find((row) => row["vulnerability"] === "CVE-2024-45590");
  assert.ok(finding);
  assert.equal(finding["suppressed"], true);
  const decided = finding["statement"] as { justification: string };
  assert.equal(decided.justification, "vulnerable_code_not_in_execute_path");
  const policy = await plimsoll("policy", "--format", "json", "--vex-location", path, image);
  const { verdict } = JSON.parse(policy.stdout) as {
    verdict: { results: { policy: string; deviations: unknown[] }[] };
  };
  assert.equal(verdict.results[0]?.deviations.length, 6);
  const explained = await plimsoll("explain", "CVE-2024-45590", "--vex-location", path, image);
  assert.match(explained.stdout, /vulnerable_code_not_in_execute_path/);
});

test("a second scan answers from the cache with the same bytes", async () => {
  const first = await plimsoll("sbom", "--format", "json", image);
  const second = await plimsoll("sbom", "--format", "json", image);
  assert.equal(second.stdout, first.stdout);
  const debug = await plimsoll("sbom", "--debug", image);
  assert.match(debug.stderr, /came from the cache/);
});
