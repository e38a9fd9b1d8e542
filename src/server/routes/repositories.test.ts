/** A repository has the grade of its latest pushed tag. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { seedDigest } from "../../../test/helpers/seed-images.ts";
import { seedImages } from "../../../test/helpers/seed.ts";
import { startTestServer, type TestServer } from "../../../test/helpers/server.ts";
import { asEngine } from "../../store/in-org.ts";

let server: TestServer;
before(async () => {
  server = await startTestServer();
});
after(() => server.close());

test("a repository has the grade of its latest tag, the worst of its platforms, and none where one is not known", async () => {
  const day = (number: number): Date => new Date(Date.UTC(2026, 10, number));
  const shared = { repository: "acme/app", packages: [{ name: "left-pad" }] };
  const index = seedDigest("index");
  const made = await seedImages(server.parts.store, server.orgs.acme, [
    { ...shared, tag: "1", pushedAt: day(1) },
    { ...shared, tag: "2", pushedAt: day(2), index, platform: "linux/amd64" },
    { ...shared, tag: "2", pushedAt: day(2), index, platform: "linux/arm64" },
  ]);
  const grade = async (at: number, value: string | null): Promise<unknown[]> => {
    await asEngine(server.parts.store, (tx) =>
      tx
        .updateTable("evaluation")
        .set({ grade: value as "A" })
        .where("id", "=", made[at]!.evaluationId!)
        .execute(),
    );
    const { json } = await server.request("viewer", "GET", "/orgs/acme/repositories");
    return [json.entries[0].latestTag, json.entries[0].grade];
  };
  await grade(0, "F");
  await grade(1, "A");
  assert.deepEqual(await grade(2, "C"), ["2", "C"]);
  assert.deepEqual(await grade(1, "D"), ["2", "D"]);
  assert.deepEqual(await grade(2, null), ["2", null]);
  await grade(2, "B");
  // By the registry's word alone, what it was found to be elsewhere is not taken for it.
  await asEngine(server.parts.store, (tx) =>
    tx.updateTable("repository_image").set({ found_at: null }).where("image_id", "=", made[2]!.id).execute(),
  );
  assert.deepEqual(await grade(1, "D"), ["2", null]);
});
