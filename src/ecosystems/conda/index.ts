/**
 * Conda packages. In an image: the record that conda, mamba and pixi write of each installed package, with its files. In a source
 * tree: lock files, and environments as far as they are exact.
 */
import type { JsonRecord } from "../../domain/json-record.ts";
import { recordOf } from "../../domain/json-record.ts";
import type { WantedFile } from "../../domain/files.ts";
import type { FileClaim } from "../../domain/package.ts";
import { withEdges, type PackageNode } from "../shared/dependency-edges.ts";
import { listOf, readJsonRecord } from "../shared/json-text.ts";
import { digestOf, nothingRead, readEach, type FileReading } from "../shared/package-of.ts";
import type { FileProblems } from "../shared/problems.ts";
import { baseName, folderOf } from "../shared/text.ts";
import type { CatalogContext, CatalogMode, CatalogResult, Ecosystem } from "../types.ts";
import { readCondaLock, readEnvironment, readExplicitList, readPixiLock } from "./locked.ts";
import { condaNaming } from "./naming.ts";
import { needsOf, packageOfRecord } from "./record.ts";

export const conda: Ecosystem = {
  ...condaNaming,
  title: "Conda packages",
  specs: [
    "https://docs.conda.io/projects/conda-build/en/stable/resources/package-spec.html",
    "https://github.com/conda/ceps/blob/main/cep-0034.md",
    "https://conda.github.io/conda-lock/output/",
  ],
  knows: {
    licenses: true,
    authors: false,
    descriptions: false,
    digests: true,
    dependencies: true,
    files: true,
    proof: "real-artefact",
  },
  endings: [".json"],
  wants,
  catalog,
};

function wants(path: string, mode: CatalogMode): boolean {
  if (mode === "installed") {
    if (!path.endsWith(".json")) return false;
    const folder = folderOf(path);
    return folder === "conda-meta" || folder.endsWith("/conda-meta");
  }
  return readerOf(path) !== null;
}

type Reader = (file: WantedFile, problems: FileProblems) => FileReading;

const readers: Readonly<Record<string, Reader>> = {
  "conda-lock.yml": readCondaLock,
  "conda-lock.yaml": readCondaLock,
  "pixi.lock": readPixiLock,
  "environment.yml": readEnvironment,
  "environment.yaml": readEnvironment,
};

/** conda-lock names explicit lists after the platform: `conda-linux-64.lock`. */
function readerOf(path: string): Reader | null {
  if (!path.endsWith(".lock") && !path.endsWith("ml")) return null;
  const name = baseName(path);
  if (Object.hasOwn(readers, name)) return readers[name] ?? null;
  return name.startsWith("conda-") && name.endsWith(".lock") ? readExplicitList : null;
}

function catalog(files: readonly WantedFile[], { mode }: CatalogContext): CatalogResult {
  if (mode === "installed") return readInstalled(files);
  return readEach(files, (file, problems) => readerOf(file.path)?.(file, problems) ?? nothingRead);
}

function readInstalled(files: readonly WantedFile[]): CatalogResult {
  // Each environment is an installation of its own.
  const environments = new Map<string, PackageNode[]>();
  const claims: FileClaim[] = [];
  const { problems } = readEach(files, (file, complaints) => {
    const record = readJsonRecord(file, complaints);
    const pkg = record === null ? null : packageOfRecord(record, file);
    if (record !== null && pkg === null)
      complaints.add("RECORD_INVALID", "the record has no valid name and version");
    if (record === null || pkg === null) return nothingRead;
    const prefix = folderOf(folderOf(file.path));
    const nodes = environments.get(prefix) ?? [];
    nodes.push({ pkg, names: [pkg.name], needs: needsOf(record) });
    environments.set(prefix, nodes);
    for (const claim of claimsOf(record, prefix, pkg.purl)) claims.push(claim);
    claims.push({ purl: pkg.purl, path: file.path, kind: "file", digest: null, isConfiguration: false });
    return nothingRead;
  });
  const packages = [...environments.values()].flatMap((nodes) => withEdges(nodes));
  return { packages, problems, ...(claims.length === 0 ? {} : { claims }) };
}

/** `paths_data` has digests; older records list `files` alone. */
function claimsOf(record: JsonRecord, prefix: string, purl: string): readonly FileClaim[] {
  const paths = recordOf(record["paths_data"])?.["paths"];
  const entries = Array.isArray(paths)
    ? paths.map(recordOf)
    : listOf(record["files"]).map((path) => ({ _path: path }) as JsonRecord);
  return entries.flatMap((entry) => {
    const path = entry?.["_path"];
    if (typeof path !== "string" || path === "" || path.startsWith("/") || path.split("/").includes(".."))
      return [];
    return [
      {
        purl,
        path: prefix === "" ? path : `${prefix}/${path}`,
        kind: "file" as const,
        digest: digestAsInstalled(entry),
        isConfiguration: false,
      },
    ];
  });
}

/** A file that names its own folder is rewritten while it is installed; `sha256` is that of before. */
function digestAsInstalled(entry: JsonRecord | null | undefined): FileClaim["digest"] {
  const installed = digestOf("sha256", entry?.["sha256_in_prefix"]);
  if (installed !== null) return installed;
  const isRewritten = typeof entry?.["prefix_placeholder"] === "string";
  return isRewritten || entry?.["path_type"] === "softlink" ? null : digestOf("sha256", entry?.["sha256"]);
}
