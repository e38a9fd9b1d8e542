/**
 * Versions of npm packages, by npm's own `semver` package in its loose mode.
 *
 * Loose, because npm itself judges installed versions and advisories so: `v1.2.3`, `=1.2.3`, `1.02.3` and `1.2.3beta` are
 * versions in the field. A pre-release comes before its release; build metadata (`+…`) does not count.
 */
import SemVer from "semver/classes/semver.js";
import type { VersionScheme } from "../types.ts";
import { invalidVersion } from "../error.ts";
import { remember } from "../shared/remember.ts";

export const semver: VersionScheme = Object.freeze({
  id: "semver",
  title: "Semantic versions, as npm reads them",
  specs: ["https://semver.org/spec/v2.0.0.html", "https://github.com/npm/node-semver#versions"],
  version: 1,
  compare: (a: string, b: string) => readSemver(a).compare(readSemver(b)),
  isValid,
});

function isValid(version: string): boolean {
  try {
    readSemver(version);
    return true;
  } catch {
    // readSemver throws for one reason only.
    return false;
  }
}

const LOOSE = { loose: true } as const;

const readSemver = remember((version: string): SemVer => {
  try {
    return new SemVer(version, LOOSE);
  } catch {
    // The package throws a TypeError for whatever it cannot read, and for nothing else.
    throw invalidVersion("semver", version, "npm's semver refuses it");
  }
});
