/** Ubuntu's releases by code name, as name spaces of the database write them. https://wiki.ubuntu.com/Releases */

/** `deb:ubuntu:22.04` of `jammy`; null for `upstream` and for names that are not known yet. */
export function spaceOfRelease(codename: string): string | null {
  const release = releases.get(codename);
  return release === undefined ? null : `deb:ubuntu:${release}`;
}

/** What a pocket of the archive is to an ordinary image. */
export type Pocket = "ordinary" | "pro" | "special";

/**
 * `esm-infra`, `esm-apps` and the like hold the updates of Ubuntu Pro for the same packages; `fips-updates`, `realtime` and others
 * hold builds of their own.
 */
export function kindOfPocket(pocket: string | null): Pocket {
  if (pocket === null || pocket === "security" || pocket === "updates") return "ordinary";
  return pocket.startsWith("esm-") ? "pro" : "special";
}

const releases: ReadonlyMap<string, string> = new Map([
  ["precise", "12.04"],
  ["trusty", "14.04"],
  ["xenial", "16.04"],
  ["bionic", "18.04"],
  ["cosmic", "18.10"],
  ["disco", "19.04"],
  ["eoan", "19.10"],
  ["focal", "20.04"],
  ["groovy", "20.10"],
  ["hirsute", "21.04"],
  ["impish", "21.10"],
  ["jammy", "22.04"],
  ["kinetic", "22.10"],
  ["lunar", "23.04"],
  ["mantic", "23.10"],
  ["noble", "24.04"],
  ["oracular", "24.10"],
  ["plucky", "25.04"],
  ["questing", "25.10"],
  ["resolute", "26.04"],
]);
