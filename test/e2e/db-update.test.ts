/**
 * `plimsoll db update` from the real feeds beside the checkout, served on loopback in the layout of the live ones: the real
 * download code, the real files.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { mirroredFeeds, startFeedMirror, type FeedMirror } from "../helpers/feed-mirror.ts";
import { runProcess } from "../helpers/run-plimsoll.ts";
import { skipWithout } from "../helpers/shared.ts";

const skip = skipWithout("feeds/MANIFEST.md");
const folder = mkdtempSync(join(tmpdir(), "plimsoll-update-"));
const env = { HOME: folder, PLIMSOLL_DB_DIR: join(folder, "db"), PLIMSOLL_CACHE_DIR: join(folder, "cache") };
let mirror: FeedMirror | null = null;

before(async () => {
  if (skip === false) mirror = await startFeedMirror();
});

after(async () => {
  await mirror?.close();
  rmSync(folder, { recursive: true, force: true });
});

function update(...parts: string[]) {
  const mirrors = mirroredFeeds.flatMap((feed) => ["--mirror", `${feed}=${mirror?.base}/${feed}/`]);
  return runProcess(["db", "update", "--format", "json", ...mirrors, ...parts], { env });
}

interface Report {
  readonly isChanged: boolean;
  readonly parts: readonly {
    readonly feed: string;
    readonly part: string;
    readonly outcome: string;
    readonly recordCount: number;
  }[];
}

const wanted = ["osv/PyPI", "alpine/v3.10", "alpine/v3.11", "kev", "epss"];

test("the first update fetches every part", { skip }, async () => {
  const run = await update(...wanted);
  assert.equal(run.exitCode, 0, run.stderr);
  const report = JSON.parse(run.stdout) as Report;
  const rows = report.parts.map((part) => `${part.feed}/${part.part} ${part.outcome}`).sort();
  assert.deepEqual(rows, [
    "alpine/v3.10/community updated",
    "alpine/v3.10/main updated",
    "alpine/v3.11/community updated",
    "alpine/v3.11/main updated",
    "epss/ updated",
    "kev/ updated",
    "osv/PyPI updated",
  ]);
  const count = (feed: string) => report.parts.find((part) => part.feed === feed)?.recordCount;
  // 2,661 records, 10 of them withdrawn; 1,662 entries of the catalogue; 1,556 scores: the figures of MANIFEST.md.
  assert.deepEqual([count("osv"), count("kev"), count("epss")], [2651, 1662, 1556]);
});

test("a second update asks whether anything changed and moves nothing", { skip }, async () => {
  const run = await update(...wanted);
  assert.equal(run.exitCode, 0, run.stderr);
  const report = JSON.parse(run.stdout) as Report;
  assert.ok(report.parts.every((part) => part.outcome === "unchanged"));
  assert.equal(report.isChanged, false);
});

test("what was fetched answers for a package", { skip }, async () => {
  const run = await runProcess(["db", "query", "--format", "json", "pkg:pypi/Django@2.2.1"], { env });
  assert.equal(run.exitCode, 0, run.stderr);
  const answer = JSON.parse(run.stdout) as { state: string; advisories: { id: string }[] };
  assert.equal(answer.state, "answered");
  // PYSEC-2019-10: affected >= 2.2, < 2.2.2.
  assert.ok(
    answer.advisories.some((advisory) => advisory.id === "CVE-2019-12308"),
    run.stdout,
  );
});

test(
  "a feed that fails keeps its last good snapshot, says so, and makes the exit code 1",
  { skip },
  async () => {
    const zip = mirror?.files.get("/osv/PyPI/all.zip");
    mirror?.files.set("/osv/PyPI/all.zip", Buffer.from("not a zip"));
    const run = await update(...wanted);
    assert.equal(run.exitCode, 1);
    assert.match(run.stderr, /^error [A-Z_]+: osv PyPI: /m);
    const query = await runProcess(["db", "query", "--format", "json", "pkg:pypi/django@2.2.1"], { env });
    assert.match(query.stdout, /CVE-2019-12308/);
    const status = await runProcess(["db", "status"], { env });
    assert.match(status.stdout, /osv\/PyPI.*FAILED/);
    if (zip !== undefined) mirror?.files.set("/osv/PyPI/all.zip", zip);
  },
);

test("only the mirrors were asked", { skip }, () => {
  const requests = mirror?.requests ?? [];
  assert.ok(requests.length > 0);
  assert.ok(
    requests.every((request) => /^GET \/(osv|alpine|kev|epss)\//.test(request)),
    requests.join("\n"),
  );
});
