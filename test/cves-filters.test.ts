/**
 * The filters of `plimsoll cves`, one row each: which findings they leave, and what a gate over the rest says.
 */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { cvesReport } from "../src/api/reports.ts";
import { buildImage, writeLayout } from "./helpers/oci-image.ts";
import { file } from "./helpers/oci-tar.ts";
import { runInProcess, type Run } from "./helpers/run-plimsoll.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-filters-"));
const now = new Date("2030-02-01T00:00:00Z");
const env = { PLIMSOLL_DB_DIR: join(folder, "db"), PLIMSOLL_CACHE_DIR: join(folder, "cache") };
const image = `oci-dir://${join(folder, "image")}`;
const vex = join(folder, "app.vex.json");

/*
 * id    package          severity     fixed    vector     KEV  EPSS        VEX
 * 0001  npm lodash       critical     4.17.21  AV:N PR:N  yes  0.9, 0.99
 * 0002  npm @scope/lib   high         -        AV:L PR:N       0.1, 0.5
 * 0003  apk openssl      medium       3.0.1    AV:N PR:L       0.2, 0.6    not_affected
 * 0004  pypi requests    low          2.1.0    AV:P PR:N                   under_investigation
 * 0005  pypi requests    unspecified  -                                    fixed
 * 0006  npm lodash       high         ?        (its bound cannot be read: undetermined)
 */
interface Row {
  readonly id: string;
  readonly ecosystem: string;
  readonly name: string;
  readonly fixed: string | null;
  readonly vector: string | null;
}
const advisories: readonly Row[] = [
  {
    id: "0001",
    ecosystem: "npm",
    name: "lodash",
    fixed: "4.17.21",
    vector: "AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
  },
  {
    id: "0002",
    ecosystem: "npm",
    name: "@scope/lib",
    fixed: null,
    vector: "AV:L/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
  },
  {
    id: "0003",
    ecosystem: "Alpine:v3.18",
    name: "openssl",
    fixed: "3.0.1-r0",
    vector: "AV:N/AC:L/PR:L/UI:N/S:U/C:N/I:N/A:H",
  },
  {
    id: "0004",
    ecosystem: "PyPI",
    name: "requests",
    fixed: "2.1.0",
    vector: "AV:P/AC:H/PR:N/UI:N/S:U/C:L/I:N/A:N",
  },
  { id: "0005", ecosystem: "PyPI", name: "requests", fixed: null, vector: null },
  {
    id: "0006",
    ecosystem: "npm",
    name: "lodash",
    fixed: "soon",
    vector: "AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N",
  },
];

function osvRecord({ id, ecosystem, name, fixed, vector }: Row) {
  const events = [{ introduced: "0" }, ...(fixed === null ? [] : [{ fixed }])];
  return {
    schema_version: "1.7.0",
    id: id === "0002" ? "GHSA-2222-2222-2222" : `CVE-2030-${id}`,
    aliases: id === "0002" ? ["CVE-2030-0002"] : [],
    published: "2030-01-01T00:00:00Z",
    modified: "2030-01-01T00:00:00Z",
    summary: "example",
    affected: [{ package: { ecosystem, name }, ranges: [{ type: "ECOSYSTEM", events }] }],
    ...(vector === null ? {} : { severity: [{ type: "CVSS_V3", score: `CVSS:3.1/${vector}` }] }),
  };
}

function vexStatement(id: string, status: string, purl: string) {
  const justified = status === "not_affected" ? { justification: "component_not_present" } : {};
  return { vulnerability: { name: `CVE-2030-${id}` }, products: [{ "@id": purl }], status, ...justified };
}

