/**
 * Debian packages (Debian, Ubuntu, distroless and others), from dpkg's database. The names of advisories are those of source
 * packages, and their versions too.
 */
import type { WantedFile } from "../../domain/files.ts";
import type { Distro, FileClaim, Package } from "../../domain/package.ts";
import { attribute } from "../shared/attribution.ts";
import { FileClaims } from "../shared/file-claims.ts";
import { FileProblems } from "../shared/problems.ts";
import { decodeText } from "../shared/text.ts";
import type { CatalogContext, CatalogMode, CatalogResult, Ecosystem } from "../types.ts";
import { MANIFEST, readChisel } from "./chisel.ts";
import { licensesByName, licensesOf, packageOfCopyright, toPackage } from "./describe.ts";
import { DIVERSIONS, fileClaims, INFO_FOLDER, readDiversions } from "./file-list.ts";
import { debNaming } from "./naming.ts";
import { resolveNeeds } from "./relations.ts";
import { identityOf, readStatus, type DebRecord } from "./status.ts";

export const deb: Ecosystem = {
  ...debNaming,
  title: "Debian packages",
  specs: [
    "https://manpages.debian.org/deb822.5",
    "https://www.debian.org/doc/debian-policy/ch-controlfields.html",
    "https://www.debian.org/doc/debian-policy/ch-relationships.html",
    "https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/",
    "https://manpages.debian.org/deb-md5sums.5",
    "https://manpages.debian.org/dpkg-divert.1",
    "https://documentation.ubuntu.com/chisel/en/latest/reference/manifest/",
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
  wants,
  history: (path) => path === STATUS,
  isDatabase,
  catalog,
};

const DPKG_FOLDER = "var/lib/dpkg/";
const STATUS = "var/lib/dpkg/status";
const STATUS_FOLDER = "var/lib/dpkg/status.d/";
const LIST = ".list";
const SUMS = ".md5sums";

function wants(path: string, mode: CatalogMode): boolean {
  if (mode !== "installed") return false;
  if (path.startsWith("usr/share/doc/")) return packageOfCopyright(path) !== null;
  if (!path.startsWith(DPKG_FOLDER)) return path === MANIFEST;
  if (path.startsWith(INFO_FOLDER)) return path.endsWith(LIST) || path.endsWith(SUMS);
  return path === DIVERSIONS || path.startsWith(STATUS_FOLDER) || path === STATUS;
}

/** Lists of files, and what a package runs or sets while it is installed: no lists of packages. */
const CONTROL_PART =
  /\.(?:md5sums|list|conffiles|preinst|postinst|prerm|postrm|triggers|shlibs|symbols|templates|config)$/;

/** Distroless also keeps `<package>.md5sums` there, and some images the other parts of packages. */
function isDatabase(path: string): boolean {
  return isList(path) || path === MANIFEST;
}

function isList(path: string): boolean {
  return path === STATUS || (path.startsWith(STATUS_FOLDER) && !CONTROL_PART.test(path));
}

function catalog(files: readonly WantedFile[], { distro }: CatalogContext): CatalogResult {
  const databases = files.filter((file) => isList(file.path));
  const readings = databases.map((file) => ({ file, ...readStatus(decodeText(file.bytes)) }));
  const records = readings.flatMap((reading) => reading.records);
  const licenses = licensesOf(records, files);
  const listed: Package[] = [];
  const problems = readings.flatMap(({ file, records: own, complaints }) => {
    const evidenceOf = attribute(file, installedIn);
    for (const record of own) {
      listed.push(toPackage(record, distro, evidenceOf(identityOf(record)), licenses(record)));
    }
    const found = new FileProblems(file);
    for (const complaint of complaints) found.add("RECORD_INVALID", complaint);
    return found.all();
  });
  const purls = listed.map(({ purl }) => purl);
  const needs = resolveNeeds(records, purls);
  const claims = new FileClaims();
  const ownFiles = claimsOf(files);
  const packages = listed.map((pkg, index) => {
    const record = records[index];
    const own = record === undefined ? [] : ownFiles(record, pkg.purl);
    claims.add(own);
    const dependsOn = needs[index] ?? [];
    return {
      ...pkg,
      ...(own.length === 0 ? {} : { fileCount: own.length }),
      ...(dependsOn.length === 0 ? {} : { dependsOn }),
    };
  });
  const cut = cutPackages(files, distro, new Set(records.map(identityOf)), claims);
  return {
    packages: [...packages, ...cut.packages],
    problems: [...problems, ...cut.problems, ...claims.problems()],
    claims,
  };
}

/**
 * Packages that only Chisel's manifest tells of. It names no source packages, and Ubuntu's advisories name nothing else: that
 * some of them cannot be found is said.
 */
function cutPackages(
  files: readonly WantedFile[],
  distro: Distro | null,
  known: ReadonlySet<string>,
  claims: FileClaims,
): Pick<CatalogResult, "packages" | "problems"> {
  const file = files.find(({ path }) => path === MANIFEST);
  if (file === undefined) return { packages: [], problems: [] };
  const found = new FileProblems(file);
  const reading = readChisel(file.bytes);
  if (reading === null) found.add("PARSE_FAILED", "Chisel's manifest cannot be unpacked");
  for (const complaint of reading?.complaints ?? []) found.add("RECORD_INVALID", complaint);
  const records = (reading?.packages ?? []).filter((record) => !known.has(identityOf(record)));
  if (records.length > 0) {
    found.add("RECORD_INVALID", "Chisel's manifest names no source packages, by which advisories are found");
  }
  const evidence = { path: file.path, layer: file.layer, layerIndex: file.layerIndex };
  const licenses = licensesByName(files);
  const packages = records.map((record) => {
    const { name, digest, files: own } = record;
    const bare = { ...record, source: null, maintainer: null, description: null, sizeBytes: null };
    const pkg = toPackage(bare, distro, evidence, licenses.get(name) ?? []);
    claims.add(own.map((entry) => ({ purl: pkg.purl, ...entry })));
    return {
      ...pkg,
      ...(digest === null ? {} : { digests: [digest] }),
      ...(own.length === 0 ? {} : { fileCount: own.length }),
    };
  });
  return { packages, problems: found.all() };
}

/** The files of a package, wherever they are listed: by its name, or by name and architecture (`libc6:amd64.list`). */
function claimsOf(files: readonly WantedFile[]): (record: DebRecord, purl: string) => readonly FileClaim[] {
  const byPath = new Map(
    files.filter(({ path }) => path.startsWith(DPKG_FOLDER)).map((file) => [file.path, file]),
  );
  const textOf = (path: string): string | null => {
    const file = byPath.get(path);
    return file === undefined ? null : decodeText(file.bytes);
  };
  const diversions = readDiversions(textOf(DIVERSIONS) ?? "");
  return (record, purl) => {
    const { name, architecture, configuration } = record;
    const find = (ending: string): string | null =>
      textOf(`${INFO_FOLDER}${name}${ending}`) ??
      textOf(`${INFO_FOLDER}${name}:${architecture ?? ""}${ending}`);
    const sums = find(SUMS) ?? textOf(`${STATUS_FOLDER}${name}${SUMS}`);
    return fileClaims(purl, name, { list: find(LIST), sums, configuration }, diversions);
  };
}

function installedIn(bytes: Uint8Array): ReadonlySet<string> {
  return new Set(readStatus(decodeText(bytes)).records.map(identityOf));
}
