/** The overview, the vulnerability database, and who is affected by a vulnerability. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { sql } from "kysely";
import { openssl, seedSample, type SampleName } from "../../../test/helpers/sample-images.ts";
import { seedImages, type SeededImage } from "../../../test/helpers/seed.ts";
import { SEED_DATABASE } from "../../../test/helpers/seed-images.ts";
import { startTestServer, type Answer, type TestServer } from "../../../test/helpers/server.ts";
import { asEngine, inOrg } from "../../store/in-org.ts";
import { recordDatabaseState } from "../../store/stores/database-state.ts";

let server: TestServer;
let seeded: Readonly<Record<SampleName, SeededImage>>;
before(async () => {
  server = await startTestServer();
  seeded = await seedSample(server);
  const finding = { vulnerability: "CVE-2099-1", severity: "high", demonstration: true } as const;
  const demo = { repository: "other/demo", tag: "1", packages: [{ name: "demo", findings: [finding] }] };
  await seedImages(server.parts.store, server.orgs.other, [demo]);
});
after(() => server.close());

const get = (path: string): Promise<Answer> => server.request("viewer", "GET", `/orgs/acme${path}`);

describe("the overview", () => {
  test("counts the latest tags and what is deployed, and takes nothing unknown for clean", async () => {
    const { status, json } = await get("/overview");
    assert.equal(status, 200);
    // app, old 1.0 and, deployed, 0.9; multi twice; unmatched. Waiting: queued, unjudged.
    assert.deepEqual(json.images, { counted: 9, met: 4, notMet: 1, noData: 1, waiting: 2, failed: 1 });
    assert.deepEqual(json.findings, { critical: 2, high: 2, medium: 0, low: 0, unspecified: 0 });
    assert.equal(json.policies.length, 7);
    const [first] = json.policies;
    assert.deepEqual([first.effect, first.notMet, first.noData], ["block", 1, 2]);
    assert.deepEqual([json.database, json.exceptionsWaiting, json.recent], [null, 0, []]);
    assert.deepEqual(json.queue, { waiting: 1, active: 0, failed: 1 });
  });

  test("of an organisation without images says nothing of findings", async () => {
    const { json } = await server.request("outsider", "GET", "/orgs/other/overview");
    assert.equal(json.images.counted, 1);
    await inOrg(server.parts.store, server.orgs.other, (tx) =>
      sql`update repository set enabled = false`.execute(tx),
    );
    const empty = (await server.request("outsider", "GET", "/orgs/other/overview")).json;
    assert.deepEqual([empty.images.counted, empty.findings], [0, null]);
  });
});

describe("the vulnerability database", () => {
  const status = {
    updatedAt: "2026-11-20T00:00:00Z",
    digest: SEED_DATABASE,
    advisoryCount: 12,
    demonstration: false,
    spaces: ["npm"],
    feeds: [
      {
        feed: "osv",
        part: "npm",
        recordCount: 12,
        fetchedAt: "2026-11-20T00:00:00Z",
        origin: "https://example.com/feed",
        licence: "CC-BY-4.0",
        failure: null,
      },
    ],
    hasKev: true,
    hasEpss: true,
  };
  const record = (change: object): Promise<void> =>
    asEngine(server.parts.store, (tx) =>
      recordDatabaseState(tx, { status: { ...status, ...change }, appliedAt: null, failure: null }),
    );

  test("is absent until a worker has one", async () => {
    const { present, digest, ageHours } = (await get("/database")).json;
    assert.deepEqual([present, digest, ageHours], [false, null, null]);
  });

  const rows: readonly (readonly [name: string, change: object, ageHours: number, stale: boolean])[] = [
    ["fresh", {}, 60, false],
    ["as old as it may be", { updatedAt: "2026-11-17T12:00:00Z" }, 120, false],
    ["too old", { updatedAt: "2026-11-17T11:59:59Z" }, 120, true],
    [
      "an example, whose age says nothing",
      { updatedAt: "2020-01-01T00:00:00Z", demonstration: true },
      60_420,
      false,
    ],
    ["from the future", { updatedAt: "2026-12-01T00:00:00Z" }, 0, false],
  ];
  for (const [name, change, ageHours, stale] of rows) {
    test(`is ${name}`, async () => {
      await record(change);
      const { json } = await get("/database");
      assert.deepEqual([json.present, json.ageHours, json.stale], [true, ageHours, stale]);
      const overview = (await get("/overview")).json.database;
      assert.deepEqual(
        [overview.ageHours, overview.stale, overview.demonstration],
        [ageHours, stale, json.demonstration],
      );
      assert.equal(json.feeds[0].licence, "CC-BY-4.0");
    });
  }

  test("that cannot be used any more says why", async () => {
    const failure = "The vulnerability database is held back.";
    await asEngine(server.parts.store, (tx) => recordDatabaseState(tx, { status, appliedAt: null, failure }));
    assert.equal((await get("/database")).json.failure, failure);
    assert.equal((await get("/overview")).json.database.failure, failure);
  });

  test("of demonstration data marks every verdict that rests on it", async () => {
    await record({ demonstration: true });
    assert.equal((await get(`/images/${seeded.app.id}`)).json.verdict.demonstration, true);
    assert.equal((await get(`/images/${seeded.unmatched.id}`)).json.verdict.demonstration, false);
  });
});

describe("who is affected", () => {
  test("by any id of the vulnerability, in any case", async () => {
    for (const id of ["CVE-2026-1", "cve-2026-1", "GHSA-aaaa-bbbb-cccc", "ghsa-AAAA-bbbb-cccc"]) {
      const { status, json } = await get(`/vulnerabilities/${id}`);
      assert.equal(status, 200, id);
      const { images: affected, ...known } = json;
      assert.deepEqual(known, {
        vulnerability: "CVE-2026-1",
        aliases: ["GHSA-aaaa-bbbb-cccc"],
        severity: "critical",
        summary: "A weakness of openssl",
        kev: true,
        epss: 0.9,
        imageCount: 4,
        unknownCount: 4,
      });
      const [first] = affected;
      assert.deepEqual(first, {
        imageId: seeded.app.id,
        repository: "registry.example.com/acme/app",
        tags: ["1.0"],
        digest: seeded.app.digest,
        purls: [openssl.purl],
        fixedVersion: "3.0.2",
        suppressed: false,
      });
      const ids = affected.map(({ imageId }: { imageId: string }) => imageId).toSorted();
      const expected = (["app", "old", "unmatched", "unjudged"] as const).map((name) => seeded[name].id);
      assert.deepEqual(ids, expected.toSorted());
    }
  });

  test("where all of it is suppressed says so", async () => {
    const { images: affected } = (await get("/vulnerabilities/CVE-2026-3")).json;
    assert.deepEqual(
      affected.map(({ suppressed }: { suppressed: boolean }) => suppressed),
      [true],
    );
  });

  test("nobody: what another organisation holds is not known here", async () => {
    for (const id of ["CVE-2099-1", "CVE-1999-1"]) {
      const { status, json } = await get(`/vulnerabilities/${id}`);
      assert.deepEqual([status, json.code], [404, "NOT_FOUND"], id);
    }
    assert.equal(
      (await server.request("outsider", "GET", "/orgs/other/vulnerabilities/CVE-2099-1")).status,
      200,
    );
  });
});
