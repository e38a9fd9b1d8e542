/**
 * `plimsoll explain`: affected, suppressed, undetermined, considered and not affected, and not known at all.
 */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { explainReport, type ExplainReport } from "../src/api/reports.ts";
import { buildImage, writeLayout } from "./helpers/oci-image.ts";
import { file } from "./helpers/oci-tar.ts";
import { runInProcess, type Run } from "./helpers/run-plimsoll.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-explain-"));
const env = { PLIMSOLL_DB_DIR: join(folder, "db"), PLIMSOLL_CACHE_DIR: join(folder, "cache") };
const now = new Date("2030-02-01T00:00:00Z");
const image = `oci-dir://${join(folder, "image")}`;

function osvRecord(id: string, name: string, affected: object, aliases: readonly string[] = []) {
  return {
    id,
    aliases,
    modified: "2030-01-01T00:00:00Z",
    affected: [{ package: { ecosystem: "npm", name }, ...affected }],
  };
}

const until = (fixed: string): object => ({
  ranges: [{ type: "SEMVER", events: [{ introduced: "0" }, { fixed }] }],
});

before(async () => {
  const entries = [
    ["debug", "2.6.9"],
    ["debug", "2.6.8", "app/node_modules/old/"],
    ["ms", "2.0.0"],
  ].map(([name, version, under = "app/"]) =>
    file(`${under}node_modules/${name}/package.json`, JSON.stringify({ name, version })),
  );
  writeLayout(join(folder, "image"), buildImage({ layers: [{ entries }] }));
  mkdirSync(join(folder, "feed"));
  const records = [
    osvRecord("GHSA-dddd-dddd-dddd", "debug", until("2.6.9"), ["CVE-2030-0001"]),
    osvRecord("CVE-2030-0002", "ms", until("2.0.0")),
    osvRecord("CVE-2030-0003", "ms", { versions: ["1.9.0", "1.9.1"] }),
    osvRecord("CVE-2030-0004", "ms", until("soon")),
    osvRecord("CVE-2030-0005", "absent", until("9.0.0")),
  ];
  for (const record of records)
    writeFileSync(join(folder, "feed", `${record.id}.json`), JSON.stringify(record));
  const run = await runInProcess(["db", "build", "--quiet", "--from", join(folder, "feed")], { env, now });
  assert.equal(run.exitCode, 0, run.stderr);
});

after(() => rmSync(folder, { recursive: true, force: true }));

function explain(id: string, ...args: string[]): Promise<Run> {
  return runInProcess(["explain", id, image, ...args], { env, now });
}

async function report(id: string, ...args: string[]): Promise<ExplainReport> {
  const run = await explain(id, "--format", "json", ...args);
  assert.equal(run.exitCode, 0, run.stderr);
  return explainReport.parse(JSON.parse(run.stdout));
}

test("an advisory that does not hold the version is shown with the comparison that fails", async () => {
  const found = await report("CVE-2030-0002");
  assert.deepEqual(found.findings, []);
  assert.equal(found.considered.length, 1);
  const [row] = found.considered;
  assert.deepEqual(row?.reasons, ["2.0.0 < 2.0.0 is false (semver)"]);
  assert.equal(row?.package.purl, "pkg:npm/ms@2.0.0");
  assert.deepEqual(row?.ranges, [{ scheme: "semver", introduced: "0", fixed: "2.0.0", lastAffected: null }]);
  const text = await explain("cve-2030-0002");
  assert.equal(text.exitCode, 0, text.stderr);
  assert.match(text.stdout, /0 findings/);
  assert.match(text.stdout, /Not affected\s+2\.0\.0 < 2\.0\.0 is false/);
});

test("a list of versions without the package's is a reason too", async () => {
  const found = await report("CVE-2030-0003");
  assert.deepEqual(found.considered[0]?.reasons, ["2.0.0 is not among the 2 listed versions"]);
});

