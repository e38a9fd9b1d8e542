/**
 * Go programs: which files are looked into, and the packages that their build information lists.
 */
import type { FileHead, FileView, InspectedFile, Json } from "../../domain/files.ts";
import type { Package } from "../../domain/package.ts";
import { readExecutable, type Executable } from "../shared/executable.ts";
import { readGoBuildInfo } from "../shared/go-build-info.ts";
import { FileProblems } from "../shared/problems.ts";
import { isToken, nameLengthMax, versionLengthMax } from "../shared/text.ts";
import type { CatalogMode, CatalogResult } from "../types.ts";
import { fromJson, readBuildRecord, toJson, type BuildRecord, type GoModule } from "./build-record.ts";
import { readFunctions } from "./functions.ts";
import { readLinkedVariables } from "./linked-variables.ts";
import { askedVariables, isVersionless, mainVersion } from "./main-version.ts";
import { readNamelessVersion } from "./nameless-version.ts";
import { modulePackage, stdlibPackage, stdlibVersion } from "./package.ts";

/** The smallest Go program has ten times that. */
const sizeBytesMin = 64 * 1024;

/** Executable files, what lies in a folder of programs without the permission, programs for Windows, and shared libraries. */
export function wantsBinary({ path, sizeBytes, mode }: FileHead, catalogMode: CatalogMode): boolean {
  if (catalogMode !== "installed" || sizeBytes < sizeBytesMin) return false;
  if ((mode & 0o111) !== 0) return true;
  return path.endsWith(".exe") || path.endsWith(".so") || path.includes("/bin/") || path.startsWith("bin/");
}

const SYSTEM_OF_FORMAT: Readonly<Record<Executable["format"], BuildRecord["settings"]>> = {
  elf: {},
  pe: { GOOS: "windows" },
  "mach-o": { GOOS: "darwin" },
};

/** The build information of a Go program; `unknown` for one without; null for everything else. */
export function lookIntoBinary(_head: FileHead, view: FileView): Json | null {
  const file = readExecutable(view);
  if (file === null) return null;
  const found = readGoBuildInfo(view, file);
  if (found !== null) {
    const told = readBuildRecord(found);
    // Go tells what it built for since 1.18; the format of a program tells as much.
    const settings = { ...SYSTEM_OF_FORMAT[file.format], ...told.settings };
    const record = { ...told, settings, functions: readFunctions(view, file, told.path) };
    const asked = askedVariables(record);
    const linked = asked === null ? [] : readLinkedVariables(view, asked);
    const nameless = isVersionless(record) ? readNamelessVersion(view, asked === null) : null;
    return toJson({ ...record, linked, nameless });
  }
  // The table of functions that every Go program carries, stripped or not.
  const isGo = file.regions.some(({ name }) => name.endsWith(".gopclntab") || name.endsWith("__gopclntab"));
  return isGo ? "unknown" : null;
}

export function catalogBinary(file: InspectedFile): CatalogResult {
  const problems = new FileProblems(file);
  if (file.value === "unknown") {
    problems.add(
      "BUILD_INFO_MISSING",
      "this Go program has no build information, so its modules are not known",
    );
    return { packages: [], problems: problems.all() };
  }
  const record = fromJson(file.value);
  const evidence = { path: file.path, layer: file.layer, layerIndex: file.layerIndex };
  const system = systemOf(record);
  const packages: Package[] = [];
  const standard = stdlibVersion(record.goVersion);
  if (standard !== null) packages.push(stdlibPackage(standard, evidence, system));
  else
    problems.add(
      "VERSION_INVALID",
      `the Go version ${record.goVersion} has no number, so its standard library is not listed`,
    );
  for (const module of record.modules) {
    if (isModule(module)) packages.push(modulePackage(module, evidence, system));
    else problems.add("RECORD_INVALID", `the module ${module.path} has no valid path and version`);
  }
  sayFolders(record, problems);
  // Go's own tools have no modules.
  if (record.main === null && record.modules.length === 0 && !record.path.startsWith("cmd/"))
    problems.add(
      "BUILD_INFO_MISSING",
      "this Go program was built without modules, so what is in it is not known",
    );
  const functions =
    record.functions === null ? {} : { functionTables: [{ path: file.path, filter: record.functions }] };
  const main = mainModule(record, problems);
  if (main === null) return { packages, problems: problems.all(), ...functions };
  const dependsOn = [...new Set(packages.map((pkg) => pkg.purl))].sort();
  return {
    packages: [...packages, { ...modulePackage(main, evidence, system), dependsOn }],
    problems: problems.all(),
    ...functions,
  };
}

/** The operating system that a program was built for; null: Linux, or it does not tell. */
function systemOf({ settings }: BuildRecord): string | null {
  const system = settings["GOOS"] ?? "linux";
  return system === "linux" || !/^[a-z0-9]{1,20}$/.test(system) ? null : system;
}

function isModule({ path, version }: GoModule): boolean {
  return isToken(path, nameLengthMax) && isToken(version, versionLengthMax) && !path.endsWith("/");
}

function mainModule(record: BuildRecord, problems: FileProblems): GoModule | null {
  // The tools of Go itself are its standard library.
  if (record.main === null || record.main.path === "cmd" || record.main.path === "std") return null;
  const version = mainVersion(record);
  const main = { path: record.main.path, version: version ?? "" };
  if (version !== null && isModule(main)) return main;
  problems.add(
    "VERSION_INVALID",
    `the program ${record.main.path} was built without a version, so it is not listed`,
  );
  return null;
}

function sayFolders({ replacedByFolder }: BuildRecord, problems: FileProblems): void {
  if (replacedByFolder.length === 0) return;
  const some = replacedByFolder.slice(0, 5).join(", ");
  const count = replacedByFolder.length;
  problems.add("VERSION_INVALID", `folders replaced ${count} modules, which have no version then: ${some}`);
}
