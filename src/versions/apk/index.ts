/**
 * Versions of Alpine packages, as apk-tools 3 orders them (`apk version -t`).
 */
import type { VersionScheme } from "../types.ts";
import { compareTokens } from "./order.ts";
import { readApkVersion } from "./version.ts";

export const apk: VersionScheme = Object.freeze({
  id: "apk",
  title: "Alpine package versions",
  specs: [
    "https://gitlab.alpinelinux.org/alpine/apk-tools/-/blob/master/doc/apk-package.5.scd",
    "https://projects.gentoo.org/pms/8/pms.html#version-comparison",
  ],
  version: 1,
  compare: (a: string, b: string) => compareTokens(readApkVersion(a), readApkVersion(b)),
  isValid,
});

function isValid(version: string): boolean {
  try {
    readApkVersion(version);
    return true;
  } catch {
    // readApkVersion throws for one reason only.
    return false;
  }
}