before(async () => {
  const entries = [
    file("etc/os-release", "ID=alpine\nVERSION_ID=3.18.4\n"),
    file("lib/apk/db/installed", "P:openssl\nV:3.0.0-r0\nA:x86_64\no:openssl\nL:MIT\n\n"),
    ...["lodash@4.17.20", "@scope/lib@1.0.0", "clean@1.0.0"].map((pkg) => {
      const at = pkg.lastIndexOf("@");
      const [name, version] = [pkg.slice(0, at), pkg.slice(at + 1)];
      return file(`app/node_modules/${name}/package.json`, JSON.stringify({ name, version }));
    }),
    file(
      "app/lib/requests-2.0.0.dist-info/METADATA",
      "Metadata-Version: 2.1\nName: requests\nVersion: 2.0.0\n",
    ),
  ];
  writeLayout(join(folder, "image"), buildImage({ layers: [{ entries }] }));
  mkdirSync(join(folder, "feed"));
  const write = (name: string, text: string): void => writeFileSync(join(folder, "feed", name), text);
  for (const row of advisories) write(`${row.id}.json`, JSON.stringify(osvRecord(row)));
  const known = {
    cveID: "CVE-2030-0001",
    dateAdded: "2030-01-05",
    dueDate: "2030-01-26",
    knownRansomwareCampaignUse: "Known",
  };
  write("kev.json", JSON.stringify({ catalogVersion: "2030.01.05", vulnerabilities: [known] }));
  const scores = ["CVE-2030-0001,0.9,0.99", "CVE-2030-0002,0.1,0.5", "CVE-2030-0003,0.2,0.6"];
  write(
    "epss.csv",
    `#model_version:v1,score_date:2030-01-31T00:00:00+0000\ncve,epss,percentile\n${scores.join("\n")}\n`,
  );
  const statements = [
    vexStatement("0003", "not_affected", "pkg:apk/alpine/openssl"),
    vexStatement("0004", "under_investigation", "pkg:pypi/requests"),
    vexStatement("0005", "fixed", "pkg:pypi/requests@2.0.0"),
  ];
  writeFileSync(
    vex,
    JSON.stringify({
      "@context": "https://openvex.dev/ns/v0.2.0",
      "@id": "https://example.com/vex/1",
      author: "Example",
      timestamp: "2030-01-15T00:00:00Z",
      version: 1,
      statements,
    }),
  );
  const run = await runInProcess(["db", "build", "--quiet", "--from", join(folder, "feed")], { env, now });
  assert.equal(run.exitCode, 0, run.stderr);
});

after(() => rmSync(folder, { recursive: true, force: true }));

function cves(...args: string[]): Promise<Run> {
  return runInProcess(["cves", "--vex-location", vex, ...args, image], { env, now });
}

interface Report {
  readonly findings: readonly {
    vulnerability: string;
    status: string;
    suppressed: boolean;
    severity: string;
  }[];
  readonly counts: Readonly<Record<string, number>>;
  readonly filters: readonly string[];
  readonly hiddenFindingCount: number;
}

async function report(...args: string[]): Promise<Report> {
  const run = await cves("--format", "json", ...args);
  assert.equal(run.exitCode, 0, run.stderr);
  return JSON.parse(run.stdout) as Report;
}

/** Last digit of each finding's id, sorted: `"136"`. */
function digits({ findings }: Report): string {
  return findings
    .map((finding) => finding.vulnerability.slice(-1))
    .sort()
    .join("");
}

