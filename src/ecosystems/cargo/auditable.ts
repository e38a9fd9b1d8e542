/**
 * What `cargo auditable` links into programs: the section `.dep-v0`, JSON compressed by zlib.
 * Specification: https://github.com/rust-secure-code/cargo-auditable/blob/master/PARSING.md.
 */
import { inflateSync } from "node:zlib";
import { recordOf } from "../../domain/json-record.ts";
import type { FileHead, FileView, InspectedFile, Json } from "../../domain/files.ts";
import { withEdges } from "../shared/dependency-edges.ts";
import { readExecutable, regionBytes } from "../shared/executable.ts";
import { packageOf } from "../shared/package-of.ts";
import { FileProblems } from "../shared/problems.ts";
import { isToken, nameLengthMax, versionLengthMax } from "../shared/text.ts";
import type { CatalogMode, CatalogResult } from "../types.ts";

/** The smallest Rust program has five times that. */
const sizeBytesMin = 64 * 1024;
const sectionBytesMax = 4 * 1024 * 1024;
/** The specification's own ceiling. */
const documentBytesMax = 8 * 1024 * 1024;
const packagesMax = 20_000;

export function wantsBinary({ path, sizeBytes, mode }: FileHead, catalogMode: CatalogMode): boolean {
  if (catalogMode !== "installed" || sizeBytes < sizeBytesMin) return false;
  if ((mode & 0o111) !== 0 || path.endsWith(".so") || path.endsWith(".exe")) return true;
  return path.includes("/bin/") || path.startsWith("bin/") || path.endsWith(".node");
}

/**
 * `[name, version, indexes of what it needs]` of each package, null in the place of those that only the build needed, which
 * are not in the program; a text when the section cannot be read; null when there is none.
 */
export function lookIntoBinary(_head: FileHead, view: FileView): Json | null {
  const file = readExecutable(view);
  const region = file?.regions.find(({ name }) => name === ".dep-v0" || name === "__DATA,.dep-v0");
  if (region === undefined) return null;
  const bytes = regionBytes(view, region, sectionBytesMax);
  if (bytes === null) return "the list of crates in the program is too large or cut off";
  try {
    const document: unknown = JSON.parse(
      inflateSync(bytes, { maxOutputLength: documentBytesMax }).toString("utf8"),
    );
    const packages = recordOf(document)?.["packages"];
    if (!Array.isArray(packages)) return "the program has a list of crates that names none";
    return packages.slice(0, packagesMax).map(toRow);
  } catch {
    // zlib and JSON throw whatever is wrong with the bytes.
    return "the list of crates in the program is damaged";
  }
}

function toRow(value: unknown): Json {
  const entry = recordOf(value);
  if (entry?.["kind"] === "build") return null;
  const needs: readonly unknown[] = Array.isArray(entry?.["dependencies"]) ? entry["dependencies"] : [];
  return [
    textOf(entry?.["name"]),
    textOf(entry?.["version"]),
    needs.filter((index) => typeof index === "number"),
  ];
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

export function catalogBinary(file: InspectedFile): CatalogResult {
  const problems = new FileProblems(file);
  if (!Array.isArray(file.value)) {
    problems.add("PARSE_FAILED", textOf(file.value));
    return { packages: [], problems: problems.all() };
  }
  const rows = file.value as readonly Json[];
  const nodes = rows.flatMap((row, index) => {
    if (!Array.isArray(row)) return [];
    const [name, version, needs] = row as readonly Json[];
    if (!isToken(name, nameLengthMax) || !isToken(version, versionLengthMax)) {
      problems.add("RECORD_INVALID", `the crate number ${index + 1} has no valid name and version`);
      return [];
    }
    const pkg = packageOf(file, { type: "cargo", name, version });
    return [{ pkg, names: [String(index)], needs: Array.isArray(needs) ? needs.map(String) : [] }];
  });
  return { packages: withEdges(nodes), problems: problems.all() };
}
