/**
 * Versions of PHP packages, as Composer orders them: what its `VersionParser` makes of a text, by PHP's `version_compare`.
 * A branch (`dev-main`) has no order and is refused; a numbered one (`1.x-dev`) stands at the end of its numbers.
 */
import { remember } from "../shared/remember.ts";
import type { VersionScheme } from "../types.ts";
import { compareParts } from "./order.ts";
import { readComposerVersion } from "./version.ts";

const read = remember(readComposerVersion);

export const composer: VersionScheme = Object.freeze({
  id: "composer",
  title: "Versions of PHP packages",
  specs: [
    "https://getcomposer.org/doc/articles/versions.md",
    "https://www.php.net/manual/en/function.version-compare.php",
  ],
  version: 1,
  compare: (a: string, b: string) => compareParts(read(a), read(b)),
  isValid,
});

function isValid(version: string): boolean {
  try {
    read(version);
    return true;
  } catch {
    // readComposerVersion throws for one reason only.
    return false;
  }
}