/** `left`: the findings that stay; of them 3 and 5 are suppressed and 6 is undetermined, so a gate counts the others. */
const filters: readonly { readonly args: readonly string[]; readonly left: string }[] = [
  { args: [], left: "123456" },
  { args: ["--only-severity", "critical"], left: "1" },
  { args: ["--only-severity", "CRITICAL, High"], left: "126" },
  { args: ["--only-severity", "medium", "--only-severity", "low"], left: "34" },
  { args: ["--only-severity", "unspecified"], left: "5" },
  { args: ["--only-fixed"], left: "1346" },
  { args: ["--only-unfixed"], left: "256" },
  { args: ["--only-fixed", "--only-unfixed"], left: "6" },
  { args: ["--only-fix-state", "fixed"], left: "134" },
  { args: ["--only-fix-state", "unknown"], left: "256" },
  { args: ["--only-fix-state", "FIXED,unknown"], left: "123456" },
  { args: ["--only-fix-state", "will_not_fix"], left: "" },
  { args: ["--only-package", "^lodash$"], left: "16" },
  { args: ["--only-package", "^@scope/"], left: "2" },
  { args: ["--only-package", "openssl,requests"], left: "345" },
  { args: ["--only-package", "nothing"], left: "" },
  { args: ["--only-package-type", "npm"], left: "126" },
  { args: ["--only-package-type", "APK,pypi"], left: "345" },
  { args: ["--only-package-type", "deb"], left: "" },
  { args: ["--only-cve-id", "cve-2030-0001"], left: "1" },
  { args: ["--only-cve-id", "GHSA-2222-2222-2222,CVE-2030-0005"], left: "25" },
  { args: ["--only-metric", "AV:N"], left: "136" },
  { args: ["--only-metric", "av:n,pr:n"], left: "16" },
  { args: ["--only-metric", "AV:N", "--only-metric", "PR:L"], left: "3" },
  { args: ["--only-cisa-kev"], left: "1" },
  { args: ["--only-vex-affected"], left: "12456" },
  { args: ["--ignore-suppressed"], left: "1246" },
  { args: ["--epss"], left: "123456" },
  { args: ["--epss-score", "0"], left: "123" },
  { args: ["--epss-score", "0.2"], left: "13" },
  { args: ["--epss-score", "1"], left: "" },
  { args: ["--epss-percentile", "0.5"], left: "123" },
  { args: ["--epss-percentile", "0.51", "--epss-score", "0.21"], left: "1" },
  { args: ["--only-severity", "high", "--only-package-type", "npm", "--only-unfixed"], left: "26" },
];

for (const { args, left } of filters) {
  const name = args.join(" ") || "no filter";
  test(`cves: ${name} leaves ${left || "nothing"}`, async () => {
    const found = await report(...args);
    assert.equal(digits(found), left);
    assert.equal(found.hiddenFindingCount, 6 - left.length);
    assert.equal(found.counts["suppressed"], left.replace(/[^35]/g, "").length);
    assert.equal(found.counts["undetermined"], left.includes("6") ? 1 : 0);
    assert.equal(found.counts["total"], left.replace(/[356]/g, "").length);
  });

  test(`cves --exit-code: ${name} counts what is left`, async () => {
    const run = await cves("--exit-code", ...args);
    assert.equal(run.exitCode, /[124]/.test(left) ? 2 : 0, run.stderr);
    const open = await cves("--fail-on", "undetermined", ...args);
    assert.equal(open.exitCode, /[1246]/.test(left) ? 2 : 0, open.stderr);
  });
}

test("every finding has its severity and status, as the table above says", async () => {
  const found = await report();
  const rows = found.findings.map((row) => `${row.vulnerability.slice(-1)} ${row.severity} ${row.status}`);
  assert.deepEqual(rows.sort(), [
    "1 critical affected",
    "2 high affected",
    "3 medium not_affected",
    "4 low under_investigation",
    "5 unspecified fixed",
    "6 high undetermined",
  ]);
});

test("the dates of CISA's catalogue are told, in the published shape", async () => {
  const { findings } = cvesReport.parse(
    JSON.parse((await cves("--format", "json", "--only-cisa-kev")).stdout),
  );
  assert.deepEqual(findings[0]?.kev, { dateAdded: "2030-01-05", ransomware: true, dueDate: "2030-01-26" });
  const { stdout } = await cves("--details", "--only-cisa-kev");
  assert.match(stdout, /Known exploited +since 2030-01-05, to be mended by 2030-01-26, used by ransomware/);
});

test("filters are told in the head of every format for people", async () => {
  const found = await report("--only-severity", "critical", "--only-fixed");
  assert.deepEqual(found.filters, ["severity critical", "fixed only"]);
  for (const format of ["table", "markdown"]) {
    const run = await cves("--format", format, "--only-severity", "critical", "--only-fixed");
    assert.match(run.stdout, /severity critical/, format);
    assert.match(run.stdout, /fixed only/, format);
  }
});

