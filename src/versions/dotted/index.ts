/**
 * Numbers parted by dots or hyphens, as R orders them (`numeric_version`): `1.9` < `1.10` = `1.10.0` < `1.10-1`.
 * A version with letters in it is refused: ecosystems differ on what letters mean.
 */
import { invalidVersion } from "../error.ts";
import { compareDigits } from "../shared/digits.ts";
import { versionLengthMax } from "../shared/limits.ts";
import { remember } from "../shared/remember.ts";
import type { VersionScheme } from "../types.ts";

const read = remember(readNumbers);

export const dotted: VersionScheme = Object.freeze({
  id: "dotted",
  title: "Versions of numbers alone",
  specs: ["https://stat.ethz.ch/R-manual/R-devel/library/base/html/numeric_version.html"],
  version: 1,
  compare,
  isValid: (version: string) => VALID.test(version) && version.length <= versionLengthMax,
});

const VALID = /^[0-9]+(?:[.-][0-9]+)*$/;

function readNumbers(version: string): readonly string[] {
  if (version.length > versionLengthMax) throw invalidVersion("dotted", version, "it is too long");
  if (!VALID.test(version))
    throw invalidVersion("dotted", version, "it is not numbers parted by dots or hyphens");
  return version.split(/[.-]/);
}

/** What is missing counts as 0. */
function compare(a: string, b: string): -1 | 0 | 1 {
  const left = read(a);
  const right = read(b);
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const order = compareDigits(left[at] ?? "0", right[at] ?? "0");
    if (order !== 0) return order;
  }
  return 0;
}
