/** Metrics: Scout's series under their names, nothing unknown as zero, and text of images that breaks no line. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { repositoryRoot } from "../../../test/helpers/run-plimsoll.ts";
import { seedSample, type SampleName } from "../../../test/helpers/sample-images.ts";
import { SEED_DATABASE } from "../../../test/helpers/seed-images.ts";
import { seedImages, type SeededImage } from "../../../test/helpers/seed.ts";
import { startTestServer, type TestServer } from "../../../test/helpers/server.ts";
import { asEngine, inOrg } from "../../store/in-org.ts";
import { recordDatabaseState } from "../../store/stores/database-state.ts";
import { readMetrics } from "../../store/views/metrics.ts";

let server: TestServer;
let seeded: Readonly<Record<SampleName, SeededImage>>;
before(async () => {
  server = await startTestServer();
  seeded = await seedSample(server);
  const unmatched = { repository: "new/app", tag: "1", hasFindings: false, environments: ["lab"] } as const;
  await seedImages(server.parts.store, server.orgs.other, [unmatched]);
});
after(() => server.close());

/** The samples of a text by name and labels, as they stand in it: `name{a="b"}` -> value. */
function samplesOf(text: string): ReadonlyMap<string, number> {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const samples = lines.map((line) => {
    const [, name, value] = /^([a-zA-Z_:][\w:]*(?:\{.*\})?) (\S+)$/u.exec(line) ?? assert.fail(line);
    return [name ?? "", Number(value)] as const;
  });
  const byName = new Map(samples);
  assert.equal(byName.size, samples.length, "a series stands twice");
  return byName;
}

