/**
 * Haskell packages. In an image: GHC's package databases. In a source tree: what `cabal.project.freeze` and `stack.yaml.lock` pin.
 * A compiled program does not tell of its packages.
 */
import { recordOf } from "../../domain/json-record.ts";
import type { WantedFile } from "../../domain/files.ts";
import type { Package } from "../../domain/package.ts";
import { listOf, textOf } from "../shared/json-text.ts";
import { spdxLicenses } from "../shared/licenses.ts";
import { nothingRead, packageOf, readEach, type FileReading } from "../shared/package-of.ts";
import type { FileProblems } from "../shared/problems.ts";
import { namedOf, readNodes } from "../shared/read-nodes.ts";
import {
  authorLengthMax,
  baseName,
  decodeText,
  descriptionLengthMax,
  folderOf,
  shortText,
} from "../shared/text.ts";
import { readYaml } from "../shared/yaml-text.ts";
import type { CatalogContext, CatalogMode, CatalogResult, Ecosystem } from "../types.ts";
import { hackageNaming } from "./naming.ts";

export const hackage: Ecosystem = {
  ...hackageNaming,
  title: "Haskell packages",
  specs: [
    "https://downloads.haskell.org/ghc/latest/docs/users_guide/packages.html#installedpackageinfo-a-package-specification",
    "https://cabal.readthedocs.io/en/stable/cabal-project-description-file.html",
    "https://docs.haskellstack.org/en/stable/topics/lock_files/",
  ],
  knows: {
    licenses: true,
    authors: true,
    descriptions: true,
    digests: false,
    dependencies: true,
    files: false,
    proof: "real-artefact",
  },
  endings: [".conf"],
  wants,
  catalog,
};

function wants(path: string, mode: CatalogMode): boolean {
  if (mode === "installed") {
    if (!path.endsWith(".conf")) return false;
    const folder = baseName(folderOf(path));
    // `package.conf.d` of GHC, `package.db` of Cabal's store.
    return folder === "package.conf.d" || folder === "package.db";
  }
  return path.endsWith("cabal.project.freeze") || baseName(path) === "stack.yaml.lock";
}

function catalog(files: readonly WantedFile[], { mode }: CatalogContext): CatalogResult {
  if (mode === "installed") return readInstalled(files);
  return readEach(files, (file, problems) =>
    file.path.endsWith(".freeze") ? readFreeze(file, problems) : readStackLock(file, problems),
  );
}

function readInstalled(files: readonly WantedFile[]): CatalogResult {
  return readNodes(files, (file, problems) => {
    const fields = readFields(decodeText(file.bytes));
    const named = namedOf(problems, "the package description", fields.get("name"), fields.get("version"));
    if (named === null) return null;
    const pkg = packageOf(file, {
      type: "hackage",
      ...named,
      licenses: spdxLicenses([fields.get("license") ?? ""]),
      author:
        shortText(fields.get("author"), authorLengthMax) ??
        shortText(fields.get("maintainer"), authorLengthMax),
      description: shortText(fields.get("synopsis"), descriptionLengthMax),
    });
    const needs = (fields.get("depends") ?? "").split(/\s+/).filter((id) => id !== "");
    return { pkg, names: [fields.get("id") ?? `${named.name}-${named.version}`], needs };
  });
}

const fieldNames = new Set([
  "name",
  "version",
  "license",
  "author",
  "maintainer",
  "synopsis",
  "id",
  "depends",
]);

/** `field: value`, continued by indented lines, empty ones among them. */
function readFields(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string[]>();
  let open: string[] | undefined;
  for (const line of text.split("\n")) {
    if (line.startsWith(" ") || line.startsWith("\t")) open?.push(line.trim());
    else if (line.trim() !== "") {
      const colon = line.indexOf(":");
      const field = line.slice(0, Math.max(0, colon)).toLowerCase();
      open = undefined;
      if (!fieldNames.has(field) || fields.has(field)) continue;
      open = [line.slice(colon + 1).trim()];
      fields.set(field, open);
    }
  }
  return new Map([...fields].map(([field, lines]) => [field, lines.join(" ").trim()]));
}

/** `constraints: any.aeson ==2.1.0.0, any.base ==4.17.0.0, aeson -developer`. Flags are passed over. */
function readFreeze(file: WantedFile, problems: FileProblems): FileReading {
  const text = decodeText(file.bytes);
  const start = /^constraints:/m.exec(text);
  if (start === null) {
    problems.add("PARSE_FAILED", "the file has no list of constraints");
    return nothingRead;
  }
  const end = /^[a-z-]+:/m.exec(text.slice(start.index + start[0].length));
  const from = start.index + start[0].length;
  const list = text.slice(from, end === null ? undefined : from + end.index);
  const packages = list.split(",").flatMap((entry) => {
    const [, name = "", version = ""] = CONSTRAINT.exec(entry.trim()) ?? [];
    if (name === "") {
      if (entry.includes("=="))
        problems.add("RECORD_INVALID", `the constraint ${entry.trim().slice(0, 200)} is not understood`);
      return [];
    }
    return [packageOf(file, { type: "hackage", name, version })];
  });
  return { packages };
}

const CONSTRAINT = /^(?:any\.)?([A-Za-z0-9][A-Za-z0-9-]{0,200}) ?== ?([0-9][0-9.]{0,100})$/;

/** `packages`: each with `completed.hackage: aeson-2.1.0.0@sha256:…,6268`. */
function readStackLock(file: WantedFile, problems: FileProblems): FileReading {
  const root = recordOf(readYaml(file, problems));
  if (!Array.isArray(root?.["packages"])) {
    if (root !== null) problems.add("PARSE_FAILED", "the file is no lock file of Stack");
    return nothingRead;
  }
  const packages = listOf(root?.["packages"]).flatMap((value, index): readonly Package[] => {
    const completed = recordOf(recordOf(value)?.["completed"]);
    const [, fromHackage = "", hackageVersion = ""] =
      RELEASE.exec(textOf(completed?.["hackage"]) ?? "") ?? [];
    // What comes from a repository or archive tells its name and version apart.
    const name = fromHackage === "" ? completed?.["name"] : fromHackage;
    const version = fromHackage === "" ? completed?.["version"] : hackageVersion;
    const named = namedOf(problems, `the entry number ${index + 1}`, name, version);
    return named === null ? [] : [packageOf(file, { type: "hackage", ...named })];
  });
  if (listOf(root?.["snapshots"]).length > 0) {
    problems.add("DEPENDENCY_UNPINNED", "packages of the snapshot are not listed in this file");
  }
  return { packages };
}

const RELEASE = /^([A-Za-z0-9][A-Za-z0-9-]{0,200})-([0-9][0-9.]{0,100})(?:@|$)/;
