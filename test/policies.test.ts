/**
 * Every policy type and option through `plimsoll policy --policy-config`, with results worked out by hand.
 */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { policyReport, type PolicyReport } from "../src/api/reports.ts";
import { buildImage, writeLayout } from "./helpers/oci-image.ts";
import { file } from "./helpers/oci-tar.ts";
import { runInProcess, type Run } from "./helpers/run-plimsoll.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-policies-"));
const env = { PLIMSOLL_DB_DIR: join(folder, "db"), PLIMSOLL_CACHE_DIR: join(folder, "cache") };
const built = new Date("2030-01-02T00:00:00Z");
const now = new Date("2030-01-11T00:00:00Z");
const image = `oci-dir://${join(folder, "image")}`;
const configFile = join(folder, "policies.json");

/*
 * C  npm lodash      critical     fixed   2030-01-01  in KEV
 * H  npm @scope/lib  high         -       2030-01-01  also GHSA-2222-2222-2222
 * M  apk gpl         medium       fixed   2030-01-05
 * U  apk gpl         unspecified  -       no date
 * ?  apk zlib        cannot be compared
 */
const [AV_HIGH, AV_MEDIUM] = ["AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H", "AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N"];
const advisories = [
  osvRecord("CVE-2030-0001", "npm", "lodash", "4.17.21", `${AV_HIGH}/A:H`, "2030-01-01"),
  osvRecord(
    "GHSA-2222-2222-2222",
    "npm",
    "@scope/lib",
    null,
    `${AV_HIGH.replace("AV:N", "AV:L")}/A:N`,
    "2030-01-01",
    ["CVE-2030-0002"],
  ),
  osvRecord("CVE-2030-0003", "Alpine:v3.18", "gpl", "1.1-r0", AV_MEDIUM, "2030-01-05"),
  osvRecord("CVE-2030-0004", "Alpine:v3.18", "gpl", null, null, null),
  osvRecord("CVE-2030-0005", "Alpine:v3.18", "zlib", "soon", null, null),
];

function osvRecord(
  id: string,
  ecosystem: string,
  name: string,
  fixed: string | null,
  vector: string | null,
  published: string | null,
  aliases: readonly string[] = [],
) {
  const events = [{ introduced: "0" }, ...(fixed === null ? [] : [{ fixed }])];
  return {
    id,
    aliases,
    modified: "2030-01-05T00:00:00Z",
    ...(published === null ? {} : { published: `${published}T00:00:00Z` }),
    affected: [{ package: { ecosystem, name }, ranges: [{ type: "ECOSYSTEM", events }] }],
    ...(vector === null ? {} : { severity: [{ type: "CVSS_V3", score: `CVSS:3.1/${vector}` }] }),
  };
}

before(async () => {
  const apk = (name: string, licence: string): string =>
    `P:${name}\nV:1.0-r0\nA:x86_64\no:${name}\nL:${licence}\n\n`;
  const npm = (name: string, version: string, license: string) =>
    file(`app/node_modules/${name}/package.json`, JSON.stringify({ name, version, license }));
  const entries = [
    file("etc/os-release", "ID=alpine\nVERSION_ID=3.18.4\n"),
    file(
      "lib/apk/db/installed",
      apk("gpl", "GPL-2.0-only") + apk("dual", "MIT OR GPL-3.0-only") + apk("zlib", "Zlib"),
    ),
    npm("lodash", "4.17.20", "AGPL-3.0-only"),
    npm("@scope/lib", "1.0.0", "LGPL-3.0-or-later AND MIT"),
  ];
  writeLayout(join(folder, "image"), buildImage({ layers: [{ entries }], config: { User: "1000" } }));
  mkdirSync(join(folder, "feed"));
  const write = (name: string, value: unknown): void =>
    writeFileSync(join(folder, "feed", name), JSON.stringify(value));
  for (const record of advisories) write(`${record.id}.json`, record);
  const known = { cveID: "CVE-2030-0001", dateAdded: "2030-01-05", knownRansomwareCampaignUse: "Known" };
  write("kev.json", { catalogVersion: "2030.01.05", vulnerabilities: [known] });
  const run = await runInProcess(["db", "build", "--quiet", "--from", join(folder, "feed")], {
    env,
    now: built,
  });
  assert.equal(run.exitCode, 0, run.stderr);
});

after(() => rmSync(folder, { recursive: true, force: true }));

function policy(config: unknown, args: readonly string[] = [], at = now): Promise<Run> {
  writeFileSync(configFile, typeof config === "string" ? config : JSON.stringify(config));
  return runInProcess(["policy", "--policy-config", configFile, ...args, image], { env, now: at });
}

