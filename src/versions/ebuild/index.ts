/**
 * Gentoo versions, as the Package Manager Specification orders them (algorithms 3.1 to 3.7).
 */
import { remember } from "../shared/remember.ts";
import type { VersionScheme } from "../types.ts";
import { compareEbuildVersions } from "./order.ts";
import { readEbuildVersion } from "./version.ts";

const read = remember(readEbuildVersion);

export const ebuild: VersionScheme = Object.freeze({
  id: "ebuild",
  title: "Gentoo package versions",
  specs: ["https://projects.gentoo.org/pms/8/pms.html#version-comparison"],
  version: 1,
  compare: (a: string, b: string) => compareEbuildVersions(read(a), read(b)),
  isValid,
});

function isValid(version: string): boolean {
  try {
    read(version);
    return true;
  } catch {
    // readEbuildVersion throws for one reason only.
    return false;
  }
}
