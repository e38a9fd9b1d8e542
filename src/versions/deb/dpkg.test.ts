/**
 * The deb scheme against the dpkg of this machine, on pairs drawn at random. The seed is printed with a failure.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { deb } from "./index.ts";

const dpkgIsHere = spawnSync("dpkg", ["--version"], { stdio: "ignore" }).status === 0;
// On CI the comparison must be made: a missing dpkg then fails the test.
const skip = dpkgIsHere || process.env["CI"] === "true" ? false : "needs dpkg, which is not on this machine";

const pieces =
  "0 1 2 9 10 00 . .. - + ~ ~~ : 1: 0: a b rc1 Z _ +deb12u1 +deb12u10 ~bpo1 -1 -1.1 ubuntu1".split(" ");
const versions = fc
  .array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 7 })
  .map((parts) => parts.join(""));

describe("deb versions by the dpkg at hand", () => {
  it("orders and refuses as dpkg --compare-versions does", { skip }, () => {
    assert.ok(dpkgIsHere, "dpkg is not on this machine");
    fc.assert(
      fc.property(versions, versions, (a, b) => {
        assert.equal(ours(a, b), dpkgs(a, b), `${a} and ${b}`);
      }),
      { seed: 20_261_121, numRuns: 200 },
    );
  });
});

function ours(a: string, b: string): string {
  if (!deb.isValid(a) || !deb.isValid(b)) return "refused";
  return String(deb.compare(a, b));
}

function dpkgs(a: string, b: string): string {
  const status = compareByDpkg(a, "lt", b);
  if (status === 2) return "refused";
  if (status === 0) return "-1";
  return compareByDpkg(a, "eq", b) === 0 ? "0" : "1";
}

/** The leading blank keeps dpkg from reading a version as an option; dpkg drops it. */
function compareByDpkg(a: string, relation: string, b: string): number | null {
  return spawnSync("dpkg", ["--compare-versions", ` ${a}`, relation, ` ${b}`], { stdio: "ignore" }).status;
}
