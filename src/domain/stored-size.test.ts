import assert from "node:assert/strict";
import { test } from "node:test";
import { storedSizeDelta, type StoredLayer } from "./image.ts";

const packed: StoredLayer = { digest: "sha256:blob", diffId: "sha256:tar" };
const unpacked: StoredLayer = { digest: "sha256:tar", diffId: "sha256:tar" };
const saved: StoredLayer = { digest: null, diffId: "sha256:tar" };

const cases: readonly (readonly [
  string,
  now: readonly StoredLayer[],
  before: readonly StoredLayer[],
  expected: number | null,
])[] = [
  ["both as they travel", [packed], [packed, packed], -5],
  ["both unpacked", [unpacked], [saved], -5],
  ["a registry and docker save", [packed], [saved], null],
  ["docker save and a registry", [saved], [packed], null],
  ["one layer as it travels is enough", [packed, unpacked], [packed], -5],
  ["a stored result without its layers", [packed], [], -5],
];

test("stored sizes: a folder and an SBOM have none", () => {
  const image = { sizeBytes: 10, layers: [packed] };
  const folder = { sizeBytes: 0, layers: [] };
  assert.equal(storedSizeDelta(image, folder), null);
  assert.equal(storedSizeDelta(folder, image), null);
});

for (const [name, now, before, expected] of cases) {
  test(`stored sizes: ${name}`, () => {
    assert.equal(
      storedSizeDelta({ sizeBytes: 10, layers: now }, { sizeBytes: 15, layers: before }),
      expected,
    );
  });
}
