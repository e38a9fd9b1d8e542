/** Verdicts made once more because somebody asked: what comes out, and what is said where it cannot be done. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import {
  imageOf,
  npmImage,
  osvRecord,
  startTestWorker,
  type TestWorker,
} from "../../../test/helpers/worker.ts";
import { asEngine, inOrg } from "../../store/in-org.ts";
import { compressDocument, expandDocument, recordDocument } from "../../store/stores/image-documents.ts";
import { findReplay, insertReplay, type ReplayRow } from "../../store/stores/replays.ts";

let worker: TestWorker;
let image: { readonly id: string; readonly evaluationId: string };

before(async () => {
  worker = await startTestWorker();
  await worker.addPolicy({ type: "severity", config: { severities: ["CRITICAL"], fixable_only: true } });
  await worker.publish([osvRecord("CVE-2026-1", "left", "1.0.1")]);
  await worker.push(npmImage(["left@1.0.0", "right@1.0.0"]), "acme/app:1");
  await worker.work();
  const { id, evaluation_id: evaluationId } = await imageOf(worker);
  image = { id, evaluationId: evaluationId! };
});
after(() => worker.close());

/** Asks, does the job, and tells what came out. */
async function replay(): Promise<ReplayRow> {
  const { database, org, now } = worker;
  const id = await inOrg(database.store, org.id, (tx) =>
    insertReplay(tx, org.id, { imageId: image.id, evaluationId: image.evaluationId, askedBy: "ann", now }),
  );
  assert.ok(id);
  await worker.run("replay", { org: org.id, replay: id });
  const row = await inOrg(database.store, org.id, (tx) => findReplay(tx, org.id, { imageId: image.id, id }));
  assert.ok(row?.doneAt);
  return row;
}

describe("a replay", () => {
  it("gives the same bytes, whatever has changed since", async () => {
    const { state, keptEngine, engine, differences } = await replay();
    assert.deepEqual([state, engine, differences], ["same", keptEngine, []]);
    await worker.publish([osvRecord("CVE-2026-1", "other", "1.0.1")]);
    await worker.addPolicy({ type: "non-root" });
    await worker.work();
    worker.now = new Date(worker.now.getTime() + 400 * 86_400_000);
    assert.equal((await replay()).state, "same");
  });

  it("has the document of then, also when the image has another one by now", async () => {
    const { store } = worker.database;
    await asEngine(store, async (tx) => {
      const { body } = await tx.selectFrom("image_document").select("body").executeTakeFirstOrThrow();
      const document = JSON.parse((await expandDocument(body)).toString("utf8"));
      const other = await compressDocument(Buffer.from(JSON.stringify({ ...document, packages: [] })));
      await recordDocument(tx, worker.org.id, image.id, other);
    });
    assert.equal((await replay()).state, "same");
  });

  it("is done once", async () => {
    const { id } = await replay();
    await worker.run("replay", { org: worker.org.id, replay: id });
    await worker.run("replay", { org: worker.org.id, replay: "00000000-0000-4000-8000-000000000000" });
  });

  it("is of an image's own verdict, and of one's own organisation", async () => {
    const { database, now } = worker;
    const other = await worker.addOrg("other");
    const nobody = "00000000-0000-4000-8000-000000000000";
    for (const [orgId, imageId] of [
      [worker.org.id, nobody],
      [other.id, image.id],
    ] as const) {
      const of = { imageId, evaluationId: image.evaluationId, askedBy: "ann", now };
      assert.equal(await inOrg(database.store, orgId, (tx) => insertReplay(tx, orgId, of)), null);
    }
  });

  it("of a damaged or a removed part fails, and says so", async () => {
    const { engine } = worker.database.store;
    const all = await engine.selectFrom("kept_part").selectAll().execute();
    await engine
      .updateTable("kept_part")
      .set({ body: all[0]!.body })
      .where("digest", "!=", all[0]!.digest)
      .execute();
    const damaged = await replay();
    assert.deepEqual(
      [damaged.state, damaged.failure],
      ["failed", "The verdict cannot be made once more: a part of it is damaged."],
    );
    await engine.deleteFrom("kept_part").execute();
    assert.match((await replay()).failure ?? "", /a part of it was removed/);
    await engine.deleteFrom("kept_evaluation").execute();
    const { state, keptEngine } = await replay();
    assert.deepEqual([state, keptEngine], ["failed", null]);
  });
});
