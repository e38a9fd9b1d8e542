/**
 * Packages and the inventory of an image (step 3).
 * Identity follows the package URL specification (https://github.com/package-url/purl-spec).
 */
import type { Problem } from "./problem.ts";

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
}