test("--epss shows scores, the highest of a package first", async () => {
  const run = await cves("--epss");
  assert.match(run.stdout, /EPSS score\s+90\.0/);
  assert.doesNotMatch((await cves()).stdout, /EPSS score/);
});

const orders: readonly (readonly [args: readonly string[], ids: string])[] = [
  [[], "126345"],
  [["--sort", "severity"], "126345"],
  // 5 and 3 are suppressed, 6 is undetermined.
  [["--sort", "risk"], "124635"],
  [["--sort", "epss"], "132645"],
  [["--epss"], "132645"],
  [["--epss", "--sort", "severity"], "126345"],
  [["--sort", "package"], "216345"],
];
for (const [args, ids] of orders) {
  test(`cves ${args.join(" ") || "without --sort"} puts findings in the order ${ids}`, async () => {
    const found = await report(...args);
    assert.equal(found.findings.map(({ vulnerability }) => vulnerability.slice(-1)).join(""), ids);
  });
}

test("--sort orders packages too, by their first findings", async () => {
  const order = async (...args: string[]): Promise<readonly string[]> =>
    [...(await cves(...args)).stdout.matchAll(/^ {2}\dC .*? {2}(\S+) \S+$/gm)].map((match) => match[1] ?? "");
  assert.deepEqual(await order("--sort", "epss"), ["lodash", "openssl", "@scope/lib", "requests"]);
  assert.deepEqual(await order("--sort", "package"), ["@scope/lib", "lodash", "openssl", "requests"]);
});

test("--only-vuln-packages leaves clean packages out of the list of packages", async () => {
  const list = async (...args: string[]): Promise<string> =>
    (await cves("--format", "only-packages", ...args)).stdout;
  assert.match(await list(), /clean/);
  assert.doesNotMatch(await list("--only-vuln-packages"), /clean/);
  // A package whose findings a filter left out has none to show.
  const filtered = await list("--only-vuln-packages", "--only-package-type", "apk");
  assert.match(filtered, /openssl/);
  assert.doesNotMatch(filtered, /lodash/);
});

const refused: readonly (readonly string[])[] = [
  ["--only-severity", "severe"],
  ["--only-severity", ""],
  ["--only-severity", " , "],
  ["--only-package", ""],
  ["--only-package", "("],
  ["--only-package-type", ""],
  ["--only-cve-id", ","],
  ["--only-fix-state", "soon"],
  ["--only-metric", ""],
  ["--only-metric", "AV=N"],
  ["--epss-score", "50%"],
  ["--epss-score", ""],
  ["--epss-percentile", "1.01"],
  ["--epss-percentile", "-0.1"],
  ["--fail-on", ""],
  ["--vex-author", ""],
];
for (const args of refused) {
  test(`cves ${args.map((arg) => JSON.stringify(arg)).join(" ")} is an error, not a filter that passes everything`, async () => {
    const run = await cves("--exit-code", ...args);
    assert.equal(run.exitCode, 1, run.stdout);
    assert.match(run.stderr, /^error USAGE: /);
    assert.equal(run.stdout, "");
  });
}

test("counts agree in every format", async () => {
  const { counts } = await report();
  assert.deepEqual(
    ["critical", "high", "medium", "low", "unspecified", "total", "suppressed", "undetermined"].map(
      (name) => counts[name],
    ),
    [1, 1, 0, 1, 0, 3, 2, 1],
  );
  const table = await cves();
  const markdown = await cves("--format", "markdown");
  for (const run of [table, markdown]) assert.match(run.stdout, /1C[^\n]*1H[^\n]*0M[^\n]*1L/);
  const sarif = JSON.parse((await cves("--format", "sarif")).stdout) as {
    runs: { results: { suppressions?: { status?: string }[]; kind?: string }[] }[];
  };
  const results = sarif.runs[0]?.results ?? [];
  assert.equal(results.length, 6);
  assert.equal(results.filter((result) => (result.suppressions ?? []).length > 0).length, 2);
});
