/**
 * Debian packages (Debian, Ubuntu, distroless and others), from dpkg's database. The names of advisories are those of source
 * packages, and their versions too.
 */
import type { WantedFile } from "../../domain/files.ts";
import type { AdvisoryKey, Distro, Evidence, FileClaim, Package } from "../../domain/package.ts";
import { attribute } from "../shared/attribution.ts";
import { distroLookUp, distroOf, distroQualifier } from "../shared/distro-space.ts";
import { FileClaims } from "../shared/file-claims.ts";
import { FileProblems } from "../shared/problems.ts";
import { formatPurl } from "../shared/purl.ts";
import { authorLengthMax, decodeText, descriptionLengthMax, shortText } from "../shared/text.ts";
import type { CatalogContext, CatalogMode, CatalogResult, Ecosystem } from "../types.ts";
import { readCopyright } from "./copyright.ts";
import { DIVERSIONS, fileClaims, INFO_FOLDER, readDiversions } from "./file-list.ts";
import { resolveNeeds } from "./relations.ts";
import { identityOf, readStatus, type DebRecord } from "./status.ts";

export const deb: Ecosystem = {
  id: "deb",
  title: "Debian packages",
  specs: [
    "https://manpages.debian.org/deb822.5",
    "https://www.debian.org/doc/debian-policy/ch-controlfields.html",
    "https://www.debian.org/doc/debian-policy/ch-relationships.html",
    "https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/",
    "https://manpages.debian.org/deb-md5sums.5",
    "https://manpages.debian.org/dpkg-divert.1",
  ],
  version: 2,
  scheme: "deb",
  knows: {
    licenses: true,
    authors: true,
    descriptions: true,
    digests: false,
    dependencies: true,
    files: true,
    proof: "native-tool",
  },
  wants,
  history: (path) => path === STATUS,
  isDatabase,
  catalog,
  lookUp,
};

const DPKG_FOLDER = "var/lib/dpkg/";
const STATUS = "var/lib/dpkg/status";
const STATUS_FOLDER = "var/lib/dpkg/status.d/";
const LIST = ".list";
const SUMS = ".md5sums";
const DOC_FOLDER = "usr/share/doc/";
const COPYRIGHT = "/copyright";

function wants(path: string, mode: CatalogMode): boolean {
  if (mode !== "installed") return false;
  if (path.startsWith(DOC_FOLDER)) return packageOfCopyright(path) !== null;
  if (!path.startsWith(DPKG_FOLDER)) return false;
  if (path.startsWith(INFO_FOLDER)) return path.endsWith(LIST) || path.endsWith(SUMS);
  return path === DIVERSIONS || path.startsWith(STATUS_FOLDER) || path === STATUS;
}

/** Distroless also keeps `<package>.md5sums` there: lists of files, no packages. */
function isDatabase(path: string): boolean {
  return path === STATUS || (path.startsWith(STATUS_FOLDER) && !path.endsWith(SUMS));
}

/** `apt` of `usr/share/doc/apt/copyright`, else null. */
function packageOfCopyright(path: string): string | null {
  if (!path.startsWith(DOC_FOLDER) || !path.endsWith(COPYRIGHT)) return null;
  const name = path.slice(DOC_FOLDER.length, -COPYRIGHT.length);
  return name === "" || name.includes("/") ? null : name;
}

function catalog(files: readonly WantedFile[], { distro }: CatalogContext): CatalogResult {
  const databases = files.filter((file) => isDatabase(file.path));
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
  return { packages, problems: [...problems, ...claims.problems()], claims: claims.all() };
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

/**
 * The licences of a package's copyright file. Packages of one source may share a folder by a symbolic link, which leaves no
 * file of their own: then that of another package of the same source and version counts.
 */
function licensesOf(
  records: readonly DebRecord[],
  files: readonly WantedFile[],
): (record: DebRecord) => readonly string[] {
  const byName = new Map<string, readonly string[]>();
  for (const file of files) {
    const name = packageOfCopyright(file.path);
    if (name !== null) byName.set(name, readCopyright(decodeText(file.bytes)));
  }
  const bySource = new Map<string, readonly string[]>();
  for (const record of records) {
    const licenses = byName.get(record.name);
    if (licenses !== undefined && !bySource.has(sourceOf(record))) bySource.set(sourceOf(record), licenses);
  }
  return (record) => byName.get(record.name) ?? bySource.get(sourceOf(record)) ?? [];
}

function sourceOf(record: DebRecord): string {
  return `${record.source.name} ${record.source.version}`;
}

function toPackage(
  record: DebRecord,
  distro: Distro | null,
  evidence: Evidence,
  licenses: readonly string[],
): Package {
  // The type needs a vendor; without an os-release nothing says that it is not Debian's.
  const namespace = distro?.id ?? "debian";
  const { name, version, architecture } = record;
  return {
    ecosystem: "deb",
    namespace,
    name,
    version,
    purl: formatPurl({
      type: "deb",
      namespace,
      name,
      version,
      qualifiers: { arch: architecture, distro: distroQualifier(distro) },
    }),
    sourcePackage: record.source,
    architecture,
    licenses,
    author: shortText(record.maintainer, authorLengthMax),
    description: shortText(record.description, descriptionLengthMax),
    sizeBytes: record.sizeBytes,
    evidence: [evidence],
  };
}

function lookUp(pkg: Package, distro: Distro | null): readonly AdvisoryKey[] {
  return distroLookUp(pkg, spaceOf(distroOf(pkg, distro)));
}

/**
 * `deb:debian:12` (the major number), `deb:ubuntu:22.04` (as written); Debian's testing and sid by code name. Before 7 a
 * Debian release had two numbers (3.0 and 3.1 are two releases), and advisories name it so: `deb:debian:6.0`.
 */
function spaceOf(distro: Pick<Distro, "id" | "versionId" | "codename"> | null): string | null {
  if (distro === null) return null;
  if (distro.id === "debian") {
    const [major, minor = "0"] = distro.versionId?.split(".") ?? [];
    const written = major !== undefined && /^[1-6]$/.test(major) ? `${major}.${minor}` : major;
    const release = written ?? debianReleases[distro.codename ?? ""];
    return release === undefined ? null : `deb:debian:${release}`;
  }
  const release =
    distro.versionId ?? (distro.id === "ubuntu" ? ubuntuReleases[distro.codename ?? ""] : undefined);
  return release === undefined || release === null ? null : `deb:${distro.id}:${release}`;
}

/** https://wiki.debian.org/DebianReleases. Sid has no number: nothing can be looked up for it. */
const debianReleases: Readonly<Record<string, string>> = {
  jessie: "8",
  stretch: "9",
  buster: "10",
  bullseye: "11",
  bookworm: "12",
  trixie: "13",
  forky: "14",
  duke: "15",
};

/** https://wiki.ubuntu.com/Releases: those with long-term support. */
const ubuntuReleases: Readonly<Record<string, string>> = {
  trusty: "14.04",
  xenial: "16.04",
  bionic: "18.04",
  focal: "20.04",
  jammy: "22.04",
  noble: "24.04",
  resolute: "26.04",
};
