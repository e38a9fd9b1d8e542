/**
 * OSV ecosystem names (https://ossf.github.io/osv-schema/#defined-ecosystems) as name spaces of the database.
 * An ecosystem that is not here has no cataloger or version scheme yet; its records are counted, not stored.
 */
import { normaliseGolangPath, normaliseNugetName, normalisePypiName } from "../../versions/names.ts";
import {
  azureLinuxSpace,
  openEulerSpace,
  redHatSpace,
  releasesOf,
  suseSpace,
  type ReleaseSpace,
} from "../shared/rpm-spaces.ts";

export interface OsvSpace {
  /** Part of the feed: the ecosystem without its release, `Debian` of `Debian:12`; also the name of its live download. */
  readonly part: string;
  /** See `AdvisoryKey.space`. */
  readonly space: string;
  readonly scheme: string;
  /** Who rates and publishes there, for ratings of records whose id does not tell. */
  readonly source: string;
  readonly normaliseName: (name: string) => string;
}

/**
 * The space of an ecosystem as written (`Debian:12`, `Ubuntu:22.04:LTS`, `npm`), or null when it is not supported.
 * `Debian` and `Alpine` without a release say nothing of any one release, so they have no space either.
 */
export function osvSpace(ecosystem: string): OsvSpace | null {
  const known = cache.get(ecosystem);
  if (known !== undefined) return known;
  const found = findSpace(ecosystem);
  if (cache.size < cacheMax) cache.set(ecosystem, found);
  return found;
}

/** The ecosystem without its release: `Debian` of `Debian:12`. */
export function osvPart(ecosystem: string): string {
  const colon = ecosystem.indexOf(":");
  return colon === -1 ? ecosystem : ecosystem.slice(0, colon);
}

const cache = new Map<string, OsvSpace | null>();
const cacheMax = 2_000;

function findSpace(ecosystem: string): OsvSpace | null {
  const part = osvPart(ecosystem);
  const row = rows.get(part);
  if (row === undefined) return null;
  const release = ecosystem === part ? null : ecosystem.slice(part.length + 1);
  const space = row.space(release);
  if (space === null) return null;
  return {
    part,
    space,
    scheme: row.scheme,
    source: row.source,
    normaliseName: row.normaliseName ?? asWritten,
  };
}

interface Row {
  readonly scheme: string;
  readonly source: string;
  readonly space: (release: string | null) => string | null;
  readonly normaliseName?: (name: string) => string;
}

function asWritten(name: string): string {
  return name;
}

function lowerCase(name: string): string {
  return name.toLowerCase();
}

/** Swift packages are named by their repositories, some with `https://` and `.git`. */
function withoutScheme(name: string): string {
  return name
    .replace(/^[a-z]{1,10}:\/\//, "")
    .replace(/\.git$/, "")
    .toLowerCase();
}

/** A language ecosystem: one space, whatever stands behind a colon. */
function language(space: string, scheme: string, source: string): Row {
  return { scheme, source, space: () => space };
}

/** A distribution whose releases are spaces; `pattern` captures the release as the space writes it. */
function distribution(prefix: string, scheme: string, source: string, pattern: RegExp): Row {
  return {
    scheme,
    source,
    space: (release) => {
      const captured = pattern.exec(release ?? "")?.[1];
      return captured === undefined ? null : `${prefix}:${captured}`;
    },
  };
}

/** A distribution without releases. */
function rolling(space: string, source: string): Row {
  return { scheme: "apk", source, space: (release) => (release === null ? space : null) };
}

/** A distribution of rpm packages; see `shared/rpm-spaces.ts`. */
function rpms(source: string, space: ReleaseSpace): Row {
  return { scheme: "rpm", source, space: (release) => (release === null ? null : space(release)) };
}

/** `22.04:LTS` -> `deb:ubuntu:22.04`; `Pro:14.04:LTS` is a paid archive, hence a space of its own; other flavours have none. */
function ubuntuSpace(release: string | null): string | null {
  const match = /^(Pro:)?(\d{2}\.\d{2})(?::LTS)?$/.exec(release ?? "");
  if (match === null) return null;
  return `deb:${match[1] === undefined ? "ubuntu" : "ubuntu-pro"}:${match[2]}`;
}

const rows: ReadonlyMap<string, Row> = new Map<string, Row>([
  ["npm", language("npm", "semver", "npm")],
  ["PyPI", { ...language("pypi", "pep440", "PyPI"), normaliseName: normalisePypiName }],
  ["crates.io", language("cargo", "semver", "RUSTSEC")],
  ["Go", { ...language("golang", "golang", "GO"), normaliseName: normaliseGolangPath }],
  ["Maven", language("maven", "maven", "Maven")],
  ["NuGet", { ...language("nuget", "nuget", "NuGet"), normaliseName: normaliseNugetName }],
  ["Hex", language("hex", "semver", "Hex")],
  ["Pub", language("pub", "semver-build", "Pub")],
  ["RubyGems", language("gem", "gem", "RubyGems")],
  ["Packagist", { ...language("composer", "composer", "Packagist"), normaliseName: lowerCase }],
  ["CRAN", language("cran", "dotted", "CRAN")],
  ["ConanCenter", language("conan", "dotted", "ConanCenter")],
  ["Hackage", language("hackage", "dotted", "Hackage")],
  ["Julia", language("julia", "semver-build", "Julia")],
  ["opam", language("opam", "deb", "opam")],
  ["GitHub Actions", { ...language("github", "semver", "GitHub"), normaliseName: lowerCase }],
  ["SwiftURL", { ...language("swift", "semver", "SwiftURL"), normaliseName: withoutScheme }],
  ["Bitnami", language("bitnami", "bitnami", "bitnami")],
  ["DHI", language("dhi", "semver", "docker")],
  ["Debian", distribution("deb:debian", "deb", "debian", /^(\d{1,3}(?:\.\d)?)$/)],
  ["Ubuntu", { scheme: "deb", source: "ubuntu", space: ubuntuSpace }],
  ["Alpine", distribution("apk:alpine", "apk", "alpine", /^v?(\d+\.\d+|edge)$/)],
  ["Alpaquita", distribution("apk:alpaquita", "apk", "bellsoft", /^(\d+|stream)$/)],
  ["Wolfi", rolling("apk:wolfi", "wolfi")],
  ["Chainguard", rolling("apk:chainguard", "chainguard")],
  ["MinimOS", rolling("apk:minimos", "minimos")],
  ["AlmaLinux", rpms("almalinux", releasesOf("almalinux", /^(\d{1,2})$/))],
  ["Rocky Linux", rpms("rocky", releasesOf("rocky", /^(\d{1,2})$/))],
  ["Red Hat", rpms("redhat", redHatSpace)],
  ["SUSE", rpms("suse", suseSpace)],
  ["openSUSE", rpms("suse", suseSpace)],
  ["Mageia", rpms("mageia", releasesOf("mageia", /^(\d{1,2})$/))],
  ["openEuler", rpms("openeuler", openEulerSpace)],
  ["Azure Linux", rpms("azurelinux", azureLinuxSpace)],
  ["Photon OS", rpms("photon", releasesOf("photon", /^(\d{1,2}\.\d)$/))],
]);
