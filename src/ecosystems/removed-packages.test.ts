import assert from "node:assert/strict";
import { test } from "node:test";
import { imageFiles, wantedFile } from "../../test/helpers/wanted-file.ts";
import { catalogPackages } from "./catalog.ts";
import { withRemoved } from "./removed-packages.ts";

const manifest = (name: string) =>
  wantedFile(`node_modules/${name}/package.json`, JSON.stringify({ name, version: "1.0.0" }));
const inventory = (...names: string[]) => catalogPackages(imageFiles(names.map(manifest)), "installed");
const diffIds = ["sha256:0", "sha256:1", "sha256:2", "sha256:3"];

test("a package that a later layer removed is listed with that layer; one that came back is not", () => {
  const steps = [
    { layerCount: 1, sbom: inventory("back", "gone", "stays") },
    { layerCount: 3, sbom: inventory("stays", "late") },
    { layerCount: 4, sbom: inventory("back", "stays") },
  ];
  assert.deepEqual(
    withRemoved(steps, diffIds).packages.map(({ name, removedIn = null }) => [name, removedIn]),
    [
      ["back", null],
      ["gone", { layer: "sha256:1", layerIndex: 1 }],
      ["late", { layer: "sha256:3", layerIndex: 3 }],
      ["stays", null],
    ],
  );
});

test("without a layer that takes something away it is the plain inventory", () => {
  const sbom = inventory("a");
  assert.deepEqual(withRemoved([{ layerCount: 2, sbom }], diffIds), sbom);
});
