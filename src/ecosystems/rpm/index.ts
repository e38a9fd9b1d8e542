/**
 * RPM packages (Red Hat, Fedora, SUSE, Amazon, Oracle, Azure Linux and others), from rpm's database in each of its three
 * formats, or from the list that Azure Linux leaves in images without one.
 */
import type { WantedFile } from "../../domain/files.ts";
import type { Distro, Evidence, Package } from "../../domain/package.ts";
import type { Problem } from "../../domain/problem.ts";
import { attribute } from "../shared/attribution.ts";
import { withEdges, type PackageNode } from "../shared/dependency-edges.ts";
import { distroQualifier } from "../shared/distro-space.ts";
import { FileClaims } from "../shared/file-claims.ts";
import { spdxLicenses } from "../shared/licenses.ts";
import { FileProblems } from "../shared/problems.ts";
import { formatPurl } from "../shared/purl.ts";
import { authorLengthMax, decodeText, descriptionLengthMax, shortText } from "../shared/text.ts";
import type { CatalogContext, CatalogMode, CatalogResult, Ecosystem } from "../types.ts";
import { databaseFolders, databasePaths, readDatabase, walPathOf, walPaths } from "./database.ts";
import { fileClaims } from "./file-list.ts";
import { readHeader, type RpmHeader } from "./header.ts";
import { MANIFEST, readManifest } from "./manifest.ts";
import { rpmNaming } from "./naming.ts";
import { evrOf, identityOf, isPublicKey, recordOf, sourcePackageOf, type RpmRecord } from "./record.ts";
import { providedNames, requiredNames } from "./requirements.ts";

export const rpm: Ecosystem = {
  ...rpmNaming,
  title: "RPM packages",
  specs: [
    "https://rpm-software-management.github.io/rpm/manual/format_header.html",
    "https://www.sqlite.org/fileformat2.html",
    "https://github.com/rpm-software-management/rpm/tree/rpm-4.20.x/lib/backend",
  ],
  knows: {
    licenses: true,
    authors: true,
    descriptions: true,
    digests: true,
    dependencies: true,
    files: true,
    proof: "native-tool",
  },
  wants: (path: string, mode: CatalogMode) =>
    mode === "installed" && isRpmPath(path) && (isDatabase(path) || walPaths.has(path)),
  history: (path: string) => isRpmPath(path) && databases.has(path),
  isDatabase: (path: string) => isRpmPath(path) && isDatabase(path),
  catalog,
};

const databases: ReadonlySet<string> = new Set(databasePaths);

/** Asked of every file of an image: it spares most of them the look-up. */
function isRpmPath(path: string): boolean {
  return path.startsWith("var/lib/rpm") || databaseFolders.some((folder) => path.startsWith(folder));
}

function isDatabase(path: string): boolean {
  return databases.has(path) || path === MANIFEST;
}

/** An installed package, with where it stands. */
interface Listed {
  readonly record: RpmRecord;
  /** Null: only the list tells of it. */
  readonly header: RpmHeader | null;
  readonly evidence: Evidence;
}

function catalog(files: readonly WantedFile[], { distro }: CatalogContext): CatalogResult {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const problems: Problem[] = [];
  const listed: Listed[] = [];
  for (const folder of databaseFolders) {
    const path = databasePaths.find((name) => name.startsWith(folder) && byPath.has(name));
    const file = path === undefined ? undefined : byPath.get(path);
    if (file === undefined) continue;
    const found = new FileProblems(file);
    listed.push(...readListed(file, byPath.get(walPathOf(file.path))?.bytes ?? null, found));
    problems.push(...found.all());
  }
  const manifest = byPath.get(MANIFEST);
  if (manifest !== undefined) {
    const { records, complaints } = readManifest(decodeText(manifest.bytes));
    const evidenceOf = attribute(manifest, listedIn);
    for (const record of records)
      listed.push({ record, header: null, evidence: evidenceOf(identityOf(record)) });
    const found = new FileProblems(manifest);
    for (const complaint of complaints) found.add("RECORD_INVALID", complaint);
    problems.push(...found.all());
  }
  const { packages, claims } = describe(listed, distro);
  return { packages, problems: [...problems, ...claims.problems()], claims };
}

