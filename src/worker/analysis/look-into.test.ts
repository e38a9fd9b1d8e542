/** Policies on the server that look into images, or ask its operator's services. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { buildImage } from "../../../test/helpers/oci-image.ts";
import { file } from "../../../test/helpers/oci-tar.ts";
import { imageOf, npmLayer, verdictsOf, withWorker, type TestWorker } from "../../../test/helpers/worker.ts";

// Put together here so that no scanner of sources takes it for one.
const secret = ["sk", "_live_", "4eC39HqLyjWDarjtT1zdp7dc"].join("");
const leaky = buildImage({
  layers: [npmLayer("left@1.0.0"), { entries: [file("app/key.txt", `key = ${secret}\n`)] }],
  config: { User: "1000", Labels: { "org.opencontainers.image.revision": "c0ffee1234" } },
});

async function resultsOf(
  worker: TestWorker,
): Promise<Record<string, readonly [status: string, reason: string | null]>> {
  const image = await imageOf(worker);
  const verdicts = await verdictsOf(worker, image.id);
  const { results } = verdicts.at(-1)!;
  return Object.fromEntries(results.map(({ title, status, reason }) => [title, [status, reason]]));
}

function layerRequests({ registry }: TestWorker): number {
  return registry.requests.filter(({ url }) => leaky.layers.some(({ digest }) => url.includes(digest)))
    .length;
}

describe("a worker", () => {
  it("searches for secrets and makes hygiene checks where a policy asks, once for each image", async () => {
    await withWorker(async (worker) => {
      await worker.addPolicy({ type: "secrets", title: "secrets" });
      await worker.addPolicy({ type: "hygiene", title: "hygiene" });
      await worker.push(leaky, "acme/app:1");
      await worker.work();
      const { secrets, hygiene } = await resultsOf(worker);
      assert.equal(secrets?.[0], "not_met");
      assert.notEqual(hygiene?.[0], "no_data");
      const before = layerRequests(worker);
      await worker.push(leaky, "acme/app:2");
      await worker.work();
      assert.equal(layerRequests(worker), before);
    });
  });

  it("of an image that was analysed before a policy asked, says what to do, and does it", async () => {
    await withWorker(async (worker) => {
      await worker.push(leaky, "acme/app:1");
      await worker.work();
      await worker.addPolicy({ type: "secrets", title: "secrets" });
      await worker.addPolicy({ type: "quality-gate", title: "gate" });
      await worker.run("evaluate", { org: worker.org.id, image: (await imageOf(worker)).id });
      const { secrets, gate } = await resultsOf(worker);
      assert.match(secrets?.[1] ?? "", /have it analysed again/);
      assert.match(gate?.[1] ?? "", /no quality gate is configured on the server/);
      await worker.push(leaky, "acme/app:2");
      await worker.work();
      assert.equal((await resultsOf(worker))["secrets"]?.[0], "not_met");
    });
  });
});
