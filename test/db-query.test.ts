/**
 * `plimsoll db query`: the answer about a package URL, and with --explain the proof behind it, in both formats.
 */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { runInProcess, type Run } from "./helpers/run-plimsoll.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-query-"));
const env = { PLIMSOLL_DB_DIR: join(folder, "db") };
const now = new Date("2030-02-01T00:00:00Z");

interface Line {
  readonly state: string;
  readonly lookedUp?: readonly { readonly space: string; readonly name: string }[];
  readonly advisories: readonly {
    readonly id: string;
    readonly severity: string;
    readonly fixState: string;
    readonly epss: { readonly score: number } | null;
    readonly kev: { readonly dateAdded: string } | null;
    readonly ratings?: readonly { readonly source: string }[];
    readonly sources: readonly {
      readonly feed: string;
      readonly comparison: string;
      readonly range?: object;
    }[];
  }[];
  readonly considered?: readonly {
    readonly id: string;
    readonly advisory: { readonly feed: string };
    readonly reasons: readonly string[];
  }[];
}

before(async () => {
  mkdirSync(join(folder, "feed"));
  const write = (name: string, text: string): void => writeFileSync(join(folder, "feed", name), text);
  for (const [id, fixed] of [
    ["CVE-2030-0001", "6.7.3"],
    ["CVE-2030-0002", "6.5.0"],
  ] as const) {
    const range = { type: "SEMVER", events: [{ introduced: "6.0.0" }, { fixed }] };
    const record = {
      id,
      modified: "2030-01-01T00:00:00Z",
      summary: "example",
      affected: [{ package: { ecosystem: "npm", name: "qs" }, ranges: [range] }],
      severity: [{ type: "CVSS_V3", score: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H" }],
    };
    write(`${id}.json`, JSON.stringify(record));
  }
  const known = { cveID: "CVE-2030-0001", dateAdded: "2030-01-05", knownRansomwareCampaignUse: "Known" };
  write("kev.json", JSON.stringify({ catalogVersion: "2030.01.05", vulnerabilities: [known] }));
  const head = "#model_version:v1,score_date:2030-01-31T00:00:00+0000\ncve,epss,percentile\n";
  write("epss.csv", `${head}CVE-2030-0001,0.9,0.99\n`);
  const run = await runInProcess(["db", "build", "--quiet", "--from", join(folder, "feed")], { env, now });
  assert.equal(run.exitCode, 0, run.stderr);
});

after(() => rmSync(folder, { recursive: true, force: true }));

function query(...args: readonly string[]): Promise<Run> {
  return runInProcess(["db", "query", ...args], { env, now });
}

async function line(...args: readonly string[]): Promise<Line> {
  const run = await query("--format", "json", ...args);
  assert.equal(run.exitCode, 0, run.stderr);
  return JSON.parse(run.stdout) as Line;
}

test("an answer tells severity, fix, and what is known of the vulnerability", async () => {
  const { state, advisories, considered, lookedUp } = await line("pkg:npm/qs@6.7.0");
  assert.deepEqual([state, considered, lookedUp], ["answered", undefined, undefined]);
  const [row] = advisories;
  assert.deepEqual(
    [advisories.length, row?.id, row?.severity, row?.fixState, row?.epss?.score, row?.kev?.dateAdded],
    [1, "CVE-2030-0001", "high", "fixed", 0.9, "2030-01-05"],
  );
  assert.equal(row?.sources[0]?.comparison, "6.7.0 >= 6.0.0 and 6.7.0 < 6.7.3 (semver)");
  assert.equal(row?.sources[0]?.range, undefined);
});

test("--explain tells the key, ranges, ratings, and the advisories that say no", async () => {
  const { lookedUp, advisories, considered } = await line("--explain", "pkg:npm/qs@6.7.0");
  assert.deepEqual(lookedUp, [{ space: "npm", name: "qs", version: "6.7.0", by: "package" }]);
  assert.deepEqual(advisories[0]?.sources[0]?.range, {
    scheme: "semver",
    introduced: "6.0.0",
    fixed: "6.7.3",
    lastAffected: null,
  });
  assert.equal(advisories[0]?.ratings?.length, 1);
  assert.deepEqual(
    considered?.map(({ id, advisory: { feed }, reasons }) => [id, feed, ...reasons]),
    [["CVE-2030-0002", "osv", "6.7.0 < 6.5.0 is false (semver)"]],
  );
});

test("text says the same", async () => {
  const plain = (await query("pkg:npm/qs@6.7.0")).stdout;
  assert.match(
    plain,
    /^pkg:npm\/qs@6\.7\.0\n {2}CVE-2030-0001 +high +>=6\.0\.0, <6\.7\.3; fixed in 6\.7\.3\n$/,
  );
  const text = (await query("--explain", "pkg:npm/qs@6.7.0")).stdout;
  for (const part of [
    "  looked up as qs 6.7.0 in npm (package)",
    "    osv CVE-2030-0001 on qs: 6.7.0 >= 6.0.0 and 6.7.0 < 6.7.3 (semver)",
    "    known to be exploited since 2030-01-05, used by ransomware",
    "    EPSS 90.00%, percentile 99.00%, as of 2030-01-31",
    "  considered, and not affected by:",
  ])
    assert.ok(text.includes(`${part}\n`), `${part} is not in ${text}`);
  assert.match(text, /\n {4}severity: high by npm \(7\.5\) CVSS:3\.1/);
  assert.match(text, /\n {4}CVE-2030-0002 +osv CVE-2030-0002: 6\.7\.0 < 6\.5\.0 is false \(semver\)\n/);
  const fixed = (await query("--explain", "pkg:npm/qs@6.7.3")).stdout;
  assert.match(fixed, /no advisory affects it\n {2}considered, and not affected by:\n/);
});

test("what cannot be answered says why, with --explain too", async () => {
  for (const flags of [[], ["--explain"]]) {
    const unknown = await query(...flags, "pkg:pypi/requests@1.0.0");
    assert.match(unknown.stdout, /no_data: the database has nothing for pypi/);
    assert.equal(unknown.exitCode, 0);
    const invalid = await query(...flags, "qs");
    assert.match(invalid.stderr, /^error PURL_INVALID: /);
    assert.equal(invalid.exitCode, 1);
  }
});
