/** Exports for an audit: what stood at a time is what was pushed, recorded and judged by then. */
import { sql } from "kysely";
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { day, nasty, seedSample, type SampleName } from "../../../test/helpers/sample-images.ts";
import { seedImages, type SeededImage } from "../../../test/helpers/seed.ts";
import { startTestServer, type Answer, type TestServer } from "../../../test/helpers/server.ts";
import { complianceExport, type ComplianceExport } from "../../api/rest/compliance-export.ts";
import { asEngine } from "../../store/in-org.ts";

let server: TestServer;
let seeded: Readonly<Record<SampleName, SeededImage>>;
before(async () => {
  server = await startTestServer();
  seeded = await seedSample(server);
  await seedImages(server.parts.store, server.orgs.other, [
    { repository: "other/app", tag: "1", environments: ["production"] },
  ]);
});
after(() => server.close());

const get = (query: string): Promise<Answer> =>
  server.request("viewer", "GET", `/orgs/acme/exports/compliance?${query}`);

async function report(query: string): Promise<ComplianceExport> {
  const { status, text } = await get(query);
  assert.equal(status, 200, text);
  return complianceExport.parse(JSON.parse(text));
}

async function digestsOf(query: string): Promise<readonly string[]> {
  return (await report(query)).images.map(({ digest }) => digest);
}

/** Of the database, whose clock records. */
async function databaseTime(): Promise<string> {
  const { rows } = await asEngine(server.parts.store, (tx) =>
    sql<{ now: Date }>`select clock_timestamp() as now`.execute(tx),
  );
  await new Promise((resolve) => setTimeout(resolve, 5));
  return encodeURIComponent((rows[0]?.now ?? new Date(0)).toISOString());
}

describe("how the latest tags stood", () => {
  test("is what was pushed by then", async () => {
    const before = await digestsOf(`at=${day(1, 12).toISOString()}`);
    assert.ok(before.includes(seeded.before.digest) && !before.includes(seeded.app.digest));
    const later = await digestsOf(`at=${day(2, 1).toISOString()}`);
    assert.ok(later.includes(seeded.app.digest) && !later.includes(seeded.before.digest));
    assert.deepEqual(await digestsOf("at=2020-01-01T00:00:00Z"), []);
  });

  test("with the verdict that there was by then, and none that came later", async () => {
    const find = async (at: Date) =>
      (await report(`at=${at.toISOString()}`)).images.find(({ digest }) => digest === seeded.app.digest);
    assert.equal((await find(day(2)))?.verdict, null);
    const verdict = (await find(day(2, 1)))?.verdict ?? assert.fail();
    assert.equal(verdict.status, "not_met");
    assert.equal(verdict.findings?.critical, 1);
    assert.equal(verdict.results[0]?.reason, null);
    assert.deepEqual(
      verdict.results.slice(0, 2).map(({ status, deviationCount }) => [status, deviationCount]),
      [
        ["not_met", 3],
        ["no_data", 0],
      ],
    );
  });

  test("an image that nobody compared with a database has no counts", async () => {
    const { images } = await report("");
    const unmatched = images.find(({ digest }) => digest === seeded.unmatched.digest);
    assert.equal(unmatched?.verdict?.findings, null);
    assert.equal(images.find(({ digest }) => digest === seeded.unjudged.digest)?.verdict, null);
  });
});

describe("what ran in an environment", () => {
  test("comes, goes, and stays known after the environment is gone", async () => {
    const ask = (method: string, path: string, body?: unknown) =>
      server.request("editor", method, `/orgs/acme/environments${path}`, body);
    const { id } = (await ask("POST", "", { name: "audited" })).json;
    const start = await databaseTime();
    await ask("POST", `/${id}/images`, { digest: seeded.app.digest });
    await ask("POST", `/${id}/images`, { digest: seeded.newer.digest });
    const both = await databaseTime();
    await ask("DELETE", `/${id}/images/${seeded.app.id}`);
    const one = await databaseTime();
    await ask("DELETE", `/${id}`);
    const none = await databaseTime();
    await ask("POST", "", { name: "audited" });
    const at = async (time: string) => (await digestsOf(`environment=audited&at=${time}`)).toSorted();
    assert.deepEqual(await at(start), []);
    assert.deepEqual(await at(both), [seeded.app.digest, seeded.newer.digest].toSorted());
    assert.deepEqual(await at(one), [seeded.newer.digest]);
    assert.deepEqual(await at(none), []);
    const [first] = (await report(`environment=audited&at=${one}`)).images;
    assert.deepEqual([first?.recordedBy, typeof first?.until], ["editor", "string"]);
  });

  test("of another organisation is not among it", async () => {
    const digests = await digestsOf(`environment=production&at=2099-01-01T00:00:00Z`);
    assert.deepEqual(digests.toSorted(), [seeded.app.digest, seeded.old.digest].toSorted());
  });
});

describe("comma separated values", () => {
  test("have a row for each image and policy, and text of images runs nowhere", async () => {
    const { status, text, headers } = await get(`format=csv&at=${day(9).toISOString()}`);
    assert.equal(status, 200);
    assert.match(headers.get("content-type") ?? "", /^text\/csv/);
    assert.match(
      headers.get("content-disposition") ?? "",
      /^attachment; filename="acme-latest-2026-11-09\.csv"$/,
    );
    const [head = "", ...lines] = text.trimEnd().split("\n");
    assert.match(head, /^environment,at,repository,tag,digest,.*,policy,policy_id,.*,deviations$/);
    const { images } = await report(`at=${day(9).toISOString()}`);
    const rows = images.reduce((sum, { verdict }) => sum + Math.max(1, verdict?.results.length ?? 0), 0);
    assert.equal(lines.length, rows);
    assert.ok(lines.some((line) => line.includes("not judged")));
    assert.ok(!text.includes(nasty));
  });

  test("wrong questions are refused", async () => {
    assert.equal((await get("environment=never")).status, 404);
    for (const query of ["at=yesterday", "format=xlsx"])
      assert.deepEqual([(await get(query)).status, (await get(query)).json.code], [400, "REQUEST_INVALID"]);
  });
});
