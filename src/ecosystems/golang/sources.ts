/**
 * Modules that a source tree pins. Since Go 1.17 a go.mod names all of them; before, only the direct ones, and the others are
 * taken from go.sum, the newest version of each. A go.work overrides the replacements of its modules and takes the newest
 * version that any of them requires, as the go command does. `vendor/modules.txt` is read as it is.
 *
 * The standard library is not pinned by a source tree but for the toolchain that the go command would fetch: that of the
 * `toolchain` line, else a whole version (`1.21.3`) in the `go` line. `go 1.21` is a version of the language and says nothing.
 */
import { golang as scheme } from "../../versions/golang/index.ts";
import type { WantedFile } from "../../domain/files.ts";
import type { Package } from "../../domain/package.ts";
import type { Problem } from "../../domain/problem.ts";
import { fileProblem, FileProblems } from "../shared/problems.ts";
import { baseName, decodeText, isToken, nameLengthMax, versionLengthMax } from "../shared/text.ts";
import type { CatalogResult } from "../types.ts";
import type { GoModule } from "./build-record.ts";
import { readGoMod, readGoSum, readVendored, type GoMod, type Replacement } from "./go-mod.ts";
import { modulePackage, stdlibPackage, stdlibVersion } from "./package.ts";

/** Folders that the go command leaves out of a source tree, and those that hold other people's modules. */
export function wantsSource(path: string): boolean {
  const name = baseName(path);
  if (name === "modules.txt") return path === "vendor/modules.txt" || path.endsWith("/vendor/modules.txt");
  if (name !== "go.mod" && name !== "go.sum" && name !== "go.work") return false;
  const inside = `/${path}`;
  return !inside.includes("/vendor/") && !inside.includes("/testdata/") && !inside.includes("/node_modules/");
}

export function catalogSources(files: readonly WantedFile[]): CatalogResult {
  const packages: Package[] = [];
  const problems: Problem[] = [];
  const byPath = new Map(files.map((file) => [file.path, file]));
  const projects: Project[] = files
    .filter((file) => baseName(file.path) === "go.mod")
    .map((file) => ({ file, mod: readGoMod(decodeText(file.bytes)) }));
  const workspaces = files
    .filter((file) => baseName(file.path) === "go.work")
    .map((file) => readWorkspace(file, projects));
  const inWorkspace = new Set(workspaces.flatMap(({ members }) => members));
  const alone = projects.filter((project) => !inWorkspace.has(project));
  const builds = [
    ...workspaces,
    ...alone.map((project) => ({ members: [project], replaces: project.mod.replaces })),
  ];
  for (const build of builds) {
    const result = catalogBuild(build, byPath);
    packages.push(...result.packages);
    problems.push(...result.problems);
  }
  for (const file of files.filter(({ path }) => baseName(path) === "modules.txt")) {
    const vendored = readVendored(decodeText(file.bytes)).filter((module) => module !== null);
    packages.push(...vendored.filter(isModule).map((module) => modulePackage(module, evidenceOf(file))));
    const broken = vendored.filter((module) => !isModule(module));
    problems.push(
      ...broken
        .slice(0, 20)
        .map(({ path }) => fileProblem("RECORD_INVALID", file, `the module ${path} is not valid`)),
    );
  }
  return { packages, problems };
}

interface Project {
  readonly file: WantedFile;
  readonly mod: GoMod;
}

/** What is built together: the modules of a workspace, or one alone. */
interface Build {
  readonly members: readonly Project[];
  readonly replaces: readonly Replacement[];
}