async function report(config: unknown, args: readonly string[] = [], at = now): Promise<PolicyReport> {
  const run = await policy(config, ["--format", "json", ...args], at);
  assert.equal(run.exitCode, 0, run.stderr);
  return policyReport.parse(JSON.parse(run.stdout));
}

const SEVERITY = "fixable-vulnerabilities";
const PROFILE = "high-profile-vulnerabilities";
const LICENCE = "copyleft-license";
const every = ["critical", "HIGH", "Medium", "low", "UNSPECIFIED"];
const GPL = "pkg:apk/alpine/gpl@1.0-r0?arch=x86_64&distro=alpine-3.18.4";

/** What deviates: last digits of vulnerabilities, or names of packages. */
const rows: readonly {
  readonly name: string;
  readonly policy: string;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly at?: string;
  readonly status: "met" | "not_met" | "no_data";
  readonly what?: readonly string[];
}[] = [
  { name: "defaults", policy: SEVERITY, status: "not_met", what: ["1"] },
  {
    name: "any case",
    policy: SEVERITY,
    config: { severities: ["CrItIcAl", "medium"] },
    status: "not_met",
    what: ["1", "3"],
  },
  {
    name: "unfixed too",
    policy: SEVERITY,
    config: { fixable_only: false },
    status: "not_met",
    what: ["1", "2"],
  },
  {
    name: "every severity",
    policy: SEVERITY,
    config: { severities: every, fixable_only: false },
    status: "not_met",
    what: ["1", "2", "3", "4"],
  },
  {
    name: "unspecified is a severity of its own",
    policy: SEVERITY,
    config: { severities: ["unspecified"], fixable_only: false },
    status: "not_met",
    what: ["4"],
  },
  {
    name: "unspecified without a fix",
    policy: SEVERITY,
    config: { severities: ["unspecified"] },
    status: "met",
  },
  {
    name: "package types",
    policy: SEVERITY,
    config: { severities: every, fixable_only: false, package_types: ["APK"] },
    status: "not_met",
    what: ["3", "4"],
  },
  { name: "another package type", policy: SEVERITY, config: { package_types: ["deb"] }, status: "met" },
  {
    name: "the last moment of grace",
    policy: SEVERITY,
    config: { grace_period_days: 10 },
    at: "2030-01-10T23:59:59Z",
    status: "met",
  },
  {
    name: "the first moment after grace",
    policy: SEVERITY,
    config: { grace_period_days: 10 },
    at: "2030-01-11T00:00:00Z",
    status: "not_met",
    what: ["1"],
  },
  {
    name: "no grace without a date",
    policy: SEVERITY,
    config: { severities: ["unspecified"], fixable_only: false, grace_period_days: 36_500 },
    status: "not_met",
    what: ["4"],
  },
  { name: "KEV by default", policy: PROFILE, status: "not_met", what: ["1"] },
  { name: "without KEV", policy: PROFILE, config: { include_cisa_kev: false }, status: "met" },
  {
    name: "an ignored one wins over KEV",
    policy: PROFILE,
    config: { ignored_cves: ["cve-2030-0001"] },
    status: "met",
  },
  {
    name: "an alias is listed",
    policy: PROFILE,
    config: { cves: ["ghsa-2222-2222-2222"], include_cisa_kev: false },
    status: "not_met",
    what: ["2"],
  },
  {
    name: "an ignored alias wins over the list",
    policy: PROFILE,
    config: { cves: ["CVE-2030-0002"], ignored_cves: ["GHSA-2222-2222-2222"], include_cisa_kev: false },
    status: "met",
  },
  {
    name: "a listed one that cannot be determined",
    policy: PROFILE,
    config: { cves: ["CVE-2030-0005"], include_cisa_kev: false },
    status: "no_data",
  },
  { name: "defaults", policy: LICENCE, status: "not_met", what: ["gpl", "lib", "lodash"] },
  {
    name: "one licence",
    policy: LICENCE,
    config: { licenses: ["agpl-3.0"] },
    status: "not_met",
    what: ["lodash"],
  },
  { name: "a licence nobody uses", policy: LICENCE, config: { licenses: ["WTFPL"] }, status: "met" },
  {
    name: "bare purls mean every version",
    policy: LICENCE,
    config: { ignored_packages: ["pkg:apk/alpine/gpl", "pkg:npm/lodash"] },
    status: "not_met",
    what: ["lib"],
  },
  {
    name: "purls with a version mean that one, without its qualifiers",
    policy: LICENCE,
    config: {
      ignored_packages: ["pkg:apk/alpine/gpl@1.0-r0", "pkg:npm/lodash@4.17.21", "pkg:npm/%40scope/lib@1.0.0"],
    },
    status: "not_met",
    what: ["lodash"],
  },
  {
    name: "purls with qualifiers mean the full one",
    policy: LICENCE,
    config: { ignored_packages: [GPL, "pkg:npm/lodash", "pkg:npm/@scope/lib"] },
    status: "met",
  },
  {
    name: "other qualifiers are another package",
    policy: LICENCE,
    config: {
      ignored_packages: [GPL.replace("x86_64", "aarch64"), "pkg:npm/lodash", "pkg:npm/%40scope/lib"],
    },
    status: "not_met",
    what: ["gpl"],
  },
  { name: "a user", policy: "default-non-root-user", status: "met" },
  {
    name: "an image without attestations",
    policy: "supply-chain-attestations",
    status: "not_met",
    what: ["null", "null"],
  },
  {
    name: "one required type",
    policy: "supply-chain-attestations",
    config: { required_attestations: ["https://spdx.dev/Document"] },
    status: "not_met",
    what: ["null"],
  },
  { name: "a base that is not known", policy: "approved-base-images", status: "no_data" },
  { name: "a base that is not known", policy: "no-stale-base-images", status: "no_data" },
];

