/** Debian's releases by code name, as name spaces of the database write them. */

/**
 * `deb:debian:12` of `bookworm`; null for suites without a number: sid, whose packages nothing looks up, and names of releases
 * that are not known yet. Before 7 a release had two numbers. https://wiki.debian.org/DebianReleases
 */
export function spaceOfSuite(suite: string): string | null {
  const release = releases.get(suite);
  return release === undefined ? null : `deb:debian:${release}`;
}

const releases: ReadonlyMap<string, string> = new Map([
  ["potato", "2.2"],
  ["woody", "3.0"],
  ["sarge", "3.1"],
  ["etch", "4.0"],
  ["lenny", "5.0"],
  ["squeeze", "6.0"],
  ["wheezy", "7"],
  ["jessie", "8"],
  ["stretch", "9"],
  ["buster", "10"],
  ["bullseye", "11"],
  ["bookworm", "12"],
  ["trixie", "13"],
  ["forky", "14"],
  ["duke", "15"],
]);
