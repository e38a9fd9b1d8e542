/**
 * Which package a purl of a VEX document names. Type, namespace, name and version are compared, with the package itself
 * and with its source package; a purl without version means every version. Qualifiers that tell the distribution or the
 * architecture only count when they contradict: documents write `os_name=debian&os_version=13` where an inventory has
 * `distro=debian-13`. A module stream that is named has to be the package's.
 */
import { PackageURL } from "packageurl-js";
import type { Package } from "../../domain/package.ts";
import { isSameArchitecture } from "./image-identity.ts";
import { isEveryVersion, isInRange } from "./vers-range.ts";

/** A package of the image, prepared for many comparisons. */
export interface PackageSubject {
  /** As the inventory has it. */
  readonly purl: string;
  readonly type: string;
  readonly namespace: string;
  /** Names it is known by, each with the versions that are right for it. */
  readonly names: ReadonlyMap<string, readonly string[]>;
  readonly distro: DistroHint;
  readonly architecture: string | null;
  /** Module stream of an rpm: `nodejs:18`; null: it is in none. */
  readonly module: string | null;
}

/** What qualifiers tell of a distribution; null: nothing. Lower case. */
export interface DistroHint {
  readonly id: string | null;
  readonly version: string | null;
}

/** What of a package names it. */
type NamedPackage = Pick<
  Package,
  "ecosystem" | "namespace" | "name" | "version" | "purl" | "sourcePackage" | "architecture" | "modularity"
>;

/** Prepares a package. */
export function packageSubject(pkg: NamedPackage): PackageSubject {
  const purl = readPurl(pkg.purl);
  const names = new Map<string, string[]>();
  const add = (name: string, version: string) => names.set(name, [...(names.get(name) ?? []), version]);
  add(purl?.name ?? pkg.name, pkg.version);
  if (purl?.version) add(purl.name, purl.version);
  if (pkg.sourcePackage !== null) add(pkg.sourcePackage.name, pkg.sourcePackage.version);
  return {
    purl: pkg.purl,
    type: purl?.type ?? pkg.ecosystem,
    namespace: purl?.namespace ?? pkg.namespace ?? "",
    names,
    distro: distroHint({ ...purl?.qualifiers }),
    architecture: pkg.architecture ?? purl?.qualifiers?.["arch"] ?? null,
    module: streamOf(pkg.modularity ?? purl?.qualifiers?.["rpmmod"]),
  };
}

/** `nodejs:18:8080020230718:63b34585` -> `nodejs:18` */
function streamOf(modularity: string | undefined): string | null {
  return modularity === undefined ? null : modularity.split(":").slice(0, 2).join(":");
}

/**
 * How exactly the purl names the package: 1 without, 2 with its version; null: it names another. `ranges` limit the versions where
 * the purl has none, and have to hold the version that it has; see `VexProduct.versions`.
 */
export function packageMatch(
  id: PackageURL,
  subject: PackageSubject,
  ranges: readonly string[] | undefined = undefined,
): 1 | 2 | null {
  if (id.type !== subject.type || (id.namespace ?? "") !== subject.namespace) return null;
  const versions = subject.names.get(id.name);
  if (versions === undefined) return null;
  const qualifiers: Readonly<Record<string, string>> = { ...id.qualifiers };
  const architecture = qualifiers["arch"];
  if (architecture !== undefined && subject.architecture !== null) {
    if (!isSameArchitecture(architecture, subject.architecture)) return null;
  }
  if (contradicts(distroHint(qualifiers), subject.distro)) return null;
  // The same name in another stream, or in none, is built from other sources.
  const module = streamOf(qualifiers["rpmmod"]);
  if (module !== null && module !== subject.module) return null;
  const held = ranges?.filter((range) => versions.some((version) => isInRange(range, version, id.type)));
  if (held?.length === 0) return null;
  // Every version is no version.
  if (!id.version) return held === undefined || held.every(isEveryVersion) ? 1 : 2;
  return versions.some((version) => isSameVersion(id.type, id.version ?? "", version)) ? 2 : null;
}

/** The purl, or null when the text is none. */
export function readPurl(text: string): PackageURL | null {
  if (!text.startsWith("pkg:") || text.length > PURL_LENGTH_MAX) return null;
  try {
    return PackageURL.fromString(text);
  } catch {
    // Not a package URL: the caller reports the product as one that cannot be read.
    return null;
  }
}

const PURL_LENGTH_MAX = 2000;

/** Go writes `v1.2.3` in module files and often `1.2.3` in documents; the epoch of an rpm is a qualifier of its purl. */
function isSameVersion(type: string, left: string, right: string): boolean {
  if (left === right) return true;
  if (type === "rpm") {
    const isOneSided = EPOCH.test(left) !== EPOCH.test(right);
    return isOneSided && left.replace(EPOCH, "") === right.replace(EPOCH, "");
  }
  return type === "golang" && left.replace(/^v/, "") === right.replace(/^v/, "");
}

const EPOCH = /^\d{1,10}:/;

function distroHint(qualifiers: Readonly<Record<string, string>>): DistroHint {
  const distro = qualifiers["distro"]?.toLowerCase() ?? "";
  const dash = distro.lastIndexOf("-");
  const isVersioned = dash > 0 && /^\d/.test(distro.slice(dash + 1));
  const codename = codenames[distro] ?? codenames[(qualifiers["os_distro"] ?? "").toLowerCase()];
  const id = qualifiers["os_name"]?.toLowerCase() ?? (isVersioned ? distro.slice(0, dash) : codename?.[0]);
  const version =
    qualifiers["os_version"]?.toLowerCase() ?? (isVersioned ? distro.slice(dash + 1) : codename?.[1]);
  return { id: id ?? null, version: version ?? null };
}

/** Both tell and they differ; `12` and `12.5` do not. */
export function contradicts(left: DistroHint, right: DistroHint): boolean {
  if (left.id !== null && right.id !== null && left.id !== right.id) return true;
  if (left.version === null || right.version === null || left.version === right.version) return false;
  return !left.version.startsWith(`${right.version}.`) && !right.version.startsWith(`${left.version}.`);
}

const codenames: Readonly<Record<string, readonly [id: string, version: string]>> = {
  stretch: ["debian", "9"],
  buster: ["debian", "10"],
  bullseye: ["debian", "11"],
  bookworm: ["debian", "12"],
  trixie: ["debian", "13"],
  forky: ["debian", "14"],
  bionic: ["ubuntu", "18.04"],
  focal: ["ubuntu", "20.04"],
  jammy: ["ubuntu", "22.04"],
  noble: ["ubuntu", "24.04"],
  resolute: ["ubuntu", "26.04"],
};
