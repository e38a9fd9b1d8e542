/**
 * PHP packages. In an image: Composer's own record of what it put into `vendor`. In a source tree: what `composer.lock` pins,
 * packages of development included.
 */
import { recordOf, type JsonRecord } from "../../domain/json-record.ts";
import type { WantedFile } from "../../domain/files.ts";
import type { Package } from "../../domain/package.ts";
import { withEdges } from "../shared/dependency-edges.ts";
import { listOf, readJson, textOf, textsOf } from "../shared/json-text.ts";
import { spdxLicenses } from "../shared/licenses.ts";
import {
  claimOf,
  digestOf,
  nothingRead,
  packageOf,
  readEach,
  type FileReading,
} from "../shared/package-of.ts";
import type { FileProblems } from "../shared/problems.ts";
import {
  authorLengthMax,
  baseName,
  descriptionLengthMax,
  folderOf,
  isToken,
  nameLengthMax,
  shortText,
  versionLengthMax,
} from "../shared/text.ts";
import { unpinnedProjects } from "../shared/unpinned.ts";
import type { CatalogContext, CatalogMode, CatalogResult, Ecosystem } from "../types.ts";
import { composerNaming } from "./naming.ts";

export const composer: Ecosystem = {
  ...composerNaming,
  title: "PHP packages of Composer",
  specs: [
    "https://getcomposer.org/doc/04-schema.md",
    "https://getcomposer.org/doc/07-runtime.md#installed-versions",
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
  endings: ["composer/installed.json"],
  wants,
  catalog,
};

/** `vendor` may have any name; Composer's own folder in it has not. */
const INSTALLED = "composer/installed.json";

function wants(path: string, mode: CatalogMode): boolean {
  if (mode === "installed") return path.endsWith(`/${INSTALLED}`) || path === INSTALLED;
  if (!path.endsWith("composer.lock") && !path.endsWith("composer.json")) return false;
  const name = baseName(path);
  if (path.startsWith("vendor/") || path.includes("/vendor/")) return false;
  return name === "composer.lock" || name === "composer.json";
}

function catalog(files: readonly WantedFile[], { mode }: CatalogContext): CatalogResult {
  if (mode === "installed") return readEach(files, readInstalled);
  const result = readEach(
    files.filter(({ path }) => baseName(path) === "composer.lock"),
    readLock,
  );
  const project = { manifest: "composer.json", locks: ["composer.lock"], hasDependencies: requiresPackages };
  return { ...result, problems: [...result.problems, ...unpinnedProjects(files, project)] };
}

function requiresPackages(text: string): boolean {
  try {
    const root = recordOf(JSON.parse(text));
    return ["require", "require-dev"].some((field) =>
      namesOf(root?.[field]).some((name) => name.includes("/")),
    );
  } catch {
    // A file that is no JSON may hide dependencies, so it counts as one that has some.
    return true;
  }
}

/** Composer 1 writes a list, Composer 2 an object with the list in it. */
function readInstalled(file: WantedFile, problems: FileProblems): FileReading {
  const document = readJson(file, problems);
  const list = Array.isArray(document) ? document : recordOf(document)?.["packages"];
  if (document !== undefined && !Array.isArray(list)) {
    problems.add("PARSE_FAILED", "the file has no list of packages");
    return nothingRead;
  }
  const entries = readEntries(listOf(list), file, problems);
  const claims = entries.flatMap(({ pkg, entry }) => {
    const path = installFolder(folderOf(file.path), entry, pkg);
    return path === null ? [] : [claimOf(pkg.purl, path, "folder")];
  });
  return { packages: withEdges(entries), claims };
}

/** Composer 2 tells the folder from its own; Composer 1 has it under the package's name. A metapackage has none. */
function installFolder(composerFolder: string, entry: JsonRecord, pkg: Package): string | null {
  if (entry["type"] === "metapackage" || entry["install-path"] === null) return null;
  const written = textOf(entry["install-path"]) ?? `../${pkg.namespace ?? ""}/${pkg.name}`;
  const parts = composerFolder.split("/");
  for (const part of written.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  const path = parts.filter((part) => part !== "").join("/");
  return path === "" || path.length > pathLengthMax ? null : path;
}

const pathLengthMax = 4096;

function readLock(file: WantedFile, problems: FileProblems): FileReading {
  const document = readJson(file, problems);
  if (document === undefined) return nothingRead;
  const root = recordOf(document);
  if (root === null || !Array.isArray(root["packages"])) {
    problems.add("PARSE_FAILED", "the file is no lock file of Composer");
    return nothingRead;
  }
  const listed = [...listOf(root["packages"]), ...listOf(root["packages-dev"])];
  // Packages of folders are the project's own.
  const fetched = listed.filter((value) => recordOf(recordOf(value)?.["dist"])?.["type"] !== "path");
  return { packages: withEdges(readEntries(fetched, file, problems)) };
}

interface Entry {
  readonly pkg: Package;
  readonly entry: JsonRecord;
  readonly names: readonly string[];
  readonly needs: readonly string[];
}

function readEntries(list: readonly unknown[], file: WantedFile, problems: FileProblems): readonly Entry[] {
  const entries: Entry[] = [];
  for (const [index, value] of list.entries()) {
    const entry = recordOf(value);
    const fullName = entry?.["name"];
    const version = entry?.["version"];
    const slash = typeof fullName === "string" ? fullName.indexOf("/") : -1;
    if (
      entry === null ||
      slash < 1 ||
      !isToken(fullName, nameLengthMax) ||
      !isToken(version, versionLengthMax) ||
      slash === fullName.length - 1
    ) {
      const shown = typeof fullName === "string" ? fullName.slice(0, 200) : `number ${index + 1}`;
      problems.add("RECORD_INVALID", `the entry ${shown} has no valid name and version`);
      continue;
    }
    const name = fullName.toLowerCase();
    entries.push({
      pkg: toPackage(entry, { namespace: name.slice(0, slash), name: name.slice(slash + 1), version }, file),
      entry,
      names: [name, ...namesOf(entry["provide"]), ...namesOf(entry["replace"])],
      needs: namesOf(entry["require"]),
    });
  }
  return entries;
}

function namesOf(value: unknown): readonly string[] {
  return Object.keys(recordOf(value) ?? {}).map((name) => name.toLowerCase());
}

function toPackage(
  entry: JsonRecord,
  identity: { readonly namespace: string; readonly name: string; readonly version: string },
  file: WantedFile,
): Package {
  const authors = listOf(entry["authors"]).flatMap((author) => textOf(recordOf(author)?.["name"]) ?? []);
  return packageOf(file, {
    type: "composer",
    ...identity,
    licenses: anyOf(typeof entry["license"] === "string" ? [entry["license"]] : textsOf(entry["license"])),
    author: shortText(authors.join(", "), authorLengthMax),
    description: shortText(entry["description"], descriptionLengthMax),
    digests: [digestOf("sha1", recordOf(entry["dist"])?.["shasum"])],
  });
}

/** Several licences are a choice (https://getcomposer.org/doc/04-schema.md#license). */
function anyOf(texts: readonly string[]): readonly string[] {
  const each = spdxLicenses(texts.slice(0, licensesMax));
  if (each.length < 2 || each.some((expression) => expression.includes("LicenseRef-"))) return each;
  return spdxLicenses([each.map((one) => (one.includes(" ") ? `(${one})` : one)).join(" OR ")]);
}

const licensesMax = 50;
