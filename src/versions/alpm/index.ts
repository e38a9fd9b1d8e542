/**
 * Versions of Arch Linux packages, as pacman's `vercmp` orders them: epoch, then version, then release.
 */
import { remember } from "../shared/remember.ts";
import type { VersionScheme } from "../types.ts";
import { compareSegments } from "./segments.ts";
import { readAlpmVersion } from "./version.ts";

const read = remember(readAlpmVersion);

export const alpm: VersionScheme = Object.freeze({
  id: "alpm",
  title: "Arch Linux package versions",
  specs: [
    "https://man.archlinux.org/man/vercmp.8",
    "https://man.archlinux.org/man/PKGBUILD.5#PACKAGE_VERSIONING",
  ],
  version: 1,
  compare,
  isValid,
});

function compare(a: string, b: string): -1 | 0 | 1 {
  const left = read(a);
  const right = read(b);
  return (
    compareSegments(left.epoch, right.epoch) ||
    compareSegments(left.version, right.version) ||
    compareSegments(left.release, right.release)
  );
}

function isValid(version: string): boolean {
  try {
    read(version);
    return true;
  } catch {
    // readAlpmVersion throws for one reason only.
    return false;
  }
}
