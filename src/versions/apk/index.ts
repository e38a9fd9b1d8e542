/**
 * Versions of Alpine packages, as apk-tools 3 orders them (`apk version -t`).
 */
import { remember } from "../shared/remember.ts";
import type { VersionScheme } from "../types.ts";
import { compareTokens } from "./order.ts";
import { readApkVersion } from "./version.ts";

const read = remember(readApkVersion);

export const apk: VersionScheme = Object.freeze({
  id: "apk",
  title: "Alpine package versions",
  specs: [
    "https://gitlab.alpinelinux.org/alpine/apk-tools/-/blob/master/doc/apk-package.5.scd",
    "https://projects.gentoo.org/pms/8/pms.html#version-comparison",
  ],
  version: 1,
  compare: (a: string, b: string) => compareTokens(read(a), read(b)),
  isValid,
});

function isValid(version: string): boolean {
  try {
    read(version);
    return true;
  } catch {
    // readApkVersion throws for one reason only.
    return false;
  }
}
