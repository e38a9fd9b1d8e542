/** What a module names, and what provenance tells: how much of it is looked at. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Attestation } from "../../domain/image.ts";
import { provenanceTypes } from "../../domain/predicate-types.ts";
import { textsIn } from "./evidence.ts";
import { materialsOf } from "./materials.ts";

test("texts of a module: quoted and raw ones, of its configuration too, and none of its comments", () => {
  const module = '# "no"\nx := "a\\"b" # "no"\ny := `c`\n';
  assert.deepEqual(textsIn(module, { deep: ["d"] }), ['a"b', "c", "d"]);
});

test("texts of a module: the first 10,000", () => {
  const config = Array.from({ length: 10_001 }, (_, index) => `t${index}`);
  assert.equal(textsIn("", config).length, 10_000);
});

test("materials of provenance: the first 100,000", () => {
  const [predicateType = ""] = provenanceTypes;
  const materials = Array.from({ length: 100_001 }, (_, index) => ({ uri: `pkg:deb/debian/p${index}@1` }));
  const attestation = { predicateType, predicate: { materials } } as unknown as Attestation;
  assert.equal(Object.keys(materialsOf([attestation])).length, 100_000);
});
