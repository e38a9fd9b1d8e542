/**
 * An installed rpm package, from its header or from the list that images without a database carry.
 */
import type { PackageDigest } from "../../domain/package.ts";
import { digestOf } from "../shared/package-of.ts";
import { isToken, nameLengthMax, versionLengthMax } from "../shared/text.ts";
import { tags, type RpmHeader } from "./header.ts";

export interface RpmRecord {
  readonly name: string;
  /** Null: not written, which counts as 0. */
  readonly epoch: number | null;
  readonly version: string;
  readonly release: string;
  readonly architecture: string | null;
  /** `glibc-2.31-150300.41.1.src.rpm`, or null. */
  readonly sourceRpm: string | null;
  readonly license: string | null;
  readonly vendor: string | null;
  readonly summary: string | null;
  readonly sizeBytes: number | null;
  /** `nodejs:18:8080020230718:63b34585`, or null. */
  readonly modularity: string | null;
  readonly digests: readonly PackageDigest[];
}

/** The record of a header; null when it has no valid name and version. */
export function recordOf(header: RpmHeader): RpmRecord | null {
  const name = header.text(tags.name);
  const version = header.text(tags.version);
  const release = header.text(tags.release);
  if (!isToken(name, nameLengthMax) || !isToken(version, versionLengthMax)) return null;
  if (!isToken(release, versionLengthMax)) return null;
  const architecture = header.text(tags.arch);
  const modularity = header.text(tags.modularityLabel);
  return {
    name,
    epoch: header.numbers(tags.epoch)[0] ?? null,
    version,
    release,
    architecture: isToken(architecture, nameLengthMax) ? architecture : null,
    sourceRpm: sourceRpmOf(header.text(tags.sourceRpm)),
    license: header.text(tags.license),
    vendor: header.text(tags.vendor) ?? header.text(tags.packager),
    summary: header.text(tags.summary),
    sizeBytes: header.numbers(tags.longSize)[0] ?? header.numbers(tags.size)[0] ?? null,
    modularity: isToken(modularity, nameLengthMax) ? modularity : null,
    digests: [
      digestOf("md5", header.hex(tags.sigMd5)),
      digestOf("sha1", header.text(tags.sha1Header)),
      digestOf("sha256", header.text(tags.sha256Header)),
    ].filter((digest) => digest !== null),
  };
}

/** The source package's file name, or null: some packages have `(none)` in its place. */
export function sourceRpmOf(text: string | null): string | null {
  return isToken(text, nameLengthMax) && text.endsWith(".rpm") ? text : null;
}

/** Epoch, version and release as rpm prints them (`%{EVR}`): `1:2.3-4.el9`, without an epoch that is not written. */
export function evrOf({ epoch, version, release }: RpmRecord): string {
  return `${epoch === null ? "" : `${epoch}:`}${version}-${release}`;
}

/** What tells one installed package of a database from another: name, version and architecture. */
export function identityOf(record: RpmRecord): string {
  return `${record.name} ${evrOf(record)} ${record.architecture ?? ""}`;
}

/**
 * Keys that people signed packages with are kept as if they were packages; they are no software.
 * https://rpm-software-management.github.io/rpm/man/rpmkeys.8
 */
export function isPublicKey({ name }: RpmRecord): boolean {
  return name === "gpg-pubkey";
}

/**
 * Name and version of the source package: the last two hyphens part name, version and release. Its file name tells no
 * epoch; that of the package itself is nearly always the same.
 */
export function sourcePackageOf(
  record: RpmRecord,
): { readonly name: string; readonly version: string } | null {
  const parts = SOURCE_RPM.exec(record.sourceRpm ?? "");
  if (parts === null) return null;
  const [, name = "", version = "", release = ""] = parts;
  return { name, version: evrOf({ ...record, version, release }) };
}

const SOURCE_RPM = /^(.+)-([^-]+)-([^-]+)\.(?:no)?src\.rpm$/;
