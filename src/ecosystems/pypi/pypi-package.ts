/**
 * A package of PyPI as the inventory has it (https://github.com/package-url/purl-spec, type pypi): its name normalised.
 */
import type { Package, PackageDigest } from "../../domain/package.ts";
import { normalisePypiName } from "../../versions/names.ts";
import { formatPurl } from "../shared/purl.ts";
import type { Metadata } from "./metadata.ts";

/** The file that tells of it. */
export interface Place {
  readonly path: string;
  readonly layer: string | null;
  readonly layerIndex: number | null;
}

export interface PypiFacts {
  readonly digests?: readonly PackageDigest[];
  /** Of packages that no index delivered; becomes part of the purl. */
  readonly vcsUrl?: string | null;
  readonly sizeBytes?: number | null;
  readonly packedSizeBytes?: number | null;
  readonly fileCount?: number | null;
}

export function pypiPackage(metadata: Metadata, place: Place, facts: PypiFacts = {}): Package {
  const name = normalisePypiName(metadata.name);
  const { version, licenses, author, description } = metadata;
  const { digests = [], vcsUrl = null, sizeBytes = null, packedSizeBytes = null, fileCount = null } = facts;
  return {
    ecosystem: "pypi",
    namespace: null,
    name,
    version,
    purl: formatPurl({ type: "pypi", namespace: null, name, version, qualifiers: { vcs_url: vcsUrl } }),
    sourcePackage: null,
    architecture: null,
    licenses,
    author,
    description,
    sizeBytes,
    evidence: [{ path: place.path, layer: place.layer, layerIndex: place.layerIndex }],
    ...(digests.length === 0 ? {} : { digests }),
    ...(packedSizeBytes === null ? {} : { packedSizeBytes }),
    ...(fileCount === null ? {} : { fileCount }),
  };
}
