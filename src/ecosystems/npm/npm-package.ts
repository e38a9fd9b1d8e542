/**
 * A package of npm as the inventory has it (https://github.com/package-url/purl-spec, type npm): the scope is the namespace.
 */
import type { Package, PackageDigest } from "../../domain/package.ts";
import { formatPurl } from "../shared/purl.ts";

export interface NpmFacts {
  /** With its scope: `@types/node`. */
  readonly name: string;
  readonly version: string;
  readonly licenses: readonly string[];
  readonly author: string | null;
  readonly description: string | null;
  readonly digests: readonly PackageDigest[];
  /** Of packages that no registry delivered; becomes part of the purl, as it is another package than the registry's. */
  readonly vcsUrl: string | null;
}

/** The file that tells of it. */
export interface Place {
  readonly path: string;
  readonly layer: string | null;
  readonly layerIndex: number | null;
}

export function npmPackage(facts: NpmFacts, place: Place): Package {
  const { version, licenses, author, description, digests } = facts;
  const slash = facts.name.startsWith("@") ? facts.name.indexOf("/") : -1;
  const namespace = slash === -1 ? null : facts.name.slice(0, slash);
  const name = facts.name.slice(slash + 1);
  return {
    ecosystem: "npm",
    namespace,
    name,
    version,
    purl: formatPurl({ type: "npm", namespace, name, version, qualifiers: { vcs_url: facts.vcsUrl } }),
    sourcePackage: null,
    architecture: null,
    licenses,
    author,
    description,
    sizeBytes: null,
    evidence: [{ path: place.path, layer: place.layer, layerIndex: place.layerIndex }],
    ...(digests.length === 0 ? {} : { digests }),
  };
}
