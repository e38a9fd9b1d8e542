/**
 * A package of the inventory from what a file tells of it: what most ecosystems leave empty is filled in, in one place.
 */
import type { WantedFile } from "../../domain/files.ts";
import type { FileClaim, Package, PackageDigest } from "../../domain/package.ts";
import { FileProblems } from "./problems.ts";
import { formatPurl } from "./purl.ts";
import type { CatalogResult } from "../types.ts";

export interface PackageFacts {
  /** Id of the ecosystem. */
  readonly type: string;
  readonly namespace?: string | null;
  readonly name: string;
  readonly version: string;
  readonly qualifiers?: Readonly<Record<string, string | null>>;
  /** Of the purl: a part of the package (`Analytics` of a pod, the folder of an action). */
  readonly subpath?: string | null;
  readonly architecture?: string | null;
  /** SPDX expressions, as `spdxLicenses` makes them. */
  readonly licenses?: readonly string[];
  readonly author?: string | null;
  readonly description?: string | null;
  readonly sizeBytes?: number | null;
  readonly packedSizeBytes?: number | null;
  /** Null members are left out. */
  readonly digests?: readonly (PackageDigest | null)[];
  readonly fileCount?: number | null;
}

/** The package that `file` tells of, with it as evidence. */
export function packageOf(
  file: Pick<WantedFile, "path" | "layer" | "layerIndex">,
  facts: PackageFacts,
): Package {
  const { type, namespace = null, name, version, qualifiers = {}, subpath = null } = facts;
  const digests = (facts.digests ?? []).filter((digest) => digest !== null);
  return {
    ecosystem: type,
    namespace,
    name,
    version,
    purl: formatPurl({ type, namespace, name, version, qualifiers, subpath }),
    sourcePackage: null,
    architecture: facts.architecture ?? null,
    licenses: facts.licenses ?? [],
    author: facts.author ?? null,
    description: facts.description ?? null,
    sizeBytes: facts.sizeBytes ?? null,
    evidence: [{ path: file.path, layer: file.layer, layerIndex: file.layerIndex }],
    ...(typeof facts.packedSizeBytes === "number" ? { packedSizeBytes: facts.packedSizeBytes } : {}),
    ...(digests.length === 0
      ? {}
      : { digests: digests.sort((a, b) => (a.algorithm < b.algorithm ? -1 : 1)) }),
    ...(typeof facts.fileCount === "number" ? { fileCount: facts.fileCount } : {}),
  };
}

/** The digest, or null when the value is not one: hexadecimal of the algorithm's length. */
export function digestOf(algorithm: PackageDigest["algorithm"], value: unknown): PackageDigest | null {
  const length = digestLengths[algorithm];
  if (typeof value !== "string" || value.length !== length || !HEX.test(value)) return null;
  return { algorithm, value: value.toLowerCase() };
}

const digestLengths = {
  md5: 32,
  sha1: 40,
  sha256: 64,
  sha384: 96,
  sha512: 128,
  blake2b: 128,
  blake3: 64,
} as const;
const HEX = /^[0-9a-fA-F]+$/;

/** A claim on a path without a digest. */
export function claimOf(purl: string, path: string, kind: FileClaim["kind"]): FileClaim {
  return { purl, path, kind, digest: null, isConfiguration: false };
}

/** What one file tells. */
export interface FileReading {
  readonly packages: readonly Package[];
  readonly claims?: readonly FileClaim[];
}

/** Reads file after file; complaints about each are kept under their ceiling. `claims` is there when any file made one. */
export function readEach(
  files: readonly WantedFile[],
  read: (file: WantedFile, problems: FileProblems) => FileReading,
): CatalogResult {
  const readings = files.map((file) => {
    const problems = new FileProblems(file);
    const reading = read(file, problems);
    return { ...reading, problems: problems.all() };
  });
  const claims = readings.flatMap((reading) => reading.claims ?? []);
  return {
    packages: readings.flatMap((reading) => reading.packages),
    problems: readings.flatMap((reading) => reading.problems),
    ...(claims.length === 0 ? {} : { claims }),
  };
}

/** Nothing, for a file that only complaints can be made of. */
export const nothingRead: FileReading = { packages: [] };
