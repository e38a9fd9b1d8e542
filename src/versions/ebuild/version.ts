/**
 * The parts of a Gentoo version, `1.2.3b_rc1_p2-r4` (Package Manager Specification, section 3.2).
 */
import { invalidVersion } from "../error.ts";
import { versionLengthMax } from "../shared/limits.ts";

export type EbuildSuffix = "alpha" | "beta" | "pre" | "rc" | "p";

export interface EbuildVersion {
  /** Digits, at least one run: `["1", "02"]` of `1.02`. */
  readonly numbers: readonly string[];
  /** `b`, or empty. */
  readonly letter: string;
  /** In order; the number is digits or empty. */
  readonly suffixes: readonly { readonly word: EbuildSuffix; readonly number: string }[];
  /** Digits after `-r`, or empty. */
  readonly revision: string;
}

/** Takes a version apart. @throws VersionError VERSION_INVALID */
export function readEbuildVersion(text: string): EbuildVersion {
  if (text.length > versionLengthMax) throw invalidVersion("ebuild", text, "it is too long");
  const parts = PARTS.exec(text);
  if (parts === null) throw invalidVersion("ebuild", text, "the specification has no such form");
  const [, numbers = "", letter = "", suffixes = "", revision = ""] = parts;
  return {
    numbers: numbers.split("."),
    letter,
    suffixes: [...suffixes.matchAll(SUFFIX)].map(([, word = "p", number = ""]) => ({
      word: word as EbuildSuffix,
      number,
    })),
    revision,
  };
}

const PARTS = /^([0-9]+(?:\.[0-9]+)*)([a-z]?)((?:_(?:alpha|beta|pre|rc|p)[0-9]*)*)(?:-r([0-9]+))?$/;
const SUFFIX = /_(alpha|beta|pre|rc|p)([0-9]*)/g;
