/**
 * Facts of order and validity that apk-tools publishes in its own test data (test/unit/version.data), read by hand, so that
 * the rules do not rest on the generated table alone.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { apk } from "./index.ts";

const ordered: readonly (readonly [string, string])[] = [
  ["1.02", "1.1"],
  ["1.06-r6", "006"],
  ["8.2.0", "8.2.001"],
  ["8.2.0015", "8.2.002"],
  ["0.1.0_alpha_pre2", "0.1.0_alpha"],
  ["1.1_alpha1", "1.1"],
  ["6.0_pre1", "6.0"],
  ["6.0", "6.0_p1"],
  ["1.0_p9-r0", "1.0_p10-r0"],
  ["1.3_pre1-r1", "1.3.2"],
  ["1.3-r0", "1.3.1-r0"],
  ["2.5.1-r8", "2.5.1a-r1"],
  ["1.0~1234", "1.0~2345"],
  ["1.0~1234-r1", "1.0~2345-r0"],
  ["1.0~1234-r0", "1.0~1234-r1"],
  ["1.0.0_pre20191002222144-r0", "1.0.0_pre20210530193627-r0"],
];
const valid = [
  "1.2",
  "0.1_pre2",
  "0.1_pre2~1234abcd",
  "0.1_p1_pre2",
  "0.1_alpha1_pre2",
  "0.1_git20240101_pre1",
];
const refused =
  "0.1bc 0.1bc1 0.1a1 0.1a.1 0.1_pre2~ 0.1_pre2~1234xbcd 0.1_pre2~1234abcd_pre1 0.1_foobar 0.1-pre1.1 0.1-r 0.1-r2_pre1 0.1-r2-r3 0.1-r2.1 .1 a _pre1 -r1 0.1_ 0.1_-r0 0.1__alpha 0.1_1_alpha";

describe("apk versions: published facts", () => {
  for (const [older, newer] of ordered) {
    it(`${older} < ${newer}`, () => assert.equal(apk.compare(older, newer), -1));
  }
  it("valid", () =>
    assert.deepEqual(
      valid.filter((version) => !apk.isValid(version)),
      [],
    ));
  it("refused", () => assert.deepEqual(refused.split(" ").filter(apk.isValid), []));
  it("numbers past 64 bits are compared exactly", () => {
    assert.equal(apk.compare("1.18446744073709551616", "1.18446744073709551615"), 1);
  });
});
