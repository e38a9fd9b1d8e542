/**
 * What a database cannot answer. `--severity-source`: whose word decides, in every verb that shows a severity; a source that rates
 * nothing is told. Filters and orders by KEV and EPSS, of a database without them.
 */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { CvesReport } from "../src/api/reports.ts";
import { runInProcess, type Run } from "./helpers/run-plimsoll.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-severity-"));
const env = { PLIMSOLL_DB_DIR: join(folder, "db"), PLIMSOLL_NO_CACHE: "1" };
const now = new Date("2030-02-01T00:00:00Z");
const sbom = `sbom://${join(folder, "app.json")}`;

const LOW = "CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N";
const CRITICAL = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H";

before(async () => {
  mkdirSync(join(folder, "feed"));
  for (const [id, vector] of [
    ["GHSA-aaaa-bbbb-cccc", LOW],
    ["CVE-2030-0001", CRITICAL],
  ] as const) {
    const record = {
      id,
      aliases: ["CVE-2030-0001"].filter((alias) => alias !== id),
      modified: "2030-01-01T00:00:00Z",
      affected: [
        {
          package: { ecosystem: "npm", name: "qs" },
          ranges: [{ type: "SEMVER", events: [{ introduced: "0" }, { fixed: "6.7.3" }] }],
        },
      ],
      severity: [{ type: "CVSS_V3", score: vector }],
    };
    writeFileSync(join(folder, "feed", `${id}.json`), JSON.stringify(record));
  }
  const document = {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    components: [{ type: "library", name: "qs", version: "6.7.0", purl: "pkg:npm/qs@6.7.0" }],
  };
  writeFileSync(join(folder, "app.json"), JSON.stringify(document));
  const run = await runInProcess(["db", "build", "--quiet", "--from", join(folder, "feed")], { env, now });
  assert.equal(run.exitCode, 0, run.stderr);
});

after(() => rmSync(folder, { recursive: true, force: true }));

function run(...args: readonly string[]): Promise<Run> {
  return runInProcess(args, { env, now });
}

/** In every row the deciding source and the severity. */
const rows: readonly (readonly [flags: readonly string[], source: string, severity: string])[] = [
  [[], "GHSA", "low"],
  [["--severity-source", "npm"], "npm", "critical"],
  [["--severity-source", "NPM,ghsa"], "npm", "critical"],
  [["--severity-source", "ghsa", "--severity-source", "npm"], "GHSA", "low"],
  [["--severity-source", "nvd,npm"], "npm", "critical"],
];

for (const [flags, source, severity] of rows) {
  test(`${flags.join(" ") || "the rule"}: ${severity} by ${source}`, async () => {
    const cves = await run("cves", "--format", "json", ...flags, sbom);
    const [finding] = (JSON.parse(cves.stdout) as CvesReport).findings;
    assert.deepEqual([finding?.severity, finding?.rating?.source], [severity, source]);
    assert.deepEqual(finding?.ratings.map((rating) => rating.source).toSorted(), ["GHSA", "npm"]);
    const query = await run("db", "query", "--format", "json", ...flags, "pkg:npm/qs@6.7.0");
    assert.match(query.stdout, new RegExp(`"severity":"${severity}","rating":\\{"source":"${source}"`));
    const quickview = await run("quickview", "--format", "json", ...flags, sbom);
    assert.match(quickview.stdout, new RegExp(`"${severity}": 1`));
    const explain = await run("explain", "--format", "json", ...flags, "CVE-2030-0001", sbom);
    assert.match(explain.stdout, new RegExp(`"severity": "${severity}"`));
  });
}

test("the gate of policies goes by it too", async () => {
  const policy = (...flags: readonly string[]): Promise<Run> =>
    run("policy", "--exit-code", "--only-policy", "fixable-vulnerabilities", ...flags, sbom);
  assert.equal((await policy()).exitCode, 0);
  assert.equal((await policy("--severity-source", "npm")).exitCode, 2);
});

test("a source that rates nothing is told on standard error", async () => {
  const silent = await run("cves", "--severity-source", "nvdd,npm", sbom);
  assert.match(
    silent.stderr,
    /^warning: --severity-source: nothing here is rated by nvdd; there is ghsa, npm$/m,
  );
  assert.equal((await run("cves", "--severity-source", "npm", sbom)).stderr, "");
});

test("an organisation's verdict is its own", async () => {
  const judged = await run("policy", "--org", "acme", "--severity-source", "npm", sbom);
  assert.match(judged.stderr, /^error USAGE: .*--severity-source/);
});

for (const flags of [["--only-cisa-kev"], ["--epss-score", "0.1"], ["--epss-percentile", "0.1"]]) {
  test(`${flags.join(" ")} without its feed is an error, not a clean image`, async () => {
    const filtered = await run("cves", "--exit-code", ...flags, sbom);
    assert.equal(filtered.exitCode, 1);
    assert.equal(filtered.stdout, "");
    assert.match(filtered.stderr, /^error FEED_MISSING: /);
    // Formats that tell nothing of findings need no feed.
    assert.equal((await run("cves", "--format", "sbom", ...flags, sbom)).exitCode, 0);
  });
}

test("an order that lacks what it goes by is told", async () => {
  const warned = async (...flags: readonly string[]): Promise<string> =>
    (await run("cves", ...flags, sbom)).stderr.trim();
  assert.equal(
    await warned("--sort", "risk"),
    "warning: the vulnerability database has no KEV and no EPSS, by which --sort risk goes",
  );
  assert.equal(
    await warned("--epss"),
    "warning: the vulnerability database has no EPSS, by which --sort epss goes",
  );
  assert.equal(await warned("--sort", "package"), "");
});
