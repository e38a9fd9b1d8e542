import assert from "node:assert/strict";
import { test } from "node:test";
import type { ImageMeasures } from "../../domain/policy.ts";
import { run, words } from "../fixtures/run.ts";
import { imageLimits } from "./index.ts";

const good: ImageMeasures = {
  createdAt: "2026-11-01T12:00:00Z",
  sizeBytes: 100_000_000,
  layerCount: 5,
  revision: null,
};
type Row = [name: string, changes: Partial<ImageMeasures>, config: object, status: string];
const rows: Row[] = [
  ["young", {}, {}, "met"],
  ["the last day", {}, { max_age_days: 20 }, "met"],
  ["the day after", {}, { max_age_days: 19 }, "not_met"],
  ["no time", { createdAt: null }, {}, "no_data"],
  ["the epoch of a repeatable build", { createdAt: "1970-01-01T00:00:00Z" }, {}, "no_data"],
  ["no time that can be read", { createdAt: "soon" }, {}, "no_data"],
  ["a time that is still to come", { createdAt: "2027-11-01T12:00:00Z" }, {}, "no_data"],
  ["a clock that is a little ahead", { createdAt: "2026-11-21T13:00:00Z" }, {}, "met"],
  ["the age is not asked for", { createdAt: null }, { max_age_days: 0, max_layers: 5 }, "met"],
  ["as large as allowed", {}, { max_size_megabytes: 100 }, "met"],
  ["a byte larger", { sizeBytes: 100_000_001 }, { max_size_megabytes: 100 }, "not_met"],
  ["one layer too many", {}, { max_layers: 4 }, "not_met"],
  ["too large and without a time", { createdAt: null }, { max_size_megabytes: 1 }, "not_met"],
];
for (const [name, changes, config, status] of rows) {
  test(`image-limits: ${name}`, () => {
    assert.equal(run(imageLimits, { image: { ...good, ...changes } }, config).status, status);
  });
}

test("image-limits: no limit at all is refused", () => {
  assert.equal(imageLimits.options.safeParse({ max_age_days: 0 }).success, false);
});

test("image-limits: tells each limit that is broken", () => {
  const outcome = run(
    imageLimits,
    { image: good },
    { max_age_days: 1, max_size_megabytes: 1, max_layers: 1 },
  );
  assert.equal(
    words(outcome),
    "Built 20 days ago, more than 1; The image has 5 layers, more than 1; The layers take 100 MB, more than 1 MB",
  );
});
