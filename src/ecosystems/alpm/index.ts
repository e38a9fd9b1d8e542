/**
 * Packages of Arch Linux and its relatives, from pacman's database: a folder for each with `desc`, `files` and `mtree`.
 */
import type { WantedFile } from "../../domain/files.ts";
import type { Distro, Package } from "../../domain/package.ts";
import type { Problem } from "../../domain/problem.ts";
import { withEdges, type PackageNode } from "../shared/dependency-edges.ts";
import { distroQualifier } from "../shared/distro-space.ts";
import { FileClaims } from "../shared/file-claims.ts";
import { spdxLicenses } from "../shared/licenses.ts";
import { fileProblem } from "../shared/problems.ts";
import { formatPurl } from "../shared/purl.ts";
import { authorLengthMax, decodeText, descriptionLengthMax, folderOf, shortText } from "../shared/text.ts";
import type { CatalogContext, CatalogMode, CatalogResult, Ecosystem } from "../types.ts";
import { readDesc, type AlpmRecord } from "./desc.ts";
import { fileClaims } from "./file-list.ts";
import { alpmNaming } from "./naming.ts";

export const alpm: Ecosystem = {
  ...alpmNaming,
  title: "Arch Linux packages",
  specs: [
    "https://man.archlinux.org/man/alpm-db-desc.5",
    "https://man.archlinux.org/man/alpm-db-files.5",
    "https://man.archlinux.org/man/ALPM-MTREE.5",
  ],
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
  isDatabase: (path: string) => path.startsWith(LOCAL) && isOf(path, DESC),
  catalog,
};

const LOCAL = "var/lib/pacman/local/";
const DESC = "/desc";
const FILES = "/files";
const MTREE = "/mtree";

function wants(path: string, mode: CatalogMode): boolean {
  if (mode !== "installed" || !path.startsWith(LOCAL)) return false;
  return isOf(path, DESC) || isOf(path, FILES) || isOf(path, MTREE);
}

/** Whether it is this file of a package's folder, and none below. */
function isOf(path: string, name: string): boolean {
  return path.endsWith(name) && path.indexOf("/", LOCAL.length) === path.length - name.length;
}

function catalog(files: readonly WantedFile[], { distro }: CatalogContext): CatalogResult {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const problems: Problem[] = [];
  const claims = new FileClaims();
  const nodes: PackageNode[] = [];
  let leftBytes = unpackedBytesMax;
  for (const file of files) {
    if (!isOf(file.path, DESC)) continue;
    const record = readDesc(decodeText(file.bytes));
    if (record === null) {
      problems.push(fileProblem("RECORD_INVALID", file, "it names no valid package and version"));
      continue;
    }
    const pkg = toPackage(record, distro, file);
    const folder = folderOf(file.path);
    const list = byPath.get(folder + FILES);
    const mtree = byPath.get(folder + MTREE);
    const read = fileClaims(
      pkg.purl,
      list === undefined ? "" : decodeText(list.bytes),
      mtree?.bytes ?? null,
      leftBytes,
    );
    leftBytes -= read.unpackedBytes;
    if (read.complaint !== null) problems.push(fileProblem("RECORD_INVALID", mtree ?? file, read.complaint));
    claims.add(read.claims);
    nodes.push({
      pkg: read.claims.length === 0 ? pkg : { ...pkg, fileCount: read.claims.length },
      names: [record.name, ...record.provides],
      needs: record.depends,
    });
  }
  return { packages: withEdges(nodes), problems: [...problems, ...claims.problems()], claims };
}

/** Of the lists of all packages together. */
const unpackedBytesMax = 256 * 1024 ** 2;

function toPackage(record: AlpmRecord, distro: Distro | null, file: WantedFile): Package {
  // The type needs a vendor; without an os-release nothing says that it is not Arch's.
  const namespace = distro?.id ?? "arch";
  const { name, version, architecture, base } = record;
  return {
    ecosystem: "alpm",
    namespace,
    name,
    version,
    purl: formatPurl({
      type: "alpm",
      namespace,
      name: name.toLowerCase(),
      version,
      // The base also where it is the package's own name, as other tools write it.
      qualifiers: { arch: architecture, distro: distroQualifier(distro), upstream: base },
    }),
    sourcePackage: base === null ? null : { name: base, version },
    architecture,
    licenses: spdxLicenses(record.licenses),
    author: shortText(record.packager, authorLengthMax),
    description: shortText(record.description, descriptionLengthMax),
    sizeBytes: record.sizeBytes,
    evidence: [{ path: file.path, layer: file.layer, layerIndex: file.layerIndex }],
  };
}
