/**
 * The distribution that a package's advisories are published for.
 */
import type { AdvisoryKey, Distro, Package } from "../../domain/package.ts";
import { purlQualifier } from "./purl.ts";

type Place = Pick<Distro, "id" | "versionId" | "codename">;

/**
 * The distribution that a package URL names by itself: `distro=debian-12`, `distro=bookworm` or, with the namespace,
 * `distro=3.18.4`; `os_name=debian&os_version=12`. Else that of the image, also where it tells more of the same: the service pack
 * of a release, the number of a code name. Else what the namespace tells. Null: none is known.
 */
export function distroOf(pkg: Package, distro: Distro | null): Place | null {
  const named = nameOf(pkg);
  if (named === null) return distro ?? ofNamespace(pkg);
  const own = { ...named, versionId: named.versionId ?? releaseOf(named.id, named.codename) };
  return distro !== null && own.id === distro.id && isPartOf(distro, own) ? distro : own;
}

/** Whether a distribution is the one that is named, as far as the name tells. */
function isPartOf(distro: Distro, { id, versionId, codename }: Place): boolean {
  const release = distro.versionId ?? releaseOf(id, distro.codename);
  if (versionId !== null) return release === versionId || release?.startsWith(`${versionId}.`) === true;
  return codename === null || distro.codename === null || distro.codename === codename;
}

function nameOf({ purl, namespace }: Package): Place | null {
  const osName = purlQualifier(purl, "os_name")?.toLowerCase() ?? "";
  if (osName !== "") {
    const osVersion = purlQualifier(purl, "os_version");
    return { id: osName, versionId: osVersion || null, codename: purlQualifier(purl, "os_distro") || null };
  }
  const written = purlQualifier(purl, "distro")?.toLowerCase() ?? "";
  if (written === "") return null;
  // Names of SUSE's distributions have hyphens of their own, and the rolling ones no release behind the last.
  if (rolling.has(written)) return { id: written, versionId: null, codename: null };
  const dash = written.lastIndexOf("-");
  const id = dash === -1 ? (namespace ?? "").toLowerCase() : written.slice(0, dash);
  const release = written.slice(dash + 1);
  if (id === "") return null;
  if (release === "" || release === id) return { id, versionId: null, codename: null };
  return /^\d/.test(release)
    ? { id, versionId: release, codename: null }
    : { id, versionId: release === "edge" ? release : null, codename: release };
}

function ofNamespace({ namespace }: Package): Place | null {
  return namespace === null || namespace === ""
    ? null
    : { id: namespace.toLowerCase(), versionId: null, codename: null };
}

/** The number of a release that is known by its code name, or null. */
export function releaseOf(id: string, codename: string | null): string | null {
  return (codename === null ? undefined : releases.get(`${id} ${codename}`)) ?? null;
}

/** https://wiki.debian.org/DebianReleases, https://wiki.ubuntu.com/Releases: those with long-term support. Sid has no number. */
const releases: ReadonlyMap<string, string> = new Map([
  ["debian jessie", "8"],
  ["debian stretch", "9"],
  ["debian buster", "10"],
  ["debian bullseye", "11"],
  ["debian bookworm", "12"],
  ["debian trixie", "13"],
  ["debian forky", "14"],
  ["debian duke", "15"],
  ["ubuntu trusty", "14.04"],
  ["ubuntu xenial", "16.04"],
  ["ubuntu bionic", "18.04"],
  ["ubuntu focal", "20.04"],
  ["ubuntu jammy", "22.04"],
  ["ubuntu noble", "24.04"],
  ["ubuntu resolute", "26.04"],
]);

const rolling: ReadonlySet<string> = new Set([
  "opensuse-tumbleweed",
  "opensuse-slowroll",
  "opensuse-microos",
]);

/** Value of the purl qualifier `distro`: `debian-12`, `debian-trixie`, `wolfi`; null without a distro. */
export function distroQualifier(distro: Distro | null): string | null {
  if (distro === null) return null;
  const release = distro.versionId ?? distro.codename;
  return release === null ? distro.id : `${distro.id}-${release}`;
}

/** Distributions file advisories under the source package: that is asked for in the name space, or the package without one. */
export function distroLookUp(pkg: Package, space: string | null): readonly AdvisoryKey[] {
  if (space === null) return [];
  if (pkg.sourcePackage === null) return [{ space, name: pkg.name, version: pkg.version, by: "package" }];
  return [{ space, ...pkg.sourcePackage, by: "source-package" }];
}
