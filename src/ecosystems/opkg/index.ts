/**
 * Packages of OpenWrt up to 24.10 and of Yocto builds, from the lists of opkg: `status` says what is installed, `info/<name>.control`
 * what it is, `info/<name>.list` which files it brought.
 */
import type { WantedFile } from "../../domain/files.ts";
import type { Distro, Evidence, FileClaim, Package, PackageDigest } from "../../domain/package.ts";
import type { Problem } from "../../domain/problem.ts";
import { attribute } from "../shared/attribution.ts";
import { withEdges } from "../shared/dependency-edges.ts";
import { distroQualifier } from "../shared/distro-space.ts";
import { FileClaims } from "../shared/file-claims.ts";
import { spdxLicenses } from "../shared/licenses.ts";
import { FileProblems } from "../shared/problems.ts";
import { formatPurl } from "../shared/purl.ts";
import { authorLengthMax, decodeText, descriptionLengthMax, shortText } from "../shared/text.ts";
import type { CatalogContext, CatalogMode, CatalogResult, Ecosystem } from "../types.ts";
import { opkgNaming } from "./naming.ts";
import { identityOf, readStatus, type OpkgRecord } from "./status.ts";

export const opkg: Ecosystem = {
  ...opkgNaming,
  title: "opkg packages",
  specs: [
    "https://openwrt.org/docs/guide-user/additional-software/opkg",
    "https://git.yoctoproject.org/opkg/tree/man/opkg.1.in",
  ],
  knows: {
    licenses: true,
    authors: true,
    descriptions: true,
    digests: false,
    dependencies: true,
    files: true,
    proof: "by-specification",
  },
  wants: (path: string, mode: CatalogMode) => mode === "installed" && isOpkgFile(path),
  history: (path: string) => path.endsWith("/opkg/status") && isDatabase(path),
  isDatabase: (path: string) => path.endsWith("/opkg/status") && isDatabase(path),
  catalog,
};

/** OpenWrt's place, and that of Yocto and of opkg's own default. */
const folders: readonly string[] = ["usr/lib/opkg/", "var/lib/opkg/"];

function isOpkgFile(path: string): boolean {
  if (!path.startsWith("usr/lib/opkg/") && !path.startsWith("var/lib/opkg/")) return false;
  return isDatabase(path) || path.endsWith(".control") || path.endsWith(".list");
}

function isDatabase(path: string): boolean {
  return folders.some((folder) => path === `${folder}status`);
}

function catalog(files: readonly WantedFile[], { distro }: CatalogContext): CatalogResult {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const textOf = (path: string): string => {
    const file = byPath.get(path);
    return file === undefined ? "" : decodeText(file.bytes);
  };
  const problems: Problem[] = [];
  const claims = new FileClaims();
  const nodes = folders.flatMap((folder) => {
    const file = byPath.get(`${folder}status`);
    if (file === undefined) return [];
    const { records, complaints } = readStatus(decodeText(file.bytes), (name) =>
      textOf(`${folder}info/${name}.control`),
    );
    const evidenceOf = attribute(file, installedIn);
    const found = new FileProblems(file);
    for (const complaint of complaints) found.add("RECORD_INVALID", complaint);
    problems.push(...found.all());
    return records.map((record) => {
      const pkg = toPackage(record, distro, evidenceOf(identityOf(record)));
      const own = claimsOf(record, pkg.purl, textOf(`${folder}info/${record.name}.list`));
      claims.add(own);
      return {
        pkg: own.length === 0 ? pkg : { ...pkg, fileCount: own.length },
        names: [record.name, ...record.provides],
        needs: record.depends,
      };
    });
  });
  return {
    packages: withEdges(nodes),
    problems: [...problems, ...claims.problems()],
    claims,
  };
}

function installedIn(bytes: Uint8Array): ReadonlySet<string> {
  return new Set(readStatus(decodeText(bytes), () => "").records.map(identityOf));
}

/** One path a line; configuration files have a digest in `status`, SHA-256 or, of old, MD5. */
function claimsOf({ configuration }: OpkgRecord, purl: string, list: string): readonly FileClaim[] {
  const claims: FileClaim[] = [];
  for (const line of list.split("\n")) {
    // Some builds write the mode behind a tab.
    const path = (line.split("\t", 1)[0] ?? "").replace(/^\.?\//, "");
    if (path === "" || path.endsWith("/")) continue;
    const value = configuration.get(path);
    const digest: PackageDigest | null =
      value === undefined ? null : { algorithm: value.length === 64 ? "sha256" : "md5", value };
    claims.push({ purl, path, kind: "file", digest, isConfiguration: value !== undefined });
  }
  return claims;
}

function toPackage(record: OpkgRecord, distro: Distro | null, evidence: Evidence): Package {
  const namespace = distro?.id ?? null;
  const { name, version, architecture, cpe } = record;
  return {
    ecosystem: "opkg",
    namespace,
    name,
    version,
    purl: formatPurl({
      type: "opkg",
      namespace,
      name,
      version,
      qualifiers: { arch: architecture, distro: distroQualifier(distro) },
    }),
    sourcePackage: record.source === null ? null : { name: record.source, version },
    architecture,
    licenses: record.license === null ? [] : spdxLicenses([record.license]),
    author: shortText(record.maintainer, authorLengthMax),
    description: shortText(record.description, descriptionLengthMax),
    sizeBytes: record.sizeBytes,
    evidence: [evidence],
    ...(cpe === null ? {} : { cpes: [cpe] }),
  };
}
