/** What is old and named by nothing goes, and everything that somebody may ask for stays. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { npmImage, osvRecord, startTestWorker, type TestWorker } from "../../test/helpers/worker.ts";
import { asEngine, inOrg, outsideOrg } from "../store/in-org.ts";
import { insertAccount } from "../store/stores/accounts.ts";
import {
  insertEnvironment,
  recordInEnvironment,
  removeFromEnvironment,
} from "../store/stores/environments.ts";
import { insertException } from "../store/stores/exceptions.ts";
import { findRetention, recordRetention } from "../store/stores/retention.ts";

let worker: TestWorker;
const DAY = 86_400_000;
/** What each image that has lost its tag is kept by; `loose`: by nothing. */
const images = {
  loose: npmImage(["left@1.0.0"], "loose"),
  ran: npmImage(["left@1.0.0"], "ran"),
  runs: npmImage(["left@1.0.0"], "runs"),
  excepted: npmImage(["left@1.0.0"], "excepted"),
  admitted: npmImage(["left@1.0.0"], "admitted"),
  base: npmImage(["left@1.0.0"], "base"),
  latest: npmImage(["left@1.0.0"], "latest"),
};
type Name = keyof typeof images;

before(async () => {
  worker = await startTestWorker();
  await worker.addPolicy({ type: "severity", config: { severities: ["CRITICAL"], fixable_only: true } });
  await worker.publish([osvRecord("CVE-2026-9", "left", "1.0.1")]);
  for (const name of Object.keys(images) as Name[]) await worker.push(images[name], "acme/app:1");
  await worker.work();
  const { store } = worker.database;
  const org = worker.org.id;
  const account = { name: "dev", displayName: "dev", passwordHash: null, isAdministrator: false };
  const dev = { id: (await outsideOrg(store, (tx) => insertAccount(tx, account)))!, name: "dev" };
  const id = async (name: Name): Promise<string> => {
    const row = await store.engine
      .selectFrom("image")
      .select("id")
      .where("digest", "=", images[name].manifestDigest)
      .executeTakeFirstOrThrow();
    return row.id;
  };
  const [ran, runs] = [await id("ran"), await id("runs")];
  await inOrg(store, org, async (tx) => {
    const environment = (await insertEnvironment(tx, org, "production"))!.id;
    await recordInEnvironment(tx, org, environment, { images: [ran, runs], by: "dev" });
    await removeFromEnvironment(tx, org, environment, [ran]);
    const scope = { repository: null, digest: images.excepted.manifestDigest, purl: null };
    const kind = {
      kind: "accepted_risk",
      justification: null,
      expiresAt: new Date(worker.now.getTime() + DAY),
    } as const;
    await insertException(tx, org, { vulnerability: "CVE-2026-9", reason: "r", scope, ...kind }, dev);
    const cluster = {
      mode: "audit",
      unknown_images: "admit",
      old_evidence: "admit",
      restarts: "admit",
    } as const;
    const { id: clusterId } = await tx
      .insertInto("cluster")
      .values({ org_id: org, name: "c", environment: null, ...cluster })
      .returning("id")
      .executeTakeFirstOrThrow();
    const admitted = { namespace: "default", repository: "r", broke_glass_at: null };
    const at = { admitted_at: worker.now, seen_at: worker.now };
    await tx
      .insertInto("admitted_image")
      .values({
        org_id: org,
        cluster_id: clusterId,
        digest: images.admitted.manifestDigest,
        ...admitted,
        ...at,
      })
      .execute();
  });
  const { engine } = worker.database.store;
  await engine.updateTable("image").set({ first_seen_at: worker.now }).execute();
  await engine
    .updateTable("image")
    .set({ base: JSON.stringify({ name: "acme/app", digest: images.base.manifestDigest }) })
    .where("digest", "=", images.latest.manifestDigest)
    .execute();
});
after(() => worker.close());

async function left(): Promise<readonly Name[]> {
  const rows = await worker.database.store.engine.selectFrom("image").select("digest").execute();
  const digests = new Set(rows.map(({ digest }) => digest));
  return (Object.keys(images) as Name[]).filter((name) => digests.has(images[name].manifestDigest));
}

