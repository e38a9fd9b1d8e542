/**
 * Packages and the inventory of an image (step 3).
 * Identity follows the package URL specification (https://github.com/package-url/purl-spec).
 */
import type { Problem } from "./problem.ts";
import type { SymbolFilter } from "./symbol-filter.ts";

/** The distribution, from os-release (https://www.freedesktop.org/software/systemd/man/os-release.html). */
export interface Distro {
  /** `ID`, lower case: `debian`, `alpine`, `ubuntu`, `wolfi`. */
  readonly id: string;
  /** `VERSION_ID` as written: `12`, `3.18.4`, `22.04`; null for rolling distributions. */
  readonly versionId: string | null;
  /** `VERSION_CODENAME`: `bookworm`; null when not given. */
  readonly codename: string | null;
  /** `PRETTY_NAME`, or a made-up one. */
  readonly name: string;
  /** `ID_LIKE`, split. */
  readonly idLike: readonly string[];
}

/** Where a package was seen. */
export interface Evidence {
  /** Path without leading slash. */
  readonly path: string;
  /** Diff ID of the layer that brought it, or null for folders and SBOMs that do not tell. */
  readonly layer: string | null;
  readonly layerIndex: number | null;
}

/** One piece of software. The type is `Package`, a variable `pkg` (`package` is a reserved word). */
export interface Package {
  /** Id of the ecosystem plugin = purl type: `deb`, `apk`, `npm`, `pypi`; SBOMs may bring others. */
  readonly ecosystem: string;
  /** purl namespace: `debian`, `@types`, or null. */
  readonly namespace: string | null;
  /** Name by the ecosystem's own rules, without namespace: `libssl3`, `express`. */
  readonly name: string;
  /** Version as the package database writes it: `1:2.3-4+deb12u1`. Empty when the document had none. */
  readonly version: string;
  /** Canonical package URL with qualifiers: `pkg:deb/debian/libssl3@3.0.11-1?arch=amd64&distro=debian-12`. */
  readonly purl: string;
  /** What it was built from (`Source:` in deb, `o:` in apk); null when the ecosystem has none. */
  readonly sourcePackage: { readonly name: string; readonly version: string } | null;
  /** `amd64`, `x86_64`, or null. */
  readonly architecture: string | null;
  /**
   * SPDX expressions, sorted and unique: `["MIT"]`, `["GPL-2.0-or-later AND MIT"]`. Text that is no SPDX expression
   * becomes `LicenseRef-…`. Empty: the image does not tell.
   */
  readonly licenses: readonly string[];
  readonly author: string | null;
  readonly description: string | null;
  /** Installed bytes as the database says, or null. */
  readonly sizeBytes: number | null;
  /** Never empty except for packages from SBOM documents. Sorted by path. */
  readonly evidence: readonly Evidence[];

  // From here on absent means: not known. Most packages have few of these, and inventories are stored by the thousand.

  /** Bytes of the package as it was fetched. */
  readonly packedSizeBytes?: number;
  /** Of the package as it was fetched or installed, as its database or lock file has them; sorted by algorithm. */
  readonly digests?: readonly PackageDigest[];
  /** Files that its database says it owns. */
  readonly fileCount?: number;
  /** CPE 2.3 names, where data and not a guess gives them (signatures of binaries, SBOM documents). Sorted. */
  readonly cpes?: readonly string[];
  /** Package URLs, in this inventory, of what it needs at run time, as its ecosystem tells. Sorted and unique. */
  readonly dependsOn?: readonly string[];
  /** `nodejs:18:8080020230718:63b34585`: the module stream of an rpm. */
  readonly modularity?: string;
  /** Package URL of the distribution's package that owns the file where this one was found. */
  readonly ownedBy?: string;
  /** `signature`: told by the bytes of a binary, not by any package database. Absent: by a record of its ecosystem. */
  readonly foundBy?: "signature";
  /** Diff ID and position of the layer that removed it; such packages are listed with `--all-layers` only. */
  readonly removedIn?: { readonly layer: string; readonly layerIndex: number };
  /**
   * Build stage that it was found in, as an SBOM attestation of that stage tells; absent: it is in the image itself. Such
   * packages are listed with `--multi-stage` only.
   */
  readonly stage?: string;
}

/** Algorithms of package databases and lock files, by length. */
export const digestAlgorithms = ["md5", "sha1", "sha256", "sha384", "sha512", "blake2b", "blake3"] as const;

export interface PackageDigest {
  readonly algorithm: (typeof digestAlgorithms)[number];
  /** Lower-case hexadecimal. */
  readonly value: string;
}

/** That a package owns a path: what ownership, coverage and tamper evidence rest on. */
export interface FileClaim {
  /** Package URL of the owner. */
  readonly purl: string;
  /** Without leading slash. `folder`: everything below. */
  readonly path: string;
  readonly kind: "file" | "folder";
  /** What the file's bytes should be; null when the database has none. */
  readonly digest: PackageDigest | null;
  /** A configuration file, which an administrator may change or remove, or a file that the package only has a name for. */
  readonly isConfiguration: boolean;
}

