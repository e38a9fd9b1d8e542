/**
 * Versions of Ruby gems, as RubyGems orders them (`Gem::Version`).
 */
import { remember } from "../shared/remember.ts";
import type { VersionScheme } from "../types.ts";
import { compareSegments, readGemVersion } from "./version.ts";

const read = remember(readGemVersion);

export const gem: VersionScheme = Object.freeze({
  id: "gem",
  title: "Versions of Ruby gems",
  specs: ["https://docs.ruby-lang.org/en/master/Gem/Version.html"],
  version: 1,
  compare: (a: string, b: string) => compareSegments(read(a), read(b)),
  isValid,
});

function isValid(version: string): boolean {
  try {
    read(version);
    return true;
  } catch {
    // readGemVersion throws for one reason only.
    return false;
  }
}
