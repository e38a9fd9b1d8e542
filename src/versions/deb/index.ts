/**
 * Debian versions, as `dpkg --compare-versions` orders them: epoch, then upstream version, then revision.
 */
import { remember } from "../shared/remember.ts";
import type { VersionScheme } from "../types.ts";
import { comparePart } from "./part.ts";
import { readDebVersion } from "./version.ts";

const read = remember(readDebVersion);

export const deb: VersionScheme = Object.freeze({
  id: "deb",
  title: "Debian package versions",
  specs: [
    "https://www.debian.org/doc/debian-policy/ch-controlfields.html#version",
    "https://manpages.debian.org/bookworm/dpkg-dev/deb-version.7.en.html",
  ],
  version: 1,
  compare,
  isValid,
});

function compare(a: string, b: string): -1 | 0 | 1 {
  const left = read(a);
  const right = read(b);
  if (left.epoch !== right.epoch) return left.epoch < right.epoch ? -1 : 1;
  return comparePart(left.upstream, right.upstream) || comparePart(left.revision, right.revision);
}

function isValid(version: string): boolean {
  try {
    read(version);
    return true;
  } catch {
    // readDebVersion throws for one reason only.
    return false;
  }
}
