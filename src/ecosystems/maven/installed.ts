/**
 * Packages of what was found in archives. The path of a piece of evidence is that of the file; of an archive in an archive it
 * goes on behind `!/`, as in Java's own jar addresses: `app.jar!/BOOT-INF/lib/a.jar`, `a.ear!/b.war!/WEB-INF/lib/c.jar`. What
 * was packed into a jar is seen at `a.jar!/META-INF/maven/<group>/<artifact>`.
 */
import type { InspectedFile, WantedFile } from "../../domain/files.ts";
import type { Package } from "../../domain/package.ts";
import { printable, type Problem, type ProblemCode } from "../../domain/problem.ts";
import { withEdges, type PackageNode } from "../shared/dependency-edges.ts";
import { digestOf, packageOf } from "../shared/package-of.ts";
import { FileProblems } from "../shared/problems.ts";
import { folderOf } from "../shared/text.ts";
import type { CatalogResult } from "../types.ts";
import { coordinatesOf, type ArchiveComplaint, type ArchiveFacts, type ModuleFacts } from "./archive.ts";
import type { Coordinates } from "./manifest.ts";

export function catalogInstalled(
  files: readonly WantedFile[],
  inspected: readonly InspectedFile[],
): CatalogResult {
  const nodes: ModuleNode[] = [];
  const problems: Problem[] = [];
  for (const file of inspected) {
    const { modules, complaints } = file.value as unknown as ArchiveFacts;
    for (const module of modules) nodes.push(toNode(file, module));
    problems.push(...complaintsOf(file, modules, complaints));
  }
  for (const file of files) {
    const found = new FileProblems(asFile(file, ""));
    const coordinates = coordinatesOf(file.bytes, null, folderOf(file.path));
    if (coordinates === null) found.add("RECORD_INVALID", "it names no group, artifact and version");
    else nodes.push({ pkg: packageOf(file, factsOf(coordinates)), path: file.path, needs: [] });
    problems.push(...found.all());
  }
  return { packages: withEdges(withPlaces(nodes)), problems };
}

/** A package, the outer file it is in, and `group:artifact` of what it needs. */
interface ModuleNode {
  readonly pkg: Package;
  readonly path: string;
  readonly needs: readonly string[];
}

/**
 * Names that hold the place: what a module needs is looked for in the same outer file, then in the same folder, then anywhere,
 * so that two applications in one image do not depend on each other's versions.
 */
function withPlaces(nodes: readonly ModuleNode[]): readonly PackageNode[] {
  const placed = nodes.map(({ pkg, path, needs }) => ({ pkg, needs, names: namesOf(path, nameOf(pkg)) }));
  const known = new Set(placed.flatMap(({ names }) => names));
  return placed.map(({ pkg, names, needs }, index) => {
    const path = nodes[index]?.path ?? "";
    const found = needs.map((need) => namesOf(path, need).find((name) => known.has(name)) ?? need);
    return { pkg, names, needs: found };
  });
}

function namesOf(path: string, name: string): readonly string[] {
  return [`${path}!/${name}`, `${folderOf(path)}/${name}`, name];
}

function nameOf(pkg: Package): string {
  return `${pkg.namespace ?? ""}:${pkg.name}`;
}

const complaintCodes: Readonly<Record<ArchiveComplaint["kind"], ProblemCode>> = {
  unreadable: "PARSE_FAILED",
  unnamed: "PACKAGE_UNNAMED",
  unlisted: "BUILD_INFO_MISSING",
};

function complaintsOf(
  file: InspectedFile,
  modules: ArchiveFacts["modules"],
  complaints: ArchiveFacts["complaints"],
): readonly Problem[] {
  const found = new FileProblems(asFile(file, ""));
  for (const { at, kind, message } of complaints) {
    const place = at === "" ? "" : `${at}: `;
    found.add(complaintCodes[kind], `${place}${message}`);
  }
  for (const { at, by, artifact, version } of modules) {
    if (by !== "name") continue;
    const place = at === "" ? "" : `${at}: `;
    found.add("PACKAGE_UNNAMED", `${place}nothing tells the group of ${artifact} ${version}`);
  }
  return found.all();
}

function toNode(file: InspectedFile, module: ModuleFacts): ModuleNode {
  const inside = module.by === "shaded" ? `META-INF/maven/${module.group}/${module.artifact}` : "";
  const at = [module.at, inside].filter((part) => part !== "").join("!/");
  const pkg = packageOf(asFile(file, at), {
    ...factsOf(module),
    licenses: module.licenses ?? [],
    author: module.author ?? null,
    description: module.description ?? null,
    digests: [digestOf("sha1", module.sha1)],
  });
  // A group that stands in for the unknown one is no record: it is told by the bytes alone.
  const named: Package = module.by === "name" ? { ...pkg, foundBy: "signature" } : pkg;
  return { pkg: named, path: file.path, needs: module.needs ?? [] };
}

function factsOf({ group, artifact, version }: Coordinates) {
  return { type: "maven", namespace: group, name: artifact, version };
}

function asFile({ path, layer, layerIndex }: Omit<WantedFile, "bytes">, at: string): WantedFile {
  const inside = at === "" ? "" : `!/${printable(at, 1500)}`;
  return { path: `${path}${inside}`, bytes: NO_BYTES, layer, layerIndex };
}

const NO_BYTES = new Uint8Array(0);