function readWorkspace(file: WantedFile, projects: readonly Project[]): Build {
  const work = readGoMod(decodeText(file.bytes));
  const folders = new Set(work.uses.map((use) => join(folderOf(file.path), use)));
  const members = projects.filter((project) => folders.has(folderOf(project.file.path)));
  return { members, replaces: [...work.replaces, ...members.flatMap(({ mod }) => mod.replaces)] };
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

/** `a/b` and `../c/.` make `a/c`. */
function join(folder: string, relative: string): string {
  const parts = folder === "" ? [] : folder.split("/");
  for (const part of relative.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return parts.join("/");
}

/** The newest required version of each module, replaced; the module of the first file that requires it is the evidence. */
function catalogBuild({ members, replaces }: Build, byPath: ReadonlyMap<string, WantedFile>): CatalogResult {
  const packages: Package[] = [];
  const problems: Problem[] = [];
  const selected = new Map<string, { module: GoModule; file: WantedFile }>();
  const own = new Set(members.map(({ mod }) => mod.module));
  const replacements = indexOf(replaces);
  for (const project of members) {
    const complaints = new FileProblems(project.file);
    for (const { module, file } of requirementsOf(project, byPath, complaints)) {
      if (own.has(module.path)) continue;
      if (!isModule(module)) {
        complaints.add("RECORD_INVALID", `the module ${module.path} has no valid path and version`);
        continue;
      }
      const known = selected.get(module.path);
      if (known === undefined || isNewer(module.version, known.module.version))
        selected.set(module.path, { module, file });
    }
    const standard = toolchainOf(project.mod);
    if (standard !== null) packages.push(stdlibPackage(standard, evidenceOf(project.file)));
    problems.push(...complaints.all());
  }
  for (const { module, file } of selected.values()) {
    const replacement =
      replacements.get(`${module.path} ${module.version}`) ?? replacements.get(`${module.path} `);
    const used = replacement === undefined ? module : replacement.by;
    // A folder in its place is the project's own code, with a go.mod of its own.
    if (used === null) continue;
    if (isModule(used)) packages.push(modulePackage(used, evidenceOf(file)));
    else problems.push(fileProblem("RECORD_INVALID", file, `the replacement of ${module.path} is not valid`));
  }
  return { packages, problems };
}

/** By path and version, the version empty where every one is replaced; the first counts, as a go.work overrides. */
function indexOf(replaces: readonly Replacement[]): ReadonlyMap<string, Replacement> {
  const index = new Map<string, Replacement>();
  for (const replacement of replaces) {
    const key = `${replacement.path} ${replacement.version ?? ""}`;
    if (!index.has(key)) index.set(key, replacement);
  }
  return index;
}

function requirementsOf(
  { file, mod }: Project,
  byPath: ReadonlyMap<string, WantedFile>,
  problems: FileProblems,
): readonly { module: GoModule; file: WantedFile }[] {
  for (const line of mod.broken)
    problems.add("RECORD_INVALID", `the line ${line.slice(0, 200)} cannot be read`);
  if (mod.module === "" && mod.requires.length === 0 && file.bytes.length > 0)
    problems.add("PARSE_FAILED", "the file names no module");
  const required = mod.requires.map((module) => ({ module, file }));
  if (namesAll(mod.go) || required.length === 0) return required;
  const folder = folderOf(file.path);
  const sum = byPath.get(folder === "" ? "go.sum" : `${folder}/go.sum`);
  if (sum === undefined) {
    problems.add(
      "DEPENDENCY_UNPINNED",
      "a go.mod before Go 1.17 names direct requirements only, and there is no go.sum",
    );
    return required;
  }
  const { modules, broken } = readGoSum(decodeText(sum.bytes));
  if (broken > 0) problems.add("RECORD_INVALID", `${broken} lines of the go.sum cannot be read`);
  const direct = new Set(mod.requires.map(({ path }) => path));
  const others = modules.filter(({ path }) => !direct.has(path));
  return [...required, ...others.map((module) => ({ module, file: sum }))];
}

/** Whether a go.mod of this language version names indirect requirements too. */
function namesAll(go: string | null): boolean {
  const [, major = "0", minor = "0"] = /^(\d{1,6})\.(\d{1,6})/.exec(go ?? "") ?? [];
  return Number(major) > 1 || (Number(major) === 1 && Number(minor) >= 17);
}

function toolchainOf({ go, toolchain }: GoMod): string | null {
  const named = toolchain === null ? null : stdlibVersion(toolchain);
  if (named !== null) return named;
  const whole = go !== null && (/^\d+\.\d+\.\d+$/.test(go) || /^\d+\.\d+rc\d+$/.test(go));
  return whole ? stdlibVersion(`go${go}`) : null;
}

function isModule({ path, version }: GoModule): boolean {
  return isToken(path, nameLengthMax) && isToken(version, versionLengthMax) && !path.endsWith("/");
}

function isNewer(a: string, b: string): boolean {
  if (!scheme.isValid(a) || !scheme.isValid(b)) return false;
  return scheme.compare(a, b) > 0;
}

function evidenceOf({ path, layer, layerIndex }: WantedFile): Package["evidence"][number] {
  return { path, layer, layerIndex };
}
