/** Ranges in the order of a scheme with packagings; ranges of the others are tested through the engine. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { AffectedRange } from "../domain/advisory.ts";
import { containsVersion, refutationText } from "./affected-range.ts";

const upTo = (lastAffected: string, scheme = "bitnami"): AffectedRange => {
  return { scheme, introduced: "5.15.0", fixed: null, lastAffected };
};
const before = (fixed: string): AffectedRange => {
  return { scheme: "bitnami", introduced: "0", fixed, lastAffected: null };
};

describe("a range of Bitnami", () => {
  const rows: readonly (readonly [string, AffectedRange, "yes" | "no" | "unknown"])[] = [
    ["5.16.0", upTo("5.16.0"), "yes"],
    // Each packaging of the last affected version is affected.
    ["5.16.0-3", upTo("5.16.0"), "yes"],
    ["5.16-3", upTo("5.16.0"), "yes"],
    ["5.16.1-0", upTo("5.16.0"), "no"],
    // A bound with a revision means that one.
    ["5.16.0-3", upTo("5.16.0-2"), "no"],
    ["5.16.0-2", upTo("5.16.0-2"), "yes"],
    // Other schemes know no packagings.
    ["5.16.0-3", upTo("5.16.0", "deb"), "no"],
    ["6.1.1-0", before("6.1.1"), "no"],
    ["6.1.0-99", before("6.1.1"), "yes"],
    ["4.6.0-0", before("4.6.0-1"), "yes"],
    ["4.6.0-1", before("4.6.0-1"), "no"],
    ["2023.3.12-1", before("2023.03.13"), "yes"],
    ["1.0.0", before("nightly.2026-03-10.0"), "unknown"],
    ["latest", upTo("5.16.0"), "unknown"],
  ];
  for (const [version, range, answer] of rows) {
    it(`${version} and ${range.fixed ?? range.lastAffected ?? ""} (${range.scheme}): ${answer}`, () =>
      assert.equal(containsVersion(range, version).answer, answer));
  }

  it("says which bound refutes", () => {
    assert.equal(refutationText(upTo("5.16.0"), "5.16.1-0"), "5.16.1-0 <= 5.16.0 is false (bitnami)");
    assert.equal(refutationText(before("6.1.1"), "6.1.1-0"), "6.1.1-0 < 6.1.1 is false (bitnami)");
  });
});
