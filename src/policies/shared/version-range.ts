/** Version ranges as people write them: `<2.17.1`, `>=1.0 <2`, `1.2.3`; compared by the rules of the package's ecosystem. */
import { findVersionScheme } from "../../versions/schemes.ts";

/** Version scheme of a package URL's type; types that are not listed are compared as `generic`. */
const schemes: Readonly<Record<string, string>> = {
  alpm: "alpm",
  apk: "apk",
  cargo: "semver",
  composer: "composer",
  conda: "conda",
  deb: "deb",
  ebuild: "ebuild",
  gem: "gem",
  golang: "golang",
  hex: "semver",
  maven: "maven",
  npm: "semver",
  nuget: "nuget",
  opkg: "deb",
  pub: "semver",
  pypi: "pep440",
  rpm: "rpm",
  swift: "semver",
};

export type RangeAnswer = "inside" | "outside" | "unknown";

/** One comparison of a range: `{ operator: "<", version: "2.17.1" }`. */
interface Bound {
  readonly operator: "<" | "<=" | ">" | ">=" | "=";
  readonly version: string;
}

/** The bounds of `text`, or null when it is no range. */
export function readRange(text: string): readonly Bound[] | null {
  const words = text
    .trim()
    .split(/[\s,]+/)
    .filter((word) => word !== "");
  const bounds = words.map((word) => {
    const operator = /^(?:<=|>=|<|>|=)/.exec(word)?.[0] ?? "";
    const version = word.slice(operator.length);
    return version === "" ? null : { operator: (operator || "=") as Bound["operator"], version };
  });
  return bounds.length === 0 || bounds.includes(null) ? null : bounds.filter((bound) => bound !== null);
}

/** The order of two versions of packages of `ecosystem`; null where they cannot be compared. */
export function compareVersions(ecosystem: string, left: string, right: string): -1 | 0 | 1 | null {
  const scheme = findVersionScheme(schemes[ecosystem] ?? "generic");
  if (left === right) return 0;
  if (scheme === null || !scheme.isValid(left) || !scheme.isValid(right)) return null;
  return scheme.compare(left, right);
}

/** Whether `version` of a package of `ecosystem` lies in the range; `unknown` where the versions cannot be compared. */
export function isInRange(range: readonly Bound[], ecosystem: string, version: string): RangeAnswer {
  const scheme = findVersionScheme(schemes[ecosystem] ?? "generic");
  if (range.every((bound) => bound.operator === "=" && bound.version === version)) return "inside";
  if (scheme === null || version === "" || !scheme.isValid(version)) return "unknown";
  for (const bound of range) {
    if (!scheme.isValid(bound.version)) return "unknown";
    if (!holds(scheme.compare(version, bound.version), bound.operator)) return "outside";
  }
  return "inside";
}

function holds(order: -1 | 0 | 1, operator: Bound["operator"]): boolean {
  if (operator === "=") return order === 0;
  if (order === 0) return operator.endsWith("=");
  return operator.startsWith("<") ? order < 0 : order > 0;
}
