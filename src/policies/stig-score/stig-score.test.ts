import assert from "node:assert/strict";
import { test } from "node:test";
import type { Attestation } from "../../domain/image.ts";
import { configWith } from "../fixtures/facts.ts";
import { attested, run, words } from "../fixtures/run.ts";
import { STIG_REPORT, stigScore } from "./index.ts";

const profile = (defaultScore: unknown, maxDefaultScore: unknown = 100) => ({
  name: "GPOS",
  version: "1",
  summary: { defaultScore, maxDefaultScore },
});
const stig = (...profiles: object[]) => attested(STIG_REPORT, profiles);
const fips = { ...configWith("1"), labels: { "com.docker.dhi.compliance": "stig,fips" } };

type Row = [name: string, attestations: Attestation[], config: object, status: string];
const rows: Row[] = [
  ["all of it", [stig(profile(100))], {}, "met"],
  ["numbers as text", [stig(profile("59.5", "59.5"))], {}, "met"],
  ["less", [stig(profile(99.9))], {}, "not_met"],
  ["less, which is enough", [stig(profile(91))], { target_score: 90 }, "met"],
  ["one of two is too low", [stig(profile(100), profile(10))], {}, "not_met"],
  ["no report", [], {}, "not_met"],
  ["not signed", [{ ...stig(profile(100)), trust: "unsigned" }], {}, "not_met"],
  ["no profile", [stig()], {}, "no_data"],
  ["no numbers", [stig({ name: "x" })], {}, "no_data"],
  ["nothing can be reached", [stig(profile(0, 0))], {}, "no_data"],
];
for (const [name, attestations, config, status] of rows) {
  test(`stig-score: ${name}`, () => {
    assert.equal(run(stigScore, { attestations, config: fips }, config).status, status);
  });
}

test("stig-score: asked only of images for FIPS, unless of all", () => {
  assert.match(words(run(stigScore, { attestations: [] })), /^not asked/);
  assert.equal(run(stigScore, { attestations: [] }, { only_fips_images: false }).status, "not_met");
});

test("stig-score: what is not reached is never rounded up", () => {
  const outcome = run(stigScore, { attestations: [stig(profile(99.99))], config: fips });
  assert.equal(words(outcome), "GPOS reaches 99.9 %, less than 100 %");
});
