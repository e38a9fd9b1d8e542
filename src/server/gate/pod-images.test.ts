/** Which images an object of Kubernetes runs, whatever makes them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { podImagesOf } from "./pod-images.ts";

const spec = {
  initContainers: [{ name: "init", image: "r.example.com/init:1" }],
  containers: [
    { name: "app", image: "r.example.com/app:1" },
    { name: "side", image: "r.example.com/app:1" },
  ],
  ephemeralContainers: [{ name: "debug", image: "r.example.com/debug:1" }],
  volumes: [
    { name: "data", image: { reference: "r.example.com/data:1" } },
    { name: "tmp", emptyDir: {} },
  ],
};
const template = { metadata: { annotations: { of: "pod", pod: "1" } }, spec };
const metadata = { name: "app", annotations: { of: "workload" } };
const workload = { metadata, spec: { template } };

const objects: Readonly<Record<string, object>> = {
  Pod: { ...template, metadata: { ...metadata, annotations: { of: "workload", pod: "1" } } },
  Deployment: workload,
  ReplicaSet: workload,
  StatefulSet: workload,
  DaemonSet: workload,
  ReplicationController: workload,
  Job: workload,
  Rollout: workload,
  CronJob: { metadata, spec: { jobTemplate: { spec: { template } } } },
  PodTemplate: { metadata, template },
};
for (const [kind, object] of Object.entries(objects)) {
  test(`${kind}: init and ephemeral containers and volumes too, each image once`, () => {
    assert.deepEqual(podImagesOf(kind, object), {
      images: [
        { image: "r.example.com/init:1", containers: ["init"] },
        { image: "r.example.com/app:1", containers: ["app", "side"] },
        { image: "r.example.com/debug:1", containers: ["debug"] },
        { image: "r.example.com/data:1", containers: ["volume data"] },
      ],
      annotations: { of: "workload", pod: "1" },
      isTooLarge: false,
    });
  });
}

test("what makes no pods runs nothing, and an image that is to be filled in is none yet", () => {
  const nothing = { images: [], annotations: {}, isTooLarge: false };
  assert.deepEqual(podImagesOf("ConfigMap", { data: { image: "x" } }), nothing);
  assert.deepEqual(
    podImagesOf("Deployment", { spec: { template: { spec: { containers: [{ name: "a" }] } } } }),
    nothing,
  );
});

test("no more containers are looked at than a ceiling, and it is told", () => {
  const containers = Array.from({ length: 201 }, (_, at) => ({
    name: `c${at}`,
    image: `r.example.com/app:${at}`,
  }));
  const { images, isTooLarge } = podImagesOf("Pod", { spec: { containers } });
  assert.deepEqual([images.length, isTooLarge], [200, true]);
  assert.equal(podImagesOf("Pod", { spec: { containers: containers.slice(1) } }).isTooLarge, false);
});

test("any value at all is looked at without harm", () => {
  const shaped = fc.record({ spec: fc.anything(), metadata: fc.anything(), template: fc.anything() });
  const kinds = fc.constantFrom("Pod", "CronJob", "PodTemplate", "Deployment");
  fc.assert(
    fc.property(kinds, fc.oneof(fc.anything(), shaped), (kind, object) => {
      const { images } = podImagesOf(kind, object);
      assert.ok(images.every(({ image }) => typeof image === "string" && image !== ""));
    }),
    { numRuns: 300 },
  );
});

test("every image of a pod is found, wherever it stands", () => {
  const name = fc.stringMatching(/^[a-z]{1,8}(?:@sha256:[0-9a-f]{64}|:[0-9]{1,3})?$/);
  const lists = fc.record({
    initContainers: fc.array(name, { maxLength: 5 }),
    containers: fc.array(name, { maxLength: 5 }),
    ephemeralContainers: fc.array(name, { maxLength: 5 }),
  });
  fc.assert(
    fc.property(lists, (wanted) => {
      const spec = Object.fromEntries(
        Object.entries(wanted).map(([list, images]) => [list, images.map((image) => ({ name: "c", image }))]),
      );
      const found = podImagesOf("Pod", { spec }).images.map(({ image }) => image);
      assert.deepEqual(found.toSorted(), [...new Set(Object.values(wanted).flat())].toSorted());
    }),
    { numRuns: 200 },
  );
});
