/** What an environment's policies say of an image that does not run there yet. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  imageOf,
  npmImage,
  osvRecord,
  verdictsOf,
  withWorker,
  type TestWorker,
} from "../../../test/helpers/worker.ts";
import { asEngine, inOrg } from "../../store/in-org.ts";
import { insertEnvironment } from "../../store/stores/environments.ts";
import { findForeseen } from "../../store/stores/foreseen-verdicts.ts";

const severity = { type: "severity", config: { severities: ["CRITICAL"], fixable_only: true } };

/** An organisation with an environment `production`, whose own policy says nothing of images elsewhere. */
async function prepare(worker: TestWorker) {
  const { database, org } = worker;
  const environment = await inOrg(database.store, org.id, (tx) =>
    insertEnvironment(tx, org.id, "production"),
  );
  await worker.addPolicy({ type: "non-root", title: "Everywhere" });
  const scope = { repositories: [], environments: ["production"] };
  const policyId = await worker.addPolicy({ ...severity, title: "Only there", scope });
  await worker.publish([osvRecord("CVE-2026-1", "left", "1.0.1")]);
  await worker.push(npmImage(["left@1.0.0"]), "acme/app:1");
  await worker.work();
  const image = await imageOf(worker);
  const key = { orgId: org.id, imageId: image.id, environmentId: environment!.id };
  const foresee = (environmentId = key.environmentId): Promise<void> =>
    worker.run("foresee", { org: org.id, image: image.id, environment: environmentId });
  const foreseen = () => asEngine(database.store, (tx) => findForeseen(tx, key));
  return { image, policyId, foresee, foreseen };
}

test("its own policies are evaluated, and the image's verdict stays as it is", async () => {
  await withWorker(async (worker) => {
    const { image, policyId, foresee, foreseen } = await prepare(worker);
    const before = await verdictsOf(worker, image.id);
    assert.deepEqual(
      before.map(({ results }) => results.map(({ title }) => title)),
      [["Everywhere"]],
    );
    await foresee();
    const said = await foreseen();
    assert.equal(said?.evaluationId, image.evaluation_id);
    assert.deepEqual(
      said?.results.map(({ policyId: id, policyVersion, title, status, effect }) => [
        id,
        policyVersion,
        title,
        status,
        effect,
      ]),
      [[policyId, 1, "Only there", "not_met", "block"]],
    );
    assert.deepEqual(await verdictsOf(worker, image.id), before);
    assert.equal((await imageOf(worker)).evaluation_id, image.evaluation_id);
    await foresee();
    assert.ok((await foreseen())!.foreseenAt > said!.foreseenAt);
  });
});

test("nothing is foreseen of what is gone, or has no verdict at present", async () => {
  await withWorker(async (worker) => {
    const { image, foresee, foreseen } = await prepare(worker);
    await foresee("00000000-0000-4000-8000-000000000000");
    const { engine } = worker.database.store;
    await engine.updateTable("image").set({ evaluation_id: null }).where("id", "=", image.id).execute();
    await foresee();
    assert.equal(await foreseen(), null);
  });
});
