/**
 * The laws of a total order, on versions made by fast-check from the characters and words each scheme gives meaning to.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { VersionError } from "./error.ts";
import { versionSchemes } from "./schemes.ts";

const pieces = [
  ..."0 1 2 9 10 00 01 007 . .. - -- + ~ ~~ : 1: _ ! 1! v = a b c z A".split(" "),
  ..."alpha beta pre rc post dev p git _alpha _p1 _rc1 -r0 -r1 ~5e91 .dev1 .post1 a1 rc1 +local -beta.1 +build é".split(
    " ",
  ),
  "",
  " ",
];
const anything = fc
  .array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 6 })
  .map((parts) => parts.join(""));
const numeric = fc
  .tuple(fc.array(fc.nat(12), { minLength: 3, maxLength: 3 }), fc.constantFrom(...pieces))
  .map(([numbers, tail]) => numbers.join(".") + tail);
const versions = fc.oneof(anything, numeric, fc.string({ maxLength: 12 }));

const runs = { seed: 20_261_121, numRuns: 1500 };

const MAVEN_REGULAR = /^\d{1,9}(?:\.\d{1,9})*(?:-?(?:alpha|beta|rc|snapshot|z|a|b)(?:-?\d{1,9})?)?$/;

describe("laws of order", () => {
  for (const scheme of versionSchemes) {
    // A scheme that asks for a release would refuse nearly everything.
    const valid = versions
      .map((version) => (scheme.isValid(version) ? version : `${version}-1`))
      .filter((version) => scheme.isValid(version));

    // Maven's own order of odd versions goes in circles (1.z.1 < 1-alpha < 1 < 1.z.1): only those that people write are asked of it.
    const regular = scheme.id === "maven" ? valid.filter((version) => MAVEN_REGULAR.test(version)) : valid;

    it(`${scheme.id}: isValid says whether compare throws, and it throws VERSION_INVALID only`, () => {
      fc.assert(
        fc.property(versions, (version) => {
          let thrown: unknown = null;
          try {
            assert.equal(scheme.compare(version, version), 0);
          } catch (error) {
            thrown = error;
          }
          assert.equal(thrown === null, scheme.isValid(version), JSON.stringify(version));
          if (thrown !== null) {
            assert.ok(thrown instanceof VersionError);
            assert.equal(thrown.code, "VERSION_INVALID");
          }
        }),
        runs,
      );
    });

    it(`${scheme.id}: antisymmetric`, () => {
      fc.assert(
        fc.property(valid, valid, (a, b) => {
          // Zero has a sign in JavaScript; -0 must not leak either.
          assert.ok(Object.is(scheme.compare(a, b), 0 - scheme.compare(b, a)));
        }),
        runs,
      );
    });

    it(`${scheme.id}: transitive, equality too`, () => {
      fc.assert(
        fc.property(regular, regular, regular, (a, b, c) => {
          const [low = "", middle = "", high = ""] = [a, b, c].sort(scheme.compare);
          assert.ok(scheme.compare(low, middle) <= 0 && scheme.compare(middle, high) <= 0);
          assert.ok(scheme.compare(low, high) <= 0);
          if (scheme.compare(low, high) === 0) assert.equal(scheme.compare(low, middle), 0);
          if (scheme.compare(low, middle) === 0) {
            assert.equal(scheme.compare(low, high), scheme.compare(middle, high));
          }
        }),
        runs,
      );
    });
  }
});
