/** The list of images, and asking for an analysis of one. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { sql } from "kysely";
import { day, seedSample, type SampleName } from "../../../test/helpers/sample-images.ts";
import { seedImages, type SeededImage } from "../../../test/helpers/seed.ts";
import { seedDigest, type SeedImage } from "../../../test/helpers/seed-images.ts";
import { startTestServer, type Answer, type TestServer } from "../../../test/helpers/server.ts";
import { asEngine } from "../../store/in-org.ts";

let server: TestServer;
let seeded: Readonly<Record<SampleName, SeededImage>>;
before(async () => {
  server = await startTestServer();
  seeded = await seedSample(server);
});
after(() => server.close());

const get = (path: string): Promise<Answer> => server.request("viewer", "GET", `/orgs/acme${path}`);
const list = async (query = ""): Promise<Answer["json"]> => {
  const answer = await get(`/images${query}`);
  assert.equal(answer.status, 200, answer.text);
  return answer.json;
};
const names = (page: { entries: { repository: string }[] }): string[] =>
  page.entries.map(({ repository }) => repository.replace("registry.example.com/acme/", ""));

describe("the list", () => {
  test("has a row for each repository, with its latest tag and the worst of its platforms", async () => {
    const { entries, next } = await list();
    assert.equal(next, null);
    assert.deepEqual(names({ entries }), [
      "app",
      "failed",
      "multi",
      "old",
      "queued",
      "unjudged",
      "unmatched",
    ]);
    const [app, failed, multi, old, queued, unjudged, unmatched] = entries;
    assert.deepEqual(app, {
      repositoryId: seeded.app.repositoryId,
      repository: "registry.example.com/acme/app",
      tag: "1.0",
      tagCount: 1,
      pushedAt: day(2).toISOString(),
      imageId: seeded.app.id,
      digest: seeded.app.digest,
      platform: "linux/amd64",
      platformCount: 1,
      state: "analysed",
      failure: null,
      incomplete: false,
      findings: { critical: 1, high: 1, medium: 0, low: 0, unspecified: 0, suppressed: 1, undetermined: 1 },
      compliance: { status: "not_met", met: 5, notMet: 1, noData: 1, total: 7, trend: "same" },
      grade: app.grade,
    });
    assert.deepEqual([old.tag, old.tagCount, old.imageId], ["1.0", 2, seeded.newer.id]);
    assert.deepEqual([multi.imageId, multi.platformCount, multi.incomplete], [seeded.multiArm.id, 2, true]);
    assert.equal(multi.compliance.status, "no_data");
    assert.deepEqual(
      [failed.state, failed.failure.code, failed.findings, failed.compliance],
      ["failed", "SOURCE_NOT_FOUND", null, null],
    );
    assert.deepEqual(
      [queued.state, queued.failure, queued.findings, queued.compliance],
      ["queued", null, null, null],
    );
    assert.deepEqual([unjudged.findings, unjudged.compliance], [null, null]);
    // Nothing was asked, so nothing is said: zero would look clean.
    assert.equal(unmatched.findings, null);
    assert.equal(unmatched.compliance.status, "met");
  });

  const filters: readonly (readonly [query: string, expected: readonly string[]])[] = [
    ["?q=APP", ["app"]],
    ["?q=acme%2Fold%3A1", ["old"]],
    ["?q=0.9", []],
    ["?q=%25", []],
    ["?q=_", []],
    ["?status=not_met", ["app"]],
    ["?status=no_data", ["multi"]],
    ["?status=met", ["old", "unmatched"]],
    ["?state=failed", ["failed"]],
    ["?state=queued", ["queued"]],
    ["?environment=production", ["app", "old"]],
    ["?environment=staging", []],
    ["?sort=pushed&direction=desc", ["old", "app", "unjudged", "unmatched", "queued", "failed", "multi"]],
    ["?sort=findings&direction=desc", ["app", "old", "multi", "unmatched", "unjudged", "queued", "failed"]],
    ["?sort=repository&direction=desc", ["unmatched", "unjudged", "queued", "old", "multi", "failed", "app"]],
  ];
  for (const [query, expected] of filters) {
    test(`filtered and sorted by ${query}`, async () => assert.deepEqual(names(await list(query)), expected));
  }

  test("by grade: what has none comes last", async () => {
    const grades = (await list("?sort=grade")).entries.map(({ grade }: { grade: string | null }) => grade);
    assert.deepEqual(grades.slice(-3), [null, null, null]);
    assert.deepEqual(grades.slice(0, -3), grades.slice(0, -3).toSorted());
  });

  test("of an environment shows what runs there, not the latest tag", async () => {
    const { entries } = await list("?environment=production&q=old");
    assert.deepEqual(
      entries.map(({ tag, imageId }: { tag: string; imageId: string }) => [tag, imageId]),
      [["0.9", seeded.old.id]],
    );
  });

  test("by one policy: its status decides", async () => {
    const { results } = (await get(`/images/${seeded.app.id}/policies`)).json;
    const [first, second, third] = results.map(({ policyId }: { policyId: string }) => policyId);
    assert.deepEqual(names(await list(`?policy=${first}&status=not_met`)), ["app"]);
    assert.deepEqual(names(await list(`?policy=${second}&status=no_data`)), ["app"]);
    assert.deepEqual(names(await list(`?policy=${third}&status=not_met`)), []);
    assert.ok(names(await list(`?policy=${third}&status=met`)).includes("app"));
    assert.deepEqual(names(await list(`?policy=${first}&status=no_data`)), ["multi"]);
  });

  test("leaves out repositories that are disabled, and shows those without a push", async () => {
    const added = await server.request("editor", "POST", "/orgs/acme/repositories", { name: "acme/empty" });
    const [row] = (await list("?q=empty")).entries;
    assert.deepEqual(
      [row.tag, row.imageId, row.state, row.pushedAt, row.tagCount],
      [null, null, null, null, 0],
    );
    await server.request("editor", "PATCH", `/orgs/acme/repositories/${added.json.id}`, { enabled: false });
    assert.deepEqual(names(await list("?q=empty")), []);
  });

  const orders = ["repository", "pushed", "grade", "findings"].flatMap((sort) =>
    ["asc", "desc"].map((direction) => `sort=${sort}&direction=${direction}`),
  );
  for (const order of orders) {
    test(`in pages by ${order} holds every row once, in the order of one page`, async () => {
      const whole = names(await list(`?${order}`));
      const paged: string[] = [];
      let cursor = "";
      do {
        const page = await list(`?${order}&limit=2${cursor}`);
        paged.push(...names(page));
        cursor = page.next === null ? "" : `&cursor=${page.next}`;
      } while (cursor !== "");
      assert.deepEqual(paged, whole);
    });
  }

  test("in pages stays whole while rows are added before and after", async () => {
    const first = await list("?limit=2");
    await seedImages(server.parts.store, server.orgs.acme, [
      { repository: "acme/aaa", tag: "1" },
      { repository: "acme/gamma", tag: "1" },
    ]);
    const second = await list(`?limit=3&cursor=${first.next}`);
    assert.deepEqual(names(second), ["gamma", "multi", "old"]);
    for (const name of ["acme/aaa", "acme/gamma"])
      await rowsOf(sql`update repository set enabled = false where name = ${name}`);
  });

  test("does not take a cursor of another order, or of nobody", async () => {
    const { next } = await list("?limit=1");
    for (const query of [
      `?sort=pushed&cursor=${next}`,
      `?direction=desc&cursor=${next}`,
      "?cursor=abc",
      "?cursor=%00",
    ]) {
      const answer = await get(`/images${query}`);
      assert.deepEqual([answer.status, answer.json.code], [400, "REQUEST_INVALID"], query);
    }
  });

  test("does not take for analysed here what was only said to stand here", async () => {
    await rowsOf(sql`update repository_image set found_at = null where image_id = ${seeded.newer.id}`);
    const row = async () => (await list("?q=old")).entries[0];
    const { state, compliance, findings } = await row();
    assert.deepEqual([state, compliance, findings], ["queued", null, null]);
    await rowsOf(
      sql`update push set failure_code = 'REGISTRY_DENIED', failure_message = 'no' where digest = ${seeded.newer.digest}`,
    );
    assert.deepEqual(
      [(await row()).state, (await row()).failure],
      ["failed", { code: "REGISTRY_DENIED", message: "no" }],
    );
    await rowsOf(sql`update repository_image set found_at = now() where image_id = ${seeded.newer.id}`);
    assert.equal((await row()).state, "analysed");
    await rowsOf(sql`update push set failure_code = null, failure_message = null`);
  });

  test("tells whether it got better", async () => {
    const rows: readonly (readonly [SeedImage["results"], SeedImage["results"], string])[] = [
      [["not_met"], [], "better"],
      [[], ["not_met"], "worse"],
      [["not_met"], ["no_data"], "same"],
    ];
    for (const [at, [earlier, later, expected]] of rows.entries()) {
      const shared = { repository: `acme/trend-${at}`, tag: "1" };
      await seedImages(server.parts.store, server.orgs.acme, [
        { ...shared, pushedAt: day(1), results: earlier! },
        { ...shared, pushedAt: day(2), results: later! },
      ]);
      const [{ compliance }] = (await list(`?q=trend-${at}`)).entries;
      assert.equal(compliance.trend, expected, String(at));
    }
    await rowsOf(sql`update repository set enabled = false where name like 'acme/trend%'`);
    assert.equal((await list("?q=unmatched")).entries[0].compliance.trend, null);
  });
});

describe("asking for an analysis", () => {
  const ask = (reference: unknown): Promise<Answer> =>
    server.request("developer", "POST", "/orgs/acme/images/analyse", { reference });
  const analyses = async () => (await server.parts.queue.count()).analyse.waiting;

  test("by tag and by digest queues one job each", async () => {
    const before = await analyses();
    const repository = "registry.example.com/acme/app";
    const byTag = await ask(`${repository}:2.0`);
    assert.deepEqual([byTag.status, byTag.json], [202, { repository, queued: true }]);
    assert.deepEqual((await ask(`${repository}:2.0`)).json, { repository, queued: false });
    const digest = seedDigest("never told");
    assert.deepEqual((await ask(`${repository}@${digest}`)).json, { repository, queued: true });
    assert.equal(await analyses(), before + 2);
    const [push] = await rowsOf(sql`select tag, source, actor from push where digest = ${digest}`);
    assert.deepEqual(push, { tag: null, source: "manual", actor: "developer" });
    const tags = await rowsOf(sql`select name from tag where repository_id = ${seeded.app.repositoryId}`);
    assert.deepEqual(tags, [{ name: "1.0" }]);
  });

  test("who pushed and when is told by the caller, and never lies in the future", async () => {
    const told = async (name: string, pushedAt: string) => {
      const digest = seedDigest(name);
      const reference = `registry.example.com/acme/app@${digest}`;
      const body = { reference, author: "ci \u0007", pushedAt };
      await server.request("developer", "POST", "/orgs/acme/images/analyse", body);
      const [push] = await rowsOf(sql`select actor, pushed_at from push where digest = ${digest}`);
      return push as { actor: string; pushed_at: Date };
    };
    const past = await told("told of", "2026-01-02T03:04:05Z");
    assert.deepEqual([past.actor, past.pushed_at.toISOString()], ["ci \\u{7}", "2026-01-02T03:04:05.000Z"]);
    const future = await told("told too early", "2099-01-01T00:00:00Z");
    assert.ok(future.pushed_at.getTime() < Date.parse("2099-01-01T00:00:00Z"));
  });

  const rows: readonly (readonly [reference: string, status: number, code: string])[] = [
    ["evil.example.com/acme/app:1", 404, "REGISTRY_UNKNOWN"],
    ["acme/app", 404, "REGISTRY_UNKNOWN"],
    ["registry.example.com/acme/unknown:1", 404, "REPOSITORY_NOT_ENABLED"],
    ["registry.example.com/acme/empty:1", 404, "REPOSITORY_NOT_ENABLED"],
    ["https://registry.example.com/acme/app", 400, "REFERENCE_INVALID"],
    ["", 400, "REQUEST_INVALID"],
  ];
  for (const [reference, status, code] of rows) {
    test(`of "${reference}" is refused`, async () => {
      const before = await analyses();
      const answer = await ask(reference);
      assert.deepEqual([answer.status, answer.json.code], [status, code]);
      assert.equal(await analyses(), before);
    });
  }
});

// eslint-disable-next-line typescript/no-explicit-any
async function rowsOf(query: ReturnType<typeof sql>): Promise<any[]> {
  const { rows } = await asEngine(server.parts.store, (tx) => query.execute(tx));
  return rows;
}
