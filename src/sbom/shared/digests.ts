/**
 * Digests of packages, and what the standard formats call their algorithms.
 */
import type { PackageDigest } from "../../domain/package.ts";

type Algorithm = PackageDigest["algorithm"];

interface AlgorithmNames {
  readonly algorithm: Algorithm;
  /** Characters of its hexadecimal value. */
  readonly length: number;
  /** `alg` of https://cyclonedx.org/docs/1.6/json/#metadata_component_hashes_items_alg */
  readonly cyclonedx: string;
  /** `algorithm` of https://spdx.github.io/spdx-spec/v2.3/package-information/#710-package-checksum-field */
  readonly spdx: string;
  /** Entry of https://spdx.github.io/spdx-spec/v3.0.1/model/Core/Vocabularies/HashAlgorithm/ */
  readonly spdx3: string;
}

function names(algorithm: Algorithm, length: number, cyclonedx: string, spdx: string): AlgorithmNames {
  return {
    algorithm,
    length,
    cyclonedx,
    spdx,
    spdx3: cyclonedx.toLowerCase().replace("sha-", "sha").replaceAll("-", ""),
  };
}

/** BLAKE2b stands once for each length that the formats name. */
const table: readonly AlgorithmNames[] = [
  names("md5", 32, "MD5", "MD5"),
  names("sha1", 40, "SHA-1", "SHA1"),
  names("sha256", 64, "SHA-256", "SHA256"),
  names("sha384", 96, "SHA-384", "SHA384"),
  names("sha512", 128, "SHA-512", "SHA512"),
  names("blake2b", 64, "BLAKE2b-256", "BLAKE2b-256"),
  names("blake2b", 96, "BLAKE2b-384", "BLAKE2b-384"),
  names("blake2b", 128, "BLAKE2b-512", "BLAKE2b-512"),
  names("blake3", 64, "BLAKE3", "BLAKE3"),
];

export type DigestVocabulary = "cyclonedx" | "spdx" | "spdx3";

/** A digest in a format's own words. */
export interface NamedDigest {
  readonly name: string;
  readonly value: string;
}

/** Digests that the format has a name for, and those that it has none for (a length or a value that is not usual). */
export function nameDigests(
  digests: readonly PackageDigest[],
  vocabulary: DigestVocabulary,
): { readonly named: readonly NamedDigest[]; readonly rest: readonly PackageDigest[] } {
  const named: NamedDigest[] = [];
  const rest: PackageDigest[] = [];
  for (const digest of digests) {
    const row = table.find(
      ({ algorithm, length }) => algorithm === digest.algorithm && length === digest.value.length,
    );
    if (row === undefined || !HEX.test(digest.value)) rest.push(digest);
    else named.push({ name: row[vocabulary], value: digest.value });
  }
  return { named, rest };
}

/** The digest of a format's name and value, in lower case; null for algorithms that packages do not have, and for no hex. */
export function digestFrom(name: string, value: string, vocabulary: DigestVocabulary): PackageDigest | null {
  const wanted = name.toLowerCase();
  const row = table.find((entry) => entry[vocabulary].toLowerCase() === wanted);
  const hex = value.toLowerCase();
  return row === undefined || !HEX.test(hex) ? null : { algorithm: row.algorithm, value: hex };
}

/** In the order of `Package.digests`, without duplicates. */
export function sortDigests(digests: readonly PackageDigest[]): readonly PackageDigest[] {
  const keyed = new Map(digests.map((digest) => [`${digest.algorithm}:${digest.value}`, digest]));
  return [...keyed.entries()].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, digest]) => digest);
}

const HEX = /^[0-9a-f]{1,512}$/;