function readListed(file: WantedFile, wal: Uint8Array | null, problems: FileProblems): readonly Listed[] {
  const reading = readDatabase(file.path, file.bytes, wal);
  if (reading === null) {
    problems.add("PARSE_FAILED", "the rpm database is none of the formats known");
    return [];
  }
  for (const complaint of reading.complaints) problems.add("RECORD_INVALID", complaint);
  const evidenceOf = attribute(file, installedIn(file.path));
  return reading.blobs.flatMap((blob) => {
    const header = readHeader(blob);
    const record = header === null ? null : recordOf(header);
    if (record === null) {
      problems.add("RECORD_INVALID", "a package has no valid name and version");
      return [];
    }
    return isPublicKey(record) ? [] : [{ record, header, evidence: evidenceOf(identityOf(record)) }];
  });
}

/** What an earlier version of the database lists. */
function installedIn(path: string): (bytes: Uint8Array) => ReadonlySet<string> {
  return (bytes) => {
    const headers = (readDatabase(path, bytes, null)?.blobs ?? []).map(readHeader);
    const records = headers.map((header) => (header === null ? null : recordOf(header)));
    return new Set(records.filter((record) => record !== null).map(identityOf));
  };
}

function listedIn(bytes: Uint8Array): ReadonlySet<string> {
  return new Set(readManifest(decodeText(bytes)).records.map(identityOf));
}

function describe(
  listed: readonly Listed[],
  distro: Distro | null,
): { readonly packages: readonly Package[]; readonly claims: FileClaims } {
  const claims = new FileClaims();
  const needs = listed.map(({ header }) => (header === null ? [] : requiredNames(header)));
  const neededPaths = new Set(needs.flat().filter((name) => name.startsWith("/")));
  const nodes: PackageNode[] = listed.map(({ record, header, evidence }, index) => {
    const pkg = toPackage(record, distro, evidence);
    if (header === null) return { pkg, names: [record.name], needs: [] };
    const files = fileClaims(header, pkg.purl);
    claims.add(files);
    const paths = files.map(({ path }) => `/${path}`).filter((path) => neededPaths.has(path));
    return {
      pkg: { ...pkg, fileCount: files.length },
      names: [record.name, ...providedNames(header), ...paths],
      needs: needs[index] ?? [],
    };
  });
  return { packages: withEdges(nodes), claims };
}

function toPackage(record: RpmRecord, distro: Distro | null, evidence: Evidence): Package {
  const namespace = vendorOf(distro);
  const { name, epoch, version, release, architecture, modularity, digests } = record;
  return {
    ecosystem: "rpm",
    namespace,
    name,
    version: evrOf(record),
    purl: formatPurl({
      type: "rpm",
      namespace,
      name,
      version: `${version}-${release}`,
      qualifiers: {
        arch: architecture,
        distro: distroQualifier(distro),
        epoch: epoch === null ? null : String(epoch),
        rpmmod: modularity,
        upstream: record.sourceRpm,
      },
    }),
    sourcePackage: sourcePackageOf(record),
    architecture,
    licenses: record.license === null ? [] : spdxLicenses([record.license]),
    author: shortText(record.vendor, authorLengthMax),
    description: shortText(record.summary, descriptionLengthMax),
    sizeBytes: record.sizeBytes,
    evidence: [evidence],
    ...(digests.length === 0 ? {} : { digests }),
    ...(modularity === null ? {} : { modularity }),
  };
}

/** The vendor as package URLs name it: Red Hat's own documents say `redhat`, the specification says `opensuse`. */
function vendorOf(distro: Distro | null): string | null {
  if (distro === null) return null;
  if (distro.id === "rhel") return "redhat";
  return distro.id.startsWith("opensuse-") ? "opensuse" : distro.id;
}
