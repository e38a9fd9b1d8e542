/**
 * The match key: everything of a package that decides its findings, and nothing else. Packages of different images with the
 * same key have the same findings, so they are matched once.
 */
import type { Distro, Package } from "../domain/package.ts";

/**
 * The key as canonical JSON, safe in a text column: a list of the package URL without qualifiers of location, ecosystem,
 * namespace, name, version, source package and its version, distro id, version and code name, the package of the distribution
 * that owns its files, the module stream, the vendor of an rpm.
 *
 * `["pkg:deb/debian/libssl3@3.0.11-1?arch=amd64&distro=debian-12","deb","debian","libssl3","3.0.11-1","openssl","3.0.11-1","debian","12","bookworm",null,null,null]`
 *
 * Name and version stand beside the package URL because documents may write a version that their package URL lacks. A key
 * may be thousands of characters long: index a digest of it.
 */
export function matchKeyOf(pkg: Package, distro: Distro | null): string {
  return JSON.stringify([
    withoutLocation(pkg.purl),
    pkg.ecosystem,
    pkg.namespace,
    pkg.name,
    pkg.version,
    pkg.sourcePackage?.name ?? null,
    pkg.sourcePackage?.version ?? null,
    distro?.id ?? null,
    distro?.versionId ?? null,
    distro?.codename ?? null,
    pkg.ownedBy ?? null,
    pkg.modularity ?? null,
    pkg.ecosystem === "rpm" ? pkg.author : null,
  ]);
}

/**
 * Qualifiers that say where a copy was got, not what it is. `arch`, `distro`, `epoch` and those of a type stay.
 * https://github.com/package-url/purl-spec (known qualifiers)
 */
const LOCATIONS: readonly string[] = ["repository_url", "download_url", "vcs_url", "file_name", "checksum"];

/** The rest of the qualifiers sorted, so that their order is of no matter. */
function withoutLocation(purl: string): string {
  const hash = purl.indexOf("#");
  const subpath = hash === -1 ? "" : purl.slice(hash);
  const [path = "", ...queries] = (hash === -1 ? purl : purl.slice(0, hash)).split("?");
  const kept = queries
    .join("?")
    .split("&")
    .filter((pair) => pair !== "" && !LOCATIONS.includes(pair.slice(0, indexOfEquals(pair)).toLowerCase()))
    .sort();
  return `${path}${kept.length === 0 ? "" : `?${kept.join("&")}`}${subpath}`;
}

function indexOfEquals(pair: string): number {
  const at = pair.indexOf("=");
  return at === -1 ? pair.length : at;
}

/**
 * The package that a match key describes, and its distro: all that matching needs of them. What the key leaves out is null or empty.
 * @throws SyntaxError for text that `matchKeyOf` did not write
 */
export function packageOfMatchKey(key: string): {
  readonly package: Package;
  readonly distro: Distro | null;
} {
  const [
    purl,
    ecosystem,
    namespace,
    name,
    version,
    sourceName,
    sourceVersion,
    id,
    versionId,
    codename,
    ownedBy,
    modularity,
    vendor,
  ] = JSON.parse(key) as (string | null)[];
  return {
    package: {
      ecosystem: ecosystem ?? "",
      namespace: namespace ?? null,
      name: name ?? "",
      version: version ?? "",
      purl: purl ?? "",
      sourcePackage:
        typeof sourceName === "string" ? { name: sourceName, version: sourceVersion ?? "" } : null,
      architecture: null,
      licenses: [],
      author: vendor ?? null,
      description: null,
      sizeBytes: null,
      evidence: [],
      ...(typeof ownedBy === "string" ? { ownedBy } : {}),
      ...(typeof modularity === "string" ? { modularity } : {}),
    },
    distro:
      typeof id === "string"
        ? { id, versionId: versionId ?? null, codename: codename ?? null, name: id, idLike: [] }
        : null,
  };
}
