/**
 * The poms of a source tree, each with its parents and imported lists of versions as far as they are in the tree. A version that
 * stands elsewhere is not known, and a pom names no dependencies of dependencies: both is said.
 */
import type { WantedFile } from "../../domain/files.ts";
import type { Package } from "../../domain/package.ts";
import type { Problem } from "../../domain/problem.ts";
import { packageOf } from "../shared/package-of.ts";
import { fileProblem, FileProblems } from "../shared/problems.ts";
import { decodeText, folderOf } from "../shared/text.ts";
import type { CatalogResult } from "../types.ts";
import { namePart, versionPart, type Coordinates } from "./manifest.ts";
import { interpolate, ownProperty, readPom, type Pom, type PomDependency } from "./pom.ts";

interface Project {
  readonly file: WantedFile;
  readonly pom: Pom;
}

export function readProjects(files: readonly WantedFile[]): CatalogResult {
  const problems: Problem[] = [];
  const tree = new ProjectTree();
  for (const file of files) {
    const pom = readPom(decodeText(file.bytes));
    if (pom === null) problems.push(fileProblem("PARSE_FAILED", file, "the file is no pom that can be read"));
    else tree.add({ file, pom });
  }
  const packages: Package[] = [];
  for (const project of tree.all()) {
    const found = new FileProblems(project.file);
    const modules = tree.dependenciesOf(project, found);
    packages.push(
      ...modules.map(({ group, artifact, version }) =>
        packageOf(project.file, { type: "maven", namespace: group, name: artifact, version }),
      ),
    );
    if (modules.length > 0)
      found.add("DEPENDENCY_UNPINNED", "a pom does not pin what its dependencies need in turn");
    problems.push(...found.all());
  }
  return { packages, problems };
}

class ProjectTree {
  readonly #byPath = new Map<string, Project>();
  readonly #byName = new Map<string, Project>();

  add(project: Project): void {
    this.#byPath.set(project.file.path, project);
    const name = nameOf(project.pom);
    if (name !== null && !this.#byName.has(name)) this.#byName.set(name, project);
  }

  all(): Iterable<Project> {
    return this.#byPath.values();
  }

  /** What a pom names itself; dependencies of its parents count where the parent is read. */
  dependenciesOf(project: Project, problems: FileProblems): readonly Coordinates[] {
    const line = this.#lineOf(project);
    const values = (text: string | null): string | null =>
      text === null ? null : interpolate(text, (name) => propertyOf(line, name));
    const modules: Coordinates[] = [];
    let managed: ReadonlyMap<string, string | null> | null = null;
    for (const dependency of project.pom.dependencies) {
      const group = namePart(values(dependency.groupId));
      const artifact = namePart(values(dependency.artifactId));
      const shown = `${dependency.groupId ?? "?"}:${dependency.artifactId ?? "?"}`.slice(0, 300);
      if (group === null || artifact === null) {
        problems.add("DEPENDENCY_UNPINNED", `the name of ${shown} is not known from this tree`);
        continue;
      }
      // A module of the same build is no package from elsewhere.
      if (this.#byName.has(`${group}:${artifact}`)) continue;
      managed ??= this.#managedBy(project);
      const written = values(dependency.version) ?? managed.get(`${group}:${artifact}`) ?? null;
      const version = exactVersion(written);
      if (version === null)
        problems.add("DEPENDENCY_UNPINNED", `the version of ${shown} is not known from this tree`);
      else modules.push({ group, artifact, version });
    }
    return modules;
  }

  /** The project, its parent, its parent's parent …, those that are in this tree. */
  #lineOf(project: Project): readonly Project[] {
    const line = [project];
    while (line.length < parentsMax) {
      const parent = this.#parentOf(line[line.length - 1] ?? project);
      if (parent === null || line.includes(parent)) return line;
      line.push(parent);
    }
    return line;
  }

  #parentOf({ file, pom }: Project): Project | null {
    const { parent } = pom;
    if (parent?.artifactId === undefined || parent.artifactId === null) return null;
    if (parent.relativePath !== "") {
      const path = resolve(folderOf(file.path), parent.relativePath ?? "../pom.xml");
      const found = this.#byPath.get(path) ?? this.#byPath.get(path === "" ? "pom.xml" : `${path}/pom.xml`);
      if (found?.pom.artifactId === parent.artifactId) return found;
    }
    return this.#byName.get(`${parent.groupId ?? ""}:${parent.artifactId}`) ?? null;
  }

  /** Versions of `dependencyManagement` by `group:artifact`, the nearest first, lists imported from this tree included. */
  #managedBy(project: Project): ReadonlyMap<string, string | null> {
    const managed = new Map<string, string | null>();
    const queue = [project];
    const seen = new Set(queue);
    for (const each of queue) {
      const line = this.#lineOf(each);
      for (const entry of line.flatMap(({ pom }) => pom.managed)) {
        const [name, version] = namedVersion(entry, line);
        if (name === null) continue;
        const imported = entry.scope === "import" ? this.#byName.get(name) : undefined;
        if (entry.scope !== "import") managed.set(name, managed.get(name) ?? version);
        else if (imported !== undefined && !seen.has(imported) && seen.size < importsMax) {
          seen.add(imported);
          queue.push(imported);
        }
      }
    }
    return managed;
  }
}

const parentsMax = 20;
const importsMax = 50;

function namedVersion(
  { groupId, artifactId, version }: PomDependency,
  line: readonly Project[],
): readonly [string | null, string | null] {
  const values = (text: string | null): string | null =>
    text === null ? null : interpolate(text, (name) => propertyOf(line, name));
  const group = namePart(values(groupId));
  const artifact = namePart(values(artifactId));
  return [group === null || artifact === null ? null : `${group}:${artifact}`, values(version)];
}

/** `project.…` speaks of the first of the line; other properties of the first that has them. */
function propertyOf(line: readonly Project[], name: string): string | null {
  for (const { pom } of line) {
    const value = pom.properties.get(name);
    if (value !== undefined) return value;
  }
  const [first] = line;
  return first === undefined ? null : ownProperty(first.pom, name);
}

function nameOf(pom: Pom): string | null {
  const group = ownProperty(pom, "project.groupId");
  if (group === null || pom.artifactId === null) return null;
  const values = (text: string): string => interpolate(text, (name) => ownProperty(pom, name));
  return `${values(group)}:${values(pom.artifactId)}`;
}

/** `1.2` and `[1.2]`; ranges and `LATEST` name no version. */
function exactVersion(written: string | null): string | null {
  if (written === null || written === "LATEST" || written === "RELEASE") return null;
  const exact = /^\[([^,[\]()]+)\]$/.exec(written)?.[1] ?? written;
  return /[[\](),]/.test(exact) ? null : versionPart(exact.trim());
}

function resolve(folder: string, relative: string): string {
  const parts = folder === "" ? [] : folder.split("/");
  for (const part of relative.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  }
  return parts.join("/");
}