const all = Object.keys(images) as Name[];

describe("retention", () => {
  it("removes nothing before somebody says so", async () => {
    assert.deepEqual(await findRetention(worker.database.store.engine), {
      imageDays: null,
      replayDays: null,
    });
    worker.now = new Date(worker.now.getTime() + 4000 * DAY);
    await worker.run("retention", {});
    assert.deepEqual(await left(), all);
    worker.now = new Date(worker.now.getTime() - 4000 * DAY);
  });

  it("removes old images that nothing names, and says so; decisions, events and pushes stay", async () => {
    const { store } = worker.database;
    const count = async (table: "exception" | "event" | "push" | "environment_history"): Promise<number> => {
      const row = await store.engine
        .selectFrom(table)
        .select((each) => each.fn.countAll<number>().as("count"))
        .executeTakeFirstOrThrow();
      return Number(row.count);
    };
    const tables = ["exception", "event", "push", "environment_history"] as const;
    const before = await Promise.all(tables.map(count));
    await asEngine(store, (tx) => recordRetention(tx, { imageDays: 30, replayDays: null }));
    worker.now = new Date(worker.now.getTime() + 29 * DAY);
    await worker.run("retention", {});
    assert.deepEqual(await left(), all, "not before its time");
    worker.now = new Date(worker.now.getTime() + 2 * DAY);
    await worker.run("retention", {});
    await worker.run("retention", {});
    assert.deepEqual(
      await left(),
      all.filter((name) => name !== "loose"),
    );
    assert.deepEqual(await Promise.all(tables.map(count)), before);
    const audit = await inOrg(store, worker.org.id, (tx) =>
      tx
        .selectFrom("audit_entry")
        .select(["action", "before"])
        .where("action", "like", "retention.%")
        .execute(),
    );
    assert.deepEqual(audit, [{ action: "retention.images-removed", before: { images: 1 } }]);
  });

  it("removes what old verdicts rested on, but not of an image's newest, and then the parts that are nobody's", async () => {
    const { store } = worker.database;
    const kept = () => store.engine.selectFrom("kept_evaluation").select("evaluation_id as id").execute();
    const parts = () => store.engine.selectFrom("kept_part").select("digest").execute();
    await worker.publish([
      osvRecord("CVE-2026-9", "left", "1.0.1"),
      osvRecord("CVE-2026-8", "left", "1.0.2"),
    ]);
    await worker.work();
    const verdicts = await kept();
    const [old, fresh] = ["a".repeat(64), "b".repeat(64)];
    await asEngine(store, async (tx) => {
      await recordRetention(tx, { imageDays: null, replayDays: 30 });
      await tx
        .updateTable("kept_part")
        .set({ kept_at: new Date("2026-01-01T00:00:00Z") })
        .execute();
    });
    worker.now = new Date(worker.now.getTime() + 31 * DAY);
    const part = { org_id: worker.org.id, body: Buffer.from("x") };
    const lately = new Date(worker.now.getTime() - DAY / 2);
    await store.engine
      .insertInto("kept_part")
      .values([
        { ...part, digest: old, kept_at: new Date("2026-01-01T00:00:00Z") },
        { ...part, digest: fresh, kept_at: lately },
      ])
      .execute();
    await worker.run("retention", {});
    const newest = await store.engine
      .selectFrom("image")
      .select((each) => each.fn.coalesce("evaluation_id", "outdated_evaluation_id").as("id"))
      .execute();
    const remaining = await kept();
    assert.ok(remaining.length < verdicts.length);
    assert.deepEqual(remaining.map(({ id }) => id).toSorted(), newest.map(({ id }) => id).toSorted());
    const referred = await store.engine.selectFrom("kept_evaluation").select("parts").execute();
    const needed = new Set(referred.flatMap((row) => row.parts));
    const stored = (await parts()).map(({ digest }) => digest);
    assert.ok(needed.size > 0 && stored.length > 1, "what is referred to stays");
    assert.deepEqual(
      stored.filter((digest) => !needed.has(digest)),
      [fresh],
    );
  });
});