for (const row of rows) {
  test(`${row.policy}: ${row.name}`, async () => {
    const config = { policies: [{ name: row.policy, config: row.config ?? {} }] };
    const at = row.at === undefined ? now : new Date(row.at);
    const { verdict } = await report(config, ["--only-policy", row.policy], at);
    const [result] = verdict?.results ?? [];
    assert.equal(verdict?.results.length, 1);
    assert.equal(result?.status, row.status, result?.reason ?? "");
    const what = result?.deviations.map(({ purl, vulnerability }) =>
      row.policy === LICENCE
        ? (/\/([^/@]+)@/.exec(purl ?? "")?.[1] ?? "")
        : String(vulnerability).replace(/^CVE-2030-000/, ""),
    );
    assert.deepEqual(what?.sort(), row.what ?? []);
    assert.equal(result?.lost, row.status === "met" ? 0 : result?.weight);
    if (row.status === "no_data") assert.ok(result?.reason);
  });
}

test("undetermined findings are named in the note, and refused by the gate that asks for it", async () => {
  const config = { policies: [{ name: SEVERITY, config: { package_types: ["apk"] } }] };
  const only = ["--only-policy", SEVERITY];
  const { verdict } = await report(config, only);
  assert.equal(verdict?.results[0]?.status, "met");
  assert.match(verdict?.results[0]?.reason ?? "", /1 undetermined/);
  assert.equal((await policy(config, [...only, "--exit-code"])).exitCode, 0);
  assert.equal((await policy(config, [...only, "--fail-on", "undetermined"])).exitCode, 2);
});

/** Points of the one that is met, points of the one that is not, grade. Bounds are exclusive. */
const grades = [
  [100, 0, "A", 100],
  [91, 9, "A", 91],
  [90, 10, "B", 90],
  [901, 99, "A", 90],
  [71, 29, "B", 71],
  [70, 30, "C", 70],
  [51, 49, "C", 51],
  [50, 50, "D", 50],
  [31, 69, "D", 31],
  [30, 70, "E", 30],
  [11, 89, "E", 11],
  [10, 90, "F", 10],
  [0, 100, "F", 0],
  [2, 1, "C", 66],
  [0, 0, null, null],
] as const;

for (const [met, notMet, grade, percent] of grades) {
  test(`grade of ${met} points met and ${notMet} not: ${grade}`, async () => {
    const config = {
      policies: [
        { name: "default-non-root-user", weight: met },
        { name: SEVERITY, weight: notMet },
      ],
    };
    const { verdict } = await report(config, ["--only-policy", `default-non-root-user,${SEVERITY}`]);
    assert.equal(verdict?.score.grade, grade);
    assert.equal(verdict?.score.percent, percent);
    assert.equal(verdict?.score.total, met + notMet);
    assert.equal(verdict?.score.reason === null, grade !== null);
    // Weight 0 takes a policy out of the score and not out of the verdict.
    assert.equal(verdict?.status, "not_met");
  });
}

test("all policies switched off: no grade, and no clean verdict", async () => {
  const names = (await report({})).verdict?.results.map((result) => result.policy) ?? [];
  assert.equal(names.length, 7);
  const off = { policies: names.map((name) => ({ name, enabled: false })) };
  const { verdict, status } = await report(off);
  assert.deepEqual(verdict?.results, []);
  assert.equal(status, "no_data");
  assert.equal(verdict?.score.grade, null);
  assert.equal((await policy(off, ["--fail-on", "no-data"])).exitCode, 2);
});

test("--only-policy takes ids and titles in any case, and keeps the order of the policies", async () => {
  const { verdict } = await report({}, [
    "--only-policy",
    "NO COPYLEFT LICENSES",
    "--only-policy",
    "default-non-root-user",
  ]);
  assert.deepEqual(
    verdict?.results.map((result) => result.policy),
    ["default-non-root-user", "copyleft-license"],
  );
});

