/**
 * Which other tags of a base's repository are worth a look. Tags have no order of their own: those that are a version with a variant
 * (`3.20`, `22-slim`, `v1.4.2-alpine`) are compared as such, and others are left alone.
 */

interface VersionTag {
  readonly tag: string;
  readonly prefix: string;
  readonly numbers: readonly number[];
  /** `slim`, `alpine3.20`; empty: none. */
  readonly variant: string;
}

const VERSION_TAG = /^(v?)(\d{1,9}(?:\.\d{1,9}){0,4})(?:-([A-Za-z0-9._-]{1,100}))?$/;
/** Made to be tried, not to be shipped. */
const UNFINISHED =
  /(?:^|[._-])(?:rc|beta|alpha|pre|preview|dev|nightly|edge|snapshot|test|ea)\d*(?:$|[._-])/i;

/** Null for a tag that is no version. */
export function parseVersionTag(tag: string): VersionTag | null {
  const [, prefix = "", digits = "", variant = ""] = VERSION_TAG.exec(tag) ?? [];
  if (digits === "" || UNFINISHED.test(variant)) return null;
  return { tag, prefix, numbers: digits.split(".").map(Number), variant };
}

/**
 * At most `max` tags, in this order: the newest with the same first number; the newest of all; the same version and the newest one as a
 * smaller variant. All as precise as the tag itself: next to `22` stands `24`, and `24.1.0` does not.
 */
export function candidateTags(tag: string, tags: readonly string[], max: number): readonly string[] {
  const own = parseVersionTag(tag);
  if (own === null) return [];
  const others = tags
    .map(parseVersionTag)
    .filter((other) => other !== null)
    .filter(({ prefix, numbers }) => prefix === own.prefix && numbers.length === own.numbers.length);
  const newer = others
    .filter((other) => other.variant === own.variant && compareNumbers(other.numbers, own.numbers) > 0)
    .toSorted(newestFirst);
  const sameMajor =
    own.numbers.length > 1 ? newer.filter(({ numbers }) => numbers[0] === own.numbers[0]) : [];
  const newest = newer[0]?.numbers ?? own.numbers;
  const smaller = others.filter(
    ({ variant, numbers }) =>
      isSmaller(variant, own.variant) &&
      (compareNumbers(numbers, own.numbers) === 0 || compareNumbers(numbers, newest) === 0),
  );
  const wanted = [sameMajor[0], newer[0], ...smaller.toSorted(newestFirst)];
  return [...new Set(wanted.flatMap((found) => (found === undefined ? [] : [found.tag])))].slice(0, max);
}

/** `slim` is made smaller than none, and `slim-bookworm` than `bookworm`. */
function isSmaller(variant: string, than: string): boolean {
  if (than.includes("slim") || than.includes("alpine")) return false;
  return than === ""
    ? variant === "slim" || variant === "alpine"
    : variant === `slim-${than}` || variant === `${than}-slim`;
}

function newestFirst(a: VersionTag, b: VersionTag): number {
  return compareNumbers(b.numbers, a.numbers) || (a.tag < b.tag ? -1 : 1);
}

export function compareNumbers(a: readonly number[], b: readonly number[]): number {
  for (const [index, number] of a.entries()) {
    const other = b[index] ?? 0;
    if (number !== other) return number - other;
  }
  return a.length - b.length;
}
