/**
 * C and C++ libraries of vcpkg. In an image: the database of an installation (`installed/vcpkg`), with the files of each library. In
 * a source tree: versions that `vcpkg.json` overrides; the others follow from a baseline that it only names.
 */
import { recordOf } from "../../domain/json-record.ts";
import type { WantedFile } from "../../domain/files.ts";
import type { FileClaim, Package } from "../../domain/package.ts";
import { withEdges, type PackageNode } from "../shared/dependency-edges.ts";
import { listOf, readJsonRecord, textOf } from "../shared/json-text.ts";
import { claimOf, nothingRead, packageOf, readEach, type FileReading } from "../shared/package-of.ts";
import type { FileProblems } from "../shared/problems.ts";
import { readStanzas } from "../shared/rfc822.ts";
import {
  decodeText,
  descriptionLengthMax,
  folderOf,
  isToken,
  nameLengthMax,
  shortText,
  versionLengthMax,
} from "../shared/text.ts";
import type { CatalogContext, CatalogMode, CatalogResult, Ecosystem } from "../types.ts";
import { vcpkgNaming } from "./naming.ts";

export const vcpkg: Ecosystem = {
  ...vcpkgNaming,
  title: "Libraries of vcpkg",
  specs: [
    "https://learn.microsoft.com/vcpkg/reference/installation-tree-layout",
    "https://learn.microsoft.com/vcpkg/reference/vcpkg-json",
  ],
  knows: {
    licenses: false,
    authors: false,
    descriptions: true,
    digests: false,
    dependencies: true,
    files: true,
    proof: "by-specification",
  },
  wants,
  catalog,
};

function wants(path: string, mode: CatalogMode): boolean {
  if (mode === "sources") return path === "vcpkg.json" || path.endsWith("/vcpkg.json");
  if (path.endsWith("/vcpkg/status")) return true;
  if (path.endsWith(".list")) return folderOf(path).endsWith("/vcpkg/info");
  // What was done since the status was last written as a whole.
  return folderOf(path).endsWith("/vcpkg/updates");
}

function catalog(files: readonly WantedFile[], { mode }: CatalogContext): CatalogResult {
  return mode === "installed" ? readInstalled(files) : readEach(files, readManifest);
}

const fieldNames = new Set([
  "package",
  "version",
  "port-version",
  "architecture",
  "description",
  "depends",
  "status",
  "feature",
]);

function readInstalled(files: readonly WantedFile[]): CatalogResult {
  // By installation, name and triplet: later records take the place of earlier ones.
  const found = new Map<string, PackageNode>();
  const databases = files
    .filter(({ path }) => !path.endsWith(".list"))
    .toSorted((a, b) => Number(a.path.includes("/updates/")) - Number(b.path.includes("/updates/")));
  const { problems } = readEach(databases, (file, complaints) => {
    const database = file.path.endsWith("/status") ? folderOf(file.path) : folderOf(folderOf(file.path));
    for (const { fields, line } of readStanzas(decodeText(file.bytes), fieldNames)) {
      // A feature is a part of the library that stands before it.
      if (fields.has("feature")) continue;
      const name = fields.get("package");
      const triplet = fields.get("architecture");
      const version = fields.get("version");
      if (
        !isToken(name, nameLengthMax) ||
        !isToken(triplet, nameLengthMax) ||
        !isToken(version, versionLengthMax)
      ) {
        complaints.add("RECORD_INVALID", `the record at line ${line} has no valid name, version and triplet`);
        continue;
      }
      const key = `${database}\n${name}\n${triplet}`;
      if (fields.get("status") !== "install ok installed") found.delete(key);
      else found.set(key, nodeOf({ file, database, name, version, triplet, fields }));
    }
    return nothingRead;
  });
  const packages = withEdges([...found.values()]);
  const owners = new Map(
    [...found.keys()].map((key, index) => [listKey(key, packages[index]), packages[index]?.purl]),
  );
  const lists = files.filter(({ path }) => path.endsWith(".list"));
  const claims = lists.flatMap((file) =>
    claimsOf(file, owners.get(file.path.slice(0, -".list".length).replace("/info/", "\n"))),
  );
  return { packages, problems, ...(claims.length === 0 ? {} : { claims }) };
}

interface Installed {
  readonly file: WantedFile;
  /** Folder of the database. */
  readonly database: string;
  readonly name: string;
  readonly version: string;
  /** `x64-linux` */
  readonly triplet: string;
  readonly fields: ReadonlyMap<string, string>;
}

function nodeOf({ file, database, name, version, triplet, fields }: Installed): PackageNode {
  const portVersion = fields.get("port-version") ?? null;
  const pkg = packageOf(file, {
    type: "vcpkg",
    name,
    version,
    qualifiers: { port_version: portVersion === "0" ? null : portVersion, triplet },
    architecture: triplet,
    description: shortText(fields.get("description"), descriptionLengthMax),
  });
  const needs = (fields.get("depends") ?? "").split(",").map((need) => need.trim());
  return {
    pkg,
    names: [`${database}\n${name}\n${triplet}`],
    // `zlib`, or `vcpkg-cmake:x64-linux` of another triplet.
    needs: needs.map((need) => `${database}\n${need.split(":")[0] ?? ""}\n${need.split(":")[1] ?? triplet}`),
  };
}

/** Database and name of the list of files: `<name>_<version>_<triplet>`. */
function listKey(key: string, pkg: Package | undefined): string {
  return `${key.split("\n")[0] ?? ""}\n${pkg?.name ?? ""}_${pkg?.version ?? ""}_${pkg?.architecture ?? ""}`;
}

/** A path a line from the installation's folder, folders with a slash at the end. */
function claimsOf(file: WantedFile, owner: string | undefined): readonly FileClaim[] {
  if (owner === undefined) return [];
  const database = folderOf(folderOf(file.path));
  const root = folderOf(database);
  return decodeText(file.bytes)
    .split("\n")
    .map((line) => line.trim())
    .filter(
      (path) =>
        path !== "" && !path.endsWith("/") && !path.startsWith("/") && !path.split("/").includes(".."),
    )
    .map((path) => claimOf(owner, root === "" ? path : `${root}/${path}`, "file"));
}

function readManifest(file: WantedFile, problems: FileProblems): FileReading {
  const root = readJsonRecord(file, problems);
  if (root === null) return nothingRead;
  const pinned = new Set<string>();
  const packages = listOf(root["overrides"]).flatMap((value) => {
    const entry = recordOf(value);
    const fields = ["version", "version-semver", "version-date", "version-string"];
    const written = fields.map((field) => textOf(entry?.[field])).find((text) => text !== null) ?? "";
    // `1.2.3#4` is the fourth change of the port.
    const [version = "", change] = written.split("#");
    const name = entry?.["name"];
    if (!isToken(name, nameLengthMax) || !isToken(version, versionLengthMax)) {
      problems.add("RECORD_INVALID", "an override has no valid name and version");
      return [];
    }
    pinned.add(name);
    const portVersion = entry?.["port-version"];
    const qualifiers = {
      port_version: change ?? (typeof portVersion === "number" ? String(portVersion) : null),
    };
    return [packageOf(file, { type: "vcpkg", name, version, qualifiers })];
  });
  for (const value of listOf(root["dependencies"])) {
    const name = textOf(value) ?? textOf(recordOf(value)?.["name"]);
    if (name !== null && !pinned.has(name)) {
      problems.add(
        "DEPENDENCY_UNPINNED",
        `${name.slice(0, 200)} follows a baseline, and its version is not in this file`,
      );
    }
  }
  return { packages };
}
