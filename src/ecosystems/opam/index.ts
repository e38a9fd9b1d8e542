/**
 * OCaml packages of opam. In an image: the state of each switch, with the definitions of what is installed. In a source tree: locked
 * definitions (`*.opam.locked`). A compiled program does not tell of its packages.
 */
import type { WantedFile } from "../../domain/files.ts";
import { withEdges, type PackageNode } from "../shared/dependency-edges.ts";
import { spdxLicenses } from "../shared/licenses.ts";
import { nothingRead, packageOf, readEach, type FileReading } from "../shared/package-of.ts";
import type { FileProblems } from "../shared/problems.ts";
import { namedOf } from "../shared/read-nodes.ts";
import {
  authorLengthMax,
  baseName,
  decodeText,
  descriptionLengthMax,
  folderOf,
  isToken,
  nameLengthMax,
  shortText,
  versionLengthMax,
} from "../shared/text.ts";
import type { CatalogContext, CatalogMode, CatalogResult, Ecosystem } from "../types.ts";
import { opamNaming } from "./naming.ts";
import { readOpamFile } from "./opam-file.ts";

export const opam: Ecosystem = {
  ...opamNaming,
  title: "OCaml packages of opam",
  specs: ["https://opam.ocaml.org/doc/Manual.html"],
  knows: {
    licenses: true,
    authors: true,
    descriptions: true,
    digests: false,
    dependencies: true,
    files: false,
    proof: "real-artefact",
  },
  endings: ["/switch-state", "/opam"],
  wants,
  catalog,
};

const STATE = "/.opam-switch/switch-state";

function wants(path: string, mode: CatalogMode): boolean {
  if (mode === "sources") return path.endsWith(".opam.locked") || baseName(path) === "opam.locked";
  if (path.endsWith(STATE)) return true;
  return path.endsWith("/opam") && folderOf(folderOf(path)).endsWith("/.opam-switch/packages");
}

function catalog(files: readonly WantedFile[], { mode }: CatalogContext): CatalogResult {
  if (mode === "sources") return readEach(files, readLocked);
  const definitions = new Map(
    files.filter(({ path }) => !path.endsWith(STATE)).map((file) => [folderOf(file.path), file]),
  );
  return readEach(
    files.filter(({ path }) => path.endsWith(STATE)),
    (file, problems) => readSwitch(file, definitions, problems),
  );
}

/** `installed: ["alpha.1.2.0" "beta.2.0~rc1"]`. A name has no dot. */
function readSwitch(
  file: WantedFile,
  definitions: ReadonlyMap<string, WantedFile>,
  problems: FileProblems,
): FileReading {
  const installed = readOpamFile(decodeText(file.bytes)).get("installed");
  if (installed === undefined) {
    problems.add("PARSE_FAILED", "the file is no state of a switch of opam");
    return nothingRead;
  }
  const nodes = installed.flatMap(({ text }): readonly PackageNode[] => {
    const dot = text.indexOf(".");
    const named = namedOf(
      problems,
      `the entry ${text}`,
      text.slice(0, Math.max(0, dot)),
      text.slice(dot + 1),
    );
    if (named === null) return [];
    const definition = definitions.get(`${folderOf(file.path)}/packages/${text}`);
    return [toNode(named.name, named.version, definition ?? file, definition !== undefined)];
  });
  return { packages: withEdges(nodes) };
}

function toNode(name: string, version: string, file: WantedFile, isDefinition: boolean): PackageNode {
  const fields = isDefinition ? readOpamFile(decodeText(file.bytes)) : new Map<string, never[]>();
  const texts = (field: string): readonly string[] => (fields.get(field) ?? []).map(({ text }) => text);
  const authors = texts("authors").length > 0 ? texts("authors") : texts("maintainer");
  const pkg = packageOf(file, {
    type: "opam",
    name,
    version,
    licenses: spdxLicenses(texts("license")),
    author: shortText(authors.join(", "), authorLengthMax),
    description: shortText(texts("synopsis")[0], descriptionLengthMax),
  });
  return { pkg, names: [name], needs: [...texts("depends"), ...texts("depopts")] };
}

/** `depends: [ "alpha" {= "1.2.0"} … ]` */
function readLocked(file: WantedFile, problems: FileProblems): FileReading {
  const depends = readOpamFile(decodeText(file.bytes)).get("depends");
  if (depends === undefined) {
    problems.add("PARSE_FAILED", "the file has no list of dependencies");
    return nothingRead;
  }
  const packages = depends.flatMap(({ text, exactVersion }) => {
    if (isToken(text, nameLengthMax) && isToken(exactVersion, versionLengthMax)) {
      return [packageOf(file, { type: "opam", name: text, version: exactVersion })];
    }
    problems.add("DEPENDENCY_UNPINNED", `${text.slice(0, 200)} has no exact version`);
    return [];
  });
  return { packages };
}
