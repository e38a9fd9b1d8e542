import assert from "node:assert/strict";
import { test } from "node:test";
import { exactRange, isInRange, isVersRange } from "./vers-range.ts";

const rows: [range: string, version: string, type: string, expected: boolean][] = [
  ["vers:npm/1.2.3", "1.2.3", "npm", true],
  ["vers:npm/=1.2.3", "1.2.4", "npm", false],
  ["vers:npm/>=1.0.0|<1.2.5", "1.2.4", "npm", true],
  ["vers:npm/>=1.0.0|<1.2.5", "1.0.0", "npm", true],
  ["vers:npm/>=1.0.0|<1.2.5", "1.2.5", "npm", false],
  ["vers:npm/>=1.0.0|<1.2.5", "0.9.0", "npm", false],
  ["vers:npm/>=1.0.0|<=1.2.5", "1.2.5", "npm", true],
  ["vers:npm/>1.0.0", "1.0.0", "npm", false],
  ["vers:npm/>1.0.0", "9.0.0", "npm", true],
  ["vers:npm/<2.0.0", "1.9.9", "npm", true],
  ["vers:npm/<2.0.0", "2.0.0", "npm", false],
  ["vers:npm/<1.0.0|>=2.0.0", "1.5.0", "npm", false],
  ["vers:npm/<1.0.0|>=2.0.0", "0.5.0", "npm", true],
  ["vers:npm/<1.0.0|>=2.0.0", "2.5.0", "npm", true],
  ["vers:npm/>=1.0.0|<2.0.0|>=3.0.0|<4.0.0", "2.5.0", "npm", false],
  ["vers:npm/>=1.0.0|<2.0.0|>=3.0.0|<4.0.0", "3.5.0", "npm", true],
  ["vers:npm/>=1.0.0|!=1.5.0|<2.0.0", "1.5.0", "npm", false],
  ["vers:npm/!=1.5.0", "1.4.0", "npm", true],
  ["vers:npm/1.0.0|3.1.0", "3.1.0", "npm", true],
  ["vers:npm/*", "anything", "npm", true],
  ["vers:deb/<1%3A2.0-1", "1:1.9-3", "deb", true],
  ["vers:deb/<1%3A2.0-1", "1:2.0-1", "deb", false],
  ["vers:deb/<2.0~rc1", "2.0", "deb", false],
  ["vers:generic/>=2.9|<=4.1", "4.1.0", "npm", true],
  ["vers:generic/>=2.9|<=4.1", "4.1.1", "npm", false],
  ["vers:generic/>=2|<=4", "3.5.0", "npm", true],
  ["vers:generic/>=2.9.0|<=4.1.0", "4.1.0", "npm", true],
  ["vers:semver/>=2.0.0|<=2.7.0", "2.5.0", "npm", true],
  ["vers:unheard/>=1.10|<2", "1.9", "x", false],
  ["vers:npm/", "1.0.0", "npm", false],
  ["npm/1.0.0", "1.0.0", "npm", false],
  ["vers:npm/%zz", "1.0.0", "npm", false],
  [`vers:npm/${"1|".repeat(2000)}1`, "1", "npm", false],
];

test("vers range: what lies in it", () => {
  for (const [range, version, type, expected] of rows) {
    assert.equal(isInRange(range, version, type), expected, `${version} in ${range.slice(0, 80)}`);
  }
});

test("vers range: one version, whatever its signs", () => {
  assert.equal(isInRange(exactRange("deb", "1:2.3-1+b1|~x"), "1:2.3-1+b1|~x", "deb"), true);
  assert.equal(isVersRange(exactRange("npm", "1")), true);
  assert.equal(isVersRange("1.0"), false);
});