async function metrics(path = "/orgs/acme/metrics"): Promise<ReadonlyMap<string, number>> {
  const { status, text, headers } = await server.request("service:read", "GET", path);
  assert.equal(status, 200, text);
  assert.equal(headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  return samplesOf(text);
}

describe("metrics of an organisation", () => {
  test("have Scout's series under the same names and labels", async () => {
    const samples = await metrics();
    const of = (stream: string, severity: string) =>
      samples.get(`scout_stream_vulnerabilities{streamName="${stream}",severity="${severity}"}`);
    assert.deepEqual([of("latest-indexed", "critical"), of("latest-indexed", "low")], [1, 0]);
    assert.deepEqual([of("production", "critical"), of("production", "unspecified")], [2, 0]);
    const policies = (await server.request("viewer", "GET", "/orgs/acme/policies")).json.policies;
    const { id, title, compliance } = policies[0];
    const labels = (stream: string) => `{id="${id}",displayName="${title}",streamName="${stream}"}`;
    const evaluated = samples.get(`scout_policy_evaluated_images${labels("latest-indexed")}`) ?? -1;
    const compliant = samples.get(`scout_policy_compliant_images${labels("latest-indexed")}`) ?? -1;
    assert.ok(compliant >= 0 && compliant <= evaluated && evaluated <= compliance.met + compliance.notMet);
    assert.ok(samples.has(`scout_policy_evaluated_images${labels("production")}`));
  });

  test("say per repository and image what is known, and have no series for what is not", async () => {
    const samples = await metrics();
    const names = [...samples.keys()];
    const ofApp = names.filter((name) => name.includes(`digest="${seeded.app.digest}"`));
    assert.ok(
      ofApp.some((name) => name.startsWith("plimsoll_image_vulnerabilities") && name.includes('"critical"')),
    );
    assert.ok(
      ofApp.some((name) => name.startsWith("plimsoll_image_status") && name.includes('status="not_met"')),
    );
    const ofUnmatched = names.filter((name) => name.includes(`digest="${seeded.unmatched.digest}"`));
    assert.deepEqual(
      ofUnmatched.filter((name) => name.startsWith("plimsoll_image_vulnerabilities")),
      [],
    );
    assert.ok(ofUnmatched.some((name) => name.startsWith("plimsoll_image_status")));
    const repositories = names.filter((name) => name.startsWith("plimsoll_repository_vulnerabilities"));
    assert.ok(repositories.some((name) => name.includes('acme/app"')));
    assert.deepEqual(
      repositories.filter((name) => name.includes("acme/unmatched") || name.includes("acme/queued")),
      [],
    );
    assert.equal(samples.get('plimsoll_stream_images{stream="latest-indexed",matched="false"}'), 4);
  });

  test("of which nothing was matched have no counts at all", async () => {
    const { text } = await server.request("outsider", "GET", "/orgs/other/metrics");
    const samples = samplesOf(text);
    assert.deepEqual(
      [...samples.keys()].filter((name) => name.startsWith("scout_stream_vulnerabilities")),
      [],
    );
    assert.equal(samples.get('plimsoll_stream_images{stream="lab",matched="false"}'), 1);
  });

  test("leave out images above a limit, and say how many", async () => {
    const read = await inOrg(server.parts.store, server.orgs.acme, (tx) =>
      readMetrics(tx, server.orgs.acme, 2),
    );
    assert.equal(read.images.length, 2);
    const all = read.streams.find(({ stream }) => stream === "latest-indexed")?.images ?? 0;
    assert.equal(read.imagesLeftOut, all - 2);
    assert.ok(read.imagesLeftOut > 0);
  });

  test("are at Scout's address too, with the same rights", async () => {
    const headers = await server.credentials("service:read");
    const url = `${server.parts.publicUrl}/v1/exporter/org/acme/metrics`;
    const ours = (await server.request("service:read", "GET", "/orgs/acme/metrics")).text;
    assert.equal(await (await server.app.request(url, { headers })).text(), ours);
    assert.equal((await server.app.request(url)).status, 401);
    const foreign = await server.credentials("outsider");
    assert.equal((await server.app.request(url, { headers: foreign })).status, 404);
  });

  test("no environment takes the name of the latest tags", async () => {
    const answer = await server.request("editor", "POST", "/orgs/acme/environments", {
      name: "latest-indexed",
    });
    assert.deepEqual([answer.status, answer.json.code], [400, "REQUEST_INVALID"]);
  });
});

describe("metrics of the installation", () => {
  const feed = { part: "npm", recordCount: 12, origin: "https://example.com/feed", licence: "CC-BY-4.0" };
  const status = {
    updatedAt: "2026-11-22T11:00:00Z",
    digest: SEED_DATABASE,
    advisoryCount: 12,
    demonstration: false,
    spaces: ["npm"],
    feeds: [
      { ...feed, feed: "osv", fetchedAt: "2026-11-22T11:00:00Z", failure: null },
      { ...feed, feed: "nvd", fetchedAt: "2026-11-20T12:00:00Z", failure: "it does not answer" },
    ],
    hasKev: true,
    hasEpss: true,
  };

  test("tell of jobs, the database's age and each feed", async () => {
    const read = async () => samplesOf((await server.request("administrator", "GET", "/metrics")).text);
    assert.equal((await read()).get("plimsoll_database_present"), 0);
    assert.equal((await read()).has("plimsoll_database_age_seconds"), false);
    await asEngine(server.parts.store, (tx) =>
      recordDatabaseState(tx, { status, appliedAt: null, failure: null }),
    );
    await server.parts.queue.send(null, [{ kind: "expire", key: "installation/metrics", payload: {} }]);
    const samples = await read();
    assert.equal(samples.get("plimsoll_database_age_seconds"), 3600);
    assert.equal(samples.get('plimsoll_feed_age_seconds{feed="osv",part="npm"}'), 3600);
    assert.equal(samples.get('plimsoll_feed_age_seconds{feed="nvd",part="npm"}'), 172_800);
    assert.equal(samples.get('plimsoll_feed_failed{feed="nvd",part="npm"}'), 1);
    assert.equal(samples.get('plimsoll_queue_jobs{kind="expire",state="waiting"}'), 1);
    assert.equal(samples.get('plimsoll_info{version="0.0.0-test"}'), 1);
  });

  test("the series that the dashboard for Grafana and the guide name are there", async () => {
    const texts = await Promise.all([
      server.request("viewer", "GET", "/orgs/acme/metrics"),
      server.request("administrator", "GET", "/metrics"),
    ]);
    const known = new Set(
      texts.flatMap(({ text }) => [...text.matchAll(/^# TYPE (\w+) gauge$/gmu)]).map(([, name]) => name),
    );
    for (const file of ["deploy/grafana/plimsoll.json", "docs/guide/metrics.md"]) {
      const text = readFileSync(join(repositoryRoot, file), "utf8");
      const named = [...text.matchAll(/\b(?:scout|plimsoll)_[a-z_]+/gu)].map(([name]) => name);
      assert.ok(named.length > 6, file);
      assert.deepEqual(
        named.filter((name) => !known.has(name)),
        [],
        file,
      );
    }
  });

  test("are the administrator's, by a token for nothing else too", async () => {
    assert.equal((await server.request("token:administrator:metrics", "GET", "/metrics")).status, 200);
    for (const as of ["owner", "service:metrics", "anonymous"] as const)
      assert.notEqual((await server.request(as, "GET", "/metrics")).status, 200, as);
  });
});
