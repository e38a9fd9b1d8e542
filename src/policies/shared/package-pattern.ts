/**
 * Packages by name or package URL, with stars and a version range: `telnetd`, `@types/*`, `pkg:deb/debian/openssh-*`,
 * `pkg:maven/org.apache.logging.log4j/log4j-core@<2.17.1`.
 */
import type { Package } from "../../domain/package.ts";
import { packageName } from "../../domain/package-name.ts";
import { matchesGlob } from "./glob.ts";
import { isInRange, readRange, type RangeAnswer } from "./version-range.ts";

export interface PackagePattern {
  readonly text: string;
  /** What stands behind the last slash or colon of the name, with its stars: `log4j-core`, `openssh-*`. Part of every name that matches. */
  readonly lastName: string;
  /** Answers of every package; `outside` also where the name differs. */
  matches(pkg: Pick<Package, "purl" | "ecosystem" | "namespace" | "name" | "version">): RangeAnswer;
}

/** Null when the text is no pattern: an empty name or something behind the `@` that is no range. */
export function readPackagePattern(text: string): PackagePattern | null {
  const trimmed = text.trim();
  const at = versionStart(trimmed);
  const name = at === -1 ? trimmed : trimmed.slice(0, at);
  const range = at === -1 ? null : readRange(trimmed.slice(at + 1));
  if (at !== -1 && range === null) return null;
  // A name of nothing but stars would mean every package.
  if (!/[a-z0-9]/i.test(name) || /[\s?#]/.test(name)) return null;
  const isPurl = name.startsWith("pkg:");
  const wanted = isPurl ? decoded(name) : name;
  return {
    text: trimmed,
    lastName: wanted.slice(Math.max(wanted.lastIndexOf("/"), wanted.lastIndexOf(":")) + 1),
    matches(pkg) {
      const isNamed = isPurl
        ? matchesGlob(wanted, decoded(bareOf(pkg)))
        : matchesGlob(wanted, packageName(pkg)) || matchesGlob(wanted, pkg.name);
      if (!isNamed) return "outside";
      return range === null ? "inside" : isInRange(range, pkg.ecosystem, pkg.version);
    },
  };
}

/** The `@` before a version; that of a scope stands first or behind a slash. */
function versionStart(text: string): number {
  const at = text.lastIndexOf("@");
  return at <= 0 || text[at - 1] === "/" ? -1 : at;
}

/** `pkg:deb/debian/bash`: a package URL without version, qualifiers and subpath. */
function bareOf({ purl }: Pick<Package, "purl">): string {
  const bare = purl.split(/[?#]/, 1)[0] ?? purl;
  const at = versionStart(bare);
  return at === -1 ? bare : bare.slice(0, at);
}

function decoded(purl: string): string {
  try {
    return decodeURIComponent(purl);
  } catch {
    // A percent sign that begins no escape: compared as it stands.
    return purl;
  }
}