test("of two copies of a package the one that is affected is a finding, the other is considered", async () => {
  for (const id of ["CVE-2030-0001", "GHSA-dddd-dddd-dddd"]) {
    const found = await report(id);
    assert.deepEqual(
      found.findings.map((finding) => finding.package.purl),
      ["pkg:npm/debug@2.6.8"],
    );
    assert.deepEqual(
      found.considered.map((row) => [row.package.purl, row.vulnerability, row.reasons]),
      [["pkg:npm/debug@2.6.9", "CVE-2030-0001", ["2.6.9 < 2.6.9 is false (semver)"]]],
    );
  }
});

test("a finding is told with its advisory, source, range, comparison, path and layer, in both formats", async () => {
  const { findings } = await report("CVE-2030-0001");
  const [finding] = findings;
  const [evidence] = finding?.evidence ?? [];
  assert.deepEqual(
    [evidence?.advisory.id, evidence?.advisory.feed, evidence?.comparison],
    ["GHSA-dddd-dddd-dddd", "osv", "2.6.8 >= 0 and 2.6.8 < 2.6.9 (semver)"],
  );
  const { space, name, version, by } = evidence?.key ?? {};
  assert.deepEqual([space, name, version, by], ["npm", "debug", "2.6.8", "package"]);
  assert.deepEqual(evidence?.range, {
    scheme: "semver",
    introduced: "0",
    fixed: "2.6.9",
    lastAffected: null,
  });
  const [place] = finding?.package.locations ?? [];
  assert.equal(place?.path, "app/node_modules/old/node_modules/debug/package.json");
  assert.equal(place?.layerIndex, 0);
  assert.match(place?.layer ?? "", /^sha256:[0-9a-f]{64}$/);
  const { stdout } = await explain("CVE-2030-0001");
  for (const row of [
    /Advisory +GHSA-dddd-dddd-dddd/,
    /Feed +osv/,
    /Looked up as +debug 2\.6\.8 in npm \(package\)/,
    /Range +introduced 0, fixed 2\.6\.9 \(semver\)/,
    /Comparison +2\.6\.8 >= 0 and 2\.6\.8 < 2\.6\.9 \(semver\)/,
    /Seen in +app\/node_modules\/old\/node_modules\/debug\/package\.json/,
    new RegExp(` layer +${place?.layer} \\(layer 0\\)`),
  ])
    assert.match(stdout, row);
});

test("what could not be compared is an undetermined finding, not a refusal", async () => {
  const found = await report("CVE-2030-0004");
  assert.deepEqual(
    found.findings.map((finding) => finding.status),
    ["undetermined"],
  );
  assert.ok(found.findings[0]?.reason?.includes("soon"));
  assert.deepEqual(found.considered, []);
});

test("a suppressed finding is shown with the statement that decided", async () => {
  const vex = join(folder, "app.vex.json");
  const statement = {
    vulnerability: { name: "CVE-2030-0001" },
    products: [{ "@id": "pkg:npm/debug@2.6.8" }],
    status: "not_affected",
    justification: "vulnerable_code_not_present",
  };
  const document = {
    "@context": "https://openvex.dev/ns/v0.2.0",
    "@id": "https://example.com/vex/1",
    author: "Example",
    timestamp: "2030-01-15T00:00:00Z",
    version: 1,
    statements: [statement],
  };
  writeFileSync(vex, JSON.stringify(document));
  const found = await report("CVE-2030-0001", "--vex-location", vex);
  assert.equal(found.findings[0]?.suppressed, true);
  assert.equal(found.findings[0]?.statement?.justification, "vulnerable_code_not_present");
  assert.equal(found.considered.length, 1);
});

test("an id that no advisory of the image's packages carries is an error", async () => {
  for (const id of ["CVE-2030-9999", "CVE-2030-0005", "nonsense"]) {
    const run = await explain(id);
    assert.equal(run.exitCode, 1);
    assert.equal(run.stdout, "");
    assert.match(run.stderr, /^error FINDING_NOT_FOUND: /);
  }
});
