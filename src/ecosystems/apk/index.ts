/**
 * Alpine packages (Alpine, Wolfi, Chainguard and others), from apk's database.
 *
 * Advisories are looked up by the origin package alone: Alpine's and Wolfi's security databases, and the OSV records made
 * from them, name origins. A second key by the binary name would only ever hit another package's origin of the same name.
 */
import type { WantedFile } from "../../domain/files.ts";
import type { Distro, Evidence, FileClaim, Package } from "../../domain/package.ts";
import type { Problem } from "../../domain/problem.ts";
import { attribute } from "../shared/attribution.ts";
import { withEdges } from "../shared/dependency-edges.ts";
import { distroQualifier } from "../shared/distro-space.ts";
import { FileClaims } from "../shared/file-claims.ts";
import { spdxLicenses } from "../shared/licenses.ts";
import { FileProblems } from "../shared/problems.ts";
import { formatPurl, upstreamQualifier } from "../shared/purl.ts";
import { authorLengthMax, decodeText, descriptionLengthMax, shortText } from "../shared/text.ts";
import type { CatalogContext, CatalogMode, CatalogResult, Ecosystem } from "../types.ts";
import { identityOf, readInstalled, type ApkFile, type ApkRecord } from "./installed.ts";
import { apkNaming } from "./naming.ts";

export const apk: Ecosystem = {
  ...apkNaming,
  title: "Alpine packages",
  specs: ["https://wiki.alpinelinux.org/wiki/Apk_spec", "https://man.archlinux.org/man/apk-package.5"],
  knows: {
    licenses: true,
    authors: true,
    descriptions: true,
    digests: true,
    dependencies: true,
    files: true,
    proof: "real-artefact",
  },
  wants: (path: string, mode: CatalogMode) => mode === "installed" && isDatabase(path),
  history: isDatabase,
  isDatabase,
  catalog,
};

/** The second place is where distributions with a merged `/usr` keep it. */
function isDatabase(path: string): boolean {
  return path === "lib/apk/db/installed" || path === "usr/lib/apk/db/installed";
}

function catalog(files: readonly WantedFile[], { distro }: CatalogContext): CatalogResult {
  const problems: Problem[] = [];
  const listed = files.flatMap((file) => {
    const { records, complaints } = readInstalled(decodeText(file.bytes), { withFiles: true });
    const evidenceOf = attribute(file, installedIn);
    const found = new FileProblems(file);
    for (const complaint of complaints) found.add("RECORD_INVALID", complaint);
    problems.push(...found.all());
    return records.map((record) => ({ record, evidence: evidenceOf(identityOf(record)) }));
  });
  const claims = new FileClaims();
  const needs = listed.map(({ record }) => neededNames(record));
  const neededPaths = new Set(needs.flat().filter((name) => name.startsWith("/")));
  const nodes = listed.map(({ record, evidence }, index) => {
    const pkg = toPackage(record, distro, evidence);
    claims.add(record.files.map((file) => toClaim(file, pkg.purl)));
    const paths = record.files.map(({ path }) => `/${path}`).filter((path) => neededPaths.has(path));
    return {
      pkg,
      names: [record.name, ...providedNames(record), ...paths],
      needs: needs[index] ?? [],
    };
  });
  return {
    packages: withEdges(nodes),
    problems: [...problems, ...claims.problems()],
    claims,
  };
}

function installedIn(bytes: Uint8Array): ReadonlySet<string> {
  return new Set(readInstalled(decodeText(bytes), { withFiles: false }).records.map(identityOf));
}

/** apk keeps changes of files in `/etc` (its `protected_paths.d`), so those are configuration. */
function toClaim({ path, digest }: ApkFile, purl: string): FileClaim {
  return { purl, path, kind: "file", digest, isConfiguration: path.startsWith("etc/") };
}

/** `so:libc.musl-x86_64.so.1 busybox>=1.36 !conflict /bin/sh`: names without versions; conflicts are no needs. */
function neededNames({ depends }: ApkRecord): readonly string[] {
  return namesOf(depends).filter((name) => !name.startsWith("!"));
}

function providedNames({ provides }: ApkRecord): readonly string[] {
  return namesOf(provides);
}

function namesOf(field: string): readonly string[] {
  if (field === "") return [];
  const words = field.slice(0, fieldLengthMax).split(" ");
  return [...new Set(words.flatMap((word) => NAME.exec(word)?.[0] ?? []))];
}

/** Ten times the longest of Alpine. */
const fieldLengthMax = 256 * 1024;
const NAME = /^[^<>=~@]+/;

function toPackage(record: ApkRecord, distro: Distro | null, evidence: Evidence): Package {
  const namespace = distro?.id ?? "alpine";
  const { name, version, architecture, digest, packedSizeBytes, files } = record;
  const sourcePackage = record.origin === null ? null : { name: record.origin, version };
  return {
    ecosystem: "apk",
    namespace,
    name,
    version,
    purl: formatPurl({
      type: "apk",
      namespace,
      // The specification of the type wants lower case; Alpine has packages with capital letters (`R`).
      name: name.toLowerCase(),
      version,
      qualifiers: {
        arch: architecture,
        distro: distroQualifier(distro),
        upstream: upstreamQualifier(record, sourcePackage),
      },
    }),
    sourcePackage,
    architecture,
    licenses: record.license === null ? [] : spdxLicenses([record.license], "alpine"),
    author: shortText(record.maintainer, authorLengthMax),
    description: shortText(record.description, descriptionLengthMax),
    sizeBytes: record.sizeBytes,
    evidence: [evidence],
    ...(packedSizeBytes === null ? {} : { packedSizeBytes }),
    ...(digest === null ? {} : { digests: [digest] }),
    ...(files.length === 0 ? {} : { fileCount: files.length }),
  };
}