/** A key into the vulnerability database, and the version to compare with what it holds. */
export interface AdvisoryKey {
  /**
   * Name space of advisories: `npm`, `pypi`, or `<purl type>:<distro>:<release>` such as `deb:debian:12`,
   * `apk:alpine:3.18`, `apk:wolfi`.
   */
  readonly space: string;
  /** Name in that space: source package for deb and apk, `@scope/name` for npm, normalised name for pypi. */
  readonly name: string;
  /** The version that ranges of this key speak about (deb: of the source package). */
  readonly version: string;
  /** What the key stands for, for explanations. */
  readonly by: "package" | "source-package";
  /**
   * A repository of others that the package comes from: `NodeSource`, `apt.postgresql.org`. What the distribution says of versions
   * is about its own builds, so ranges do not judge it. Absent: none is known.
   */
  readonly repository?: string;
  /**
   * The operating system that it was built for, in Go's word: `windows`; of a gem its platform: `java`. Absent: Linux, as images
   * are. Null: nobody knows.
   */
  readonly system?: string | null;
  /**
   * rpm: the inventory tells neither an epoch nor a source package, so an epoch may have been lost. Absent: what is told is all
   * there is, and no epoch is epoch 0.
   */
  readonly epochMayBeLost?: true;
}

/** The list of packages of one image or folder, as a value. */
export interface Sbom {
  readonly distro: Distro | null;
  /** Sorted by purl, then by first evidence path. */
  readonly packages: readonly Package[];
  readonly problems: readonly Problem[];
  /** `incomplete` when any problem may hide packages. */
  readonly completeness: "complete" | "incomplete";
  /** See `ImageFiles.verification`; `not_applicable` for folders and SBOM documents. */
  readonly verification: "verified" | "unverified" | "not_applicable";
  /** Plugin versions that made it: `{ "deb": 1, … }`, plus `format` for the layout of this value. */
  readonly producers: Readonly<Record<string, number>>;
  /** Whose list it is; absent: the files themselves were read. */
  readonly origin?: SbomOrigin;
  /** Build stages whose packages are listed too; absent: none. Sorted by name. */
  readonly stages?: readonly BuildStage[];
  /** How much of the file system the packages explain; absent where the files were not seen (SBOM documents). */
  readonly coverage?: Coverage;
  /** What became of the files of the distribution's packages; absent where its database lists none. */
  readonly systemFiles?: SystemFiles;
  /** Which functions programs hold, sorted by path; absent: nothing is known of any. */
  readonly functionTables?: readonly FunctionTable[];
  /** VEX documents that lie in the image, sorted by path; absent: none. Whoever built the image may have written them. */
  readonly vexFiles?: readonly ImageVexFile[];
}

/** A VEX document in an image, unread. */
export interface ImageVexFile {
  /** Without leading slash. */
  readonly path: string;
  /** Diff ID and position of the layer that holds it; null for a folder. */
  readonly layer: string | null;
  readonly layerIndex: number | null;
  readonly text: string;
}

/** The functions of one program. */
export interface FunctionTable {
  /** The program's, as in the evidence of its packages. */
  readonly path: string;
  /** Of Go: names as `golang.org/x/net/http2` for an import path, `golang.org/x/net/http2 Server.ServeConn` for a function in it. */
  readonly filter: SymbolFilter;
}

/** How much of an image its packages explain. */
export interface Coverage {
  /** All regular files. */
  readonly files: CoverageCount;
  /** Regular files with an execute bit, shared libraries, and archives of programs (`.jar`, `.dll`, …). */
  readonly executables: CoverageCount;
  /** Executables that nothing explains, the first by path; `executables.byNothing` is their number. */
  readonly unexplained: readonly string[];
}

export interface CoverageCount {
  readonly total: number;
  /** Listed by a package, in its folder, or the very file that a package was read from. */
  readonly byPackage: number;
  /** A program that its bytes gave away. */
  readonly bySignature: number;
  readonly byNothing: number;
}

/** Evidence of tampering: the files of the distribution's packages against what its database says. */
export interface SystemFiles {
  /** Files that the database lists. */
  readonly listed: number;
  /** Of those, the ones whose bytes were compared with its digest. 0: nobody asked for it. */
  readonly compared: number;
  /** Other bytes than the database says; configuration files are left out. */
  readonly modified: PathList;
  /** Programs and libraries that are listed and not there. Documentation is often left out on purpose, and not counted. */
  readonly missing: PathList;
  /** Programs and libraries in the system's folders that no package lists. */
  readonly unowned: PathList;
}

export interface PathList {
  readonly count: number;
  /** The first by path. */
  readonly paths: readonly string[];
}

/** Where a list of packages was taken from when no file was read. */
export type SbomOrigin =
  | {
      readonly kind: "document";
      /** Id of the SBOM format: `cyclonedx`, `spdx`. */
      readonly format: string;
    }
  | {
      readonly kind: "attestation";
      readonly format: string;
      /** e.g. `https://spdx.dev/Document` */
      readonly predicateType: string;
      /** See `Attestation.trust`. */
      readonly trust: "verified" | "unsigned";
    };

/** A stage of the build that the image was made with, as an attestation tells of it. */
export interface BuildStage {
  /** As in `FROM … AS build`; `context` is the build context. */
  readonly name: string;
  /** Its own, which need not be the image's: advisories of its packages are looked up by it. */
  readonly distro: Distro | null;
}
