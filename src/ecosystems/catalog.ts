/**
 * Step 3, the packages: hands every ecosystem the files it asked for and puts their answers together.
 * "Nothing found" never looks clean: an image without a list of its distribution's packages is incomplete.
 */
import type { ImageFiles, Inspector, KeepsHistory, WantedFile, WantsFile } from "../domain/files.ts";
import type {
  Coverage,
  Distro,
  FileClaim,
  FunctionTable,
  Package,
  Sbom,
  SystemFiles,
} from "../domain/package.ts";
import { isIncomplete, printable, type Problem } from "../domain/problem.ts";
import * as all from "./all.ts";
import { layClaims } from "./claims.ts";
import { measureCoverage } from "./coverage.ts";
import { findDistro, isDistroFile } from "./distro.ts";
import { producersOf } from "./look-up.ts";
import { mergePackages } from "./merge-packages.ts";
import { linkOwners } from "./owned-packages.ts";
import { isSystemFile, judgeSystemFiles } from "./system-files.ts";
import { endingOf, orderByEnding } from "./path-endings.ts";
import type { CatalogMode, CatalogResult, Ecosystem } from "./types.ts";
import { collectVexFiles, isVexFile } from "./vex-files.ts";

/** Every ecosystem, by id. */
export const ecosystems: readonly Ecosystem[] = Object.values(all).sort((a, b) => (a.id < b.id ? -1 : 1));

/** Which files' bytes a catalog in this mode needs. */
export function wantsFile(mode: CatalogMode): WantsFile {
  if (mode === "sources") return (path) => ecosystems.some((ecosystem) => ecosystem.wants(path, mode));
  const byEnding = orderByEnding(ecosystems);
  return (path) => {
    // This is asked of every path of every layer, and most end as nobody wants.
    const asked = byEnding[endingOf(path)] as readonly Ecosystem[];
    for (const ecosystem of asked) if (ecosystem.wants(path, mode)) return true;
    return isDistroFile(path) || isVexFile(path);
  };
}

/** Of which files the versions in lower layers are needed too: the package databases. */
export const keepsHistory: KeepsHistory = (path) =>
  ecosystems.some((ecosystem) => ecosystem.history?.(path) ?? false);

/** What looks into large files while a catalog in this mode is made. */
export function inspectorsOf(mode: CatalogMode): readonly Inspector[] {
  return ecosystems.flatMap(({ id, version, inspect }) => {
    if (inspect === undefined) return [];
    return [{ id, version, wants: (head) => inspect.wants(head, mode), inspect: inspect.look }];
  });
}

/** The packages of an image, a root file system (`installed`) or a source tree (`sources`). Never throws for their content. */
export function catalogPackages(files: ImageFiles, mode: CatalogMode): Sbom {
  return catalogWith(ecosystems, files, mode);
}

/** The same with a choice of ecosystems. One that throws loses only its own packages. */
export function catalogWith(chosen: readonly Ecosystem[], files: ImageFiles, mode: CatalogMode): Sbom {
  const distro = mode === "installed" ? findDistro(files.wanted) : null;
  const results = chosen.map((ecosystem) => run(ecosystem, files, mode, distro));
  const { packages, coverage, systemFiles } = explainFiles(chosen, results, files, mode);
  const functionTables = withinLimit(results.flatMap((result) => result.functionTables ?? []));
  const vex = mode === "installed" ? collectVexFiles(files.wanted) : { files: [], problems: [] };
  const problems = [
    ...files.problems,
    ...vex.problems,
    ...(mode === "installed" ? distroProblems(chosen, files.wanted, packages, distro) : []),
    ...(packages.length === 0 ? [problem("NOTHING_FOUND", "no packages were found")] : []),
    ...results.flatMap((result) => result.problems),
  ];
  return {
    distro,
    packages,
    problems,
    completeness: problems.some(isIncomplete) ? "incomplete" : "complete",
    verification: files.verification,
    producers: producersOf(mode),
    ...(coverage === null ? {} : { coverage }),
    ...(systemFiles === null ? {} : { systemFiles }),
    ...(functionTables.length === 0 ? {} : { functionTables }),
    ...(vex.files.length === 0 ? {} : { vexFiles: vex.files }),
  };
}

/** As many as fit: what is left out is judged by its version alone. */
function withinLimit(tables: readonly FunctionTable[]): readonly FunctionTable[] {
  let left = filterCharsMax;
  return tables
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
    .filter(({ filter }) => {
      left -= filter.length;
      return left >= 0;
    });
}

/** Of an image; the program with the most functions known has some 200,000 characters. */
const filterCharsMax = 4 * 1024 ** 2;

/** The packages with their owners, and what they explain of the files. */
function explainFiles(
  chosen: readonly Ecosystem[],
  results: readonly CatalogResult[],
  { tree, inspected }: ImageFiles,
  mode: CatalogMode,
): { packages: readonly Package[]; coverage: Coverage | null; systemFiles: SystemFiles | null } {
  const ofDistro = results.filter((_, index) => chosen[index]?.isDatabase !== undefined);
  const others = results.filter((_, index) => chosen[index]?.isDatabase === undefined);
  const systemFiles = judgeSystemFiles(inspected);
  const system = layClaims(claimsOf(ofDistro), tree, systemFiles.take);
  const packages = mergePackages([
    ...ofDistro.flatMap((result) => result.packages),
    ...linkOwners(
      others.flatMap((result) => result.packages),
      system,
    ),
  ]);
  if (tree === null || mode === "sources") return { packages, coverage: null, systemFiles: null };
  const ofOthers = layClaims(claimsOf(others), tree);
  const { coverage, unowned } = measureCoverage(tree, packages, { system, others: ofOthers }, isSystemFile);
  return { packages, coverage, systemFiles: systemFiles.judge(unowned) };
}

function* claimsOf(results: readonly CatalogResult[]): Generator<FileClaim> {
  for (const { claims } of results) if (claims !== undefined) yield* claims;
}

function run(
  ecosystem: Ecosystem,
  files: ImageFiles,
  mode: CatalogMode,
  distro: Distro | null,
): CatalogResult {
  try {
    const wanted = files.wanted.filter((file) => ecosystem.wants(file.path, mode));
    const inspected = files.inspected.filter((file) => file.by === ecosystem.id);
    return ecosystem.catalog(wanted, { mode, distro, inspected, tree: files.tree });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return {
      packages: [],
      problems: [problem("PARSE_FAILED", `${ecosystem.title} could not be read: ${reason}`)],
    };
  }
}

function distroProblems(
  chosen: readonly Ecosystem[],
  files: readonly WantedFile[],
  packages: readonly Package[],
  distro: Distro | null,
): readonly Problem[] {
  const problems: Problem[] = [];
  if (distro === null) problems.push(problem("DISTRO_UNKNOWN", "no file names the distribution"));
  const ofDistro = chosen.filter((ecosystem) => ecosystem.isDatabase !== undefined);
  if (packages.some((pkg) => ofDistro.some((ecosystem) => ecosystem.id === pkg.ecosystem))) return problems;
  const database = files.find((file) => ofDistro.some((ecosystem) => ecosystem.isDatabase?.(file.path)));
  const message =
    database !== undefined
      ? `the package database ${database.path} lists no installed packages`
      : `${distro?.name ?? "the image"} has no package database that can be read, so its system packages are not known`;
  return [...problems, problem("NO_PACKAGE_DATABASE", message)];
}

function problem(code: Problem["code"], message: string): Problem {
  return { code, message: printable(message), path: null, layer: null };
}