test("debug tells what was looked at, in JSON and for people", async () => {
  const config = { debug: true, policies: [] };
  const { verdict } = await report(config, ["--only-policy", SEVERITY]);
  const lines = verdict?.results[0]?.debug ?? [];
  assert.equal(lines.length, 5);
  assert.ok(lines.some((line) => line.includes("CVE-2030-0001") && line.includes("violates")));
  assert.match((await policy(config, ["--only-policy", SEVERITY])).stdout, /CVE-2030-0001[^\n]*violates/);
  const quiet = await report({}, ["--only-policy", SEVERITY]);
  assert.deepEqual(quiet.verdict?.results[0]?.debug, []);
});

test("policy --list shows what the configuration makes of the policies, without an image or a database", async () => {
  const config = {
    policies: [{ name: SEVERITY, weight: 33, enabled: false, config: { severities: ["LOW"] } }],
  };
  writeFileSync(configFile, JSON.stringify(config));
  const run = await runInProcess(["policy", "--list", "--policy-config", configFile], {
    env: { PLIMSOLL_DB_DIR: join(folder, "none") },
  });
  assert.equal(run.exitCode, 0, run.stderr);
  assert.match(run.stdout, /fixable-vulnerabilities {2}\(No fixable critical or high vulnerabilities\)/);
  assert.match(run.stdout, /weight 33, disabled/);
  assert.match(run.stdout, /"severities":\["LOW"\]/);
  // What nobody set is shown too.
  assert.match(run.stdout, /^ {2}\{"critical_days":7,/m);
});

const wrong: readonly { readonly config: unknown; readonly code: string }[] = [
  { config: "{", code: "JSON_INVALID" },
  { config: "[]", code: "POLICY_CONFIG_INVALID" },
  { config: { polices: [] }, code: "POLICY_CONFIG_INVALID" },
  { config: { bundles: [1] }, code: "POLICY_CONFIG_INVALID" },
  { config: { policies: [{ name: "unknown" }] }, code: "POLICY_UNKNOWN" },
  { config: { policies: [{ name: SEVERITY }, { name: SEVERITY }] }, code: "POLICY_CONFIG_INVALID" },
  { config: { policies: [{ name: SEVERITY, weight: -1 }] }, code: "POLICY_CONFIG_INVALID" },
  { config: { policies: [{ name: SEVERITY, weight: 1.5 }] }, code: "POLICY_CONFIG_INVALID" },
  { config: { policies: [{ name: SEVERITY, enabled: "no" }] }, code: "POLICY_CONFIG_INVALID" },
  {
    config: { policies: [{ name: SEVERITY, config: { severity: ["HIGH"] } }] },
    code: "POLICY_CONFIG_INVALID",
  },
  { config: { policies: [{ name: SEVERITY, config: { severities: [] } }] }, code: "POLICY_CONFIG_INVALID" },
  {
    config: { policies: [{ name: SEVERITY, config: { severities: ["SEVERE"] } }] },
    code: "POLICY_CONFIG_INVALID",
  },
  {
    config: { policies: [{ name: SEVERITY, config: { grace_period_days: -1 } }] },
    code: "POLICY_CONFIG_INVALID",
  },
  {
    config: { policies: [{ name: PROFILE, config: { cves: [], include_cisa_kev: false } }] },
    code: "POLICY_CONFIG_INVALID",
  },
  { config: { policies: [{ name: LICENCE, config: { licenses: [] } }] }, code: "POLICY_CONFIG_INVALID" },
  {
    config: { policies: [{ name: LICENCE, config: { ignored_packages: ["lodash"] } }] },
    code: "POLICY_CONFIG_INVALID",
  },
  {
    config: { policies: [{ name: "approved-base-images", config: { allowed_base_images: ["node:20"] } }] },
    code: "POLICY_CONFIG_INVALID",
  },
  {
    config: { policies: [{ name: "default-non-root-user", config: { x: 1 } }] },
    code: "POLICY_CONFIG_INVALID",
  },
];

for (const { config, code } of wrong) {
  test(`a configuration that is wrong is ${code}: ${JSON.stringify(config)}`, async () => {
    const run = await policy(config, ["--exit-code"]);
    assert.equal(run.exitCode, 1);
    assert.equal(run.stdout, "");
    assert.ok(run.stderr.startsWith(`error ${code}: `), run.stderr);
  });
}

test("--only-policy with nothing or a name that does not exist is an error", async () => {
  assert.match((await policy({}, ["--only-policy", "", "--exit-code"])).stderr, /^error USAGE: /);
  assert.match((await policy({}, ["--only-policy", "nonsense"])).stderr, /^error POLICY_UNKNOWN: /);
});
