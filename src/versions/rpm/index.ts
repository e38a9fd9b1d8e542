/**
 * RPM versions, as rpm itself orders them: epoch, then version, then release.
 */
import { remember } from "../shared/remember.ts";
import type { VersionScheme } from "../types.ts";
import { compareSegments } from "./segments.ts";
import { readRpmVersion } from "./version.ts";

const read = remember(readRpmVersion);

export const rpm: VersionScheme = Object.freeze({
  id: "rpm",
  title: "RPM versions",
  specs: [
    "https://rpm-software-management.github.io/rpm/manual/dependencies.html#versioning",
    "https://rpm-software-management.github.io/rpm/manual/spec.html#version",
  ],
  version: 1,
  compare,
  isValid,
});

function compare(a: string, b: string): -1 | 0 | 1 {
  const left = read(a);
  const right = read(b);
  const order = compareSegments(left.epoch, right.epoch) || compareSegments(left.version, right.version);
  if (order !== 0) return order;
  // `1.0` comes before `1.0-0`: that is how a bound without a release is meant.
  if (left.release === null || right.release === null) {
    if (left.release === right.release) return 0;
    return left.release === null ? -1 : 1;
  }
  return compareSegments(left.release, right.release);
}

function isValid(version: string): boolean {
  try {
    read(version);
    return true;
  } catch {
    // readRpmVersion throws for one reason only.
    return false;
  }
}
