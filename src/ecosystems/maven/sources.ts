/**
 * Java packages of a source tree: lock files of Gradle and sbt, and what poms and Ivy files pin. Gradle's build files are
 * programs and are not run, so without a lock file it is said that nothing pins what they need.
 */
import type { WantedFile } from "../../domain/files.ts";
import type { Package } from "../../domain/package.ts";
import type { Problem } from "../../domain/problem.ts";
import { packageOf } from "../shared/package-of.ts";
import { FileProblems } from "../shared/problems.ts";
import { baseName, decodeText, folderOf } from "../shared/text.ts";
import { unpinnedProjects } from "../shared/unpinned.ts";
import type { CatalogResult } from "../types.ts";
import { readGradleLock, readIvy, readSbtLock, type ModuleLock } from "./lock-files.ts";
import { readProjects } from "./project.ts";

export function wantsSource(path: string): boolean {
  const name = baseName(path);
  if (name === "pom.xml") return !path.includes("META-INF/maven/");
  return Object.hasOwn(lockReaders, name) || gradleBuilds.includes(name) || isOldGradleLock(path);
}

const lockReaders: Readonly<Record<string, (text: string) => ModuleLock | null>> = {
  "gradle.lockfile": readGradleLock,
  "buildscript-gradle.lockfile": readGradleLock,
  "build.sbt.lock": readSbtLock,
  "ivy.xml": readIvy,
};

const gradleBuilds = ["build.gradle", "build.gradle.kts", "build.sbt"];

/** One lock file a configuration, as Gradle wrote them before version 7. */
function isOldGradleLock(path: string): boolean {
  return path.endsWith(".lockfile") && `/${path}`.includes(OLD_LOCKS);
}

const OLD_LOCKS = "/gradle/dependency-locks/";

export function catalogSources(files: readonly WantedFile[]): CatalogResult {
  const packages: Package[] = [];
  const problems: Problem[] = [...unpinned(files)];
  for (const file of files) {
    const name = baseName(file.path);
    const reader = isOldGradleLock(file.path)
      ? readGradleLock
      : Object.hasOwn(lockReaders, name)
        ? lockReaders[name]
        : undefined;
    if (reader === undefined) continue;
    const found = new FileProblems(file);
    const lock = reader(decodeText(file.bytes));
    if (lock === null) found.add("PARSE_FAILED", "the file cannot be read");
    for (const { code, message } of lock?.complaints ?? []) found.add(code, message);
    for (const { group, artifact, version } of lock?.modules ?? [])
      packages.push(packageOf(file, { type: "maven", namespace: group, name: artifact, version }));
    problems.push(...found.all());
  }
  const projects = readProjects(files.filter((file) => baseName(file.path) === "pom.xml"));
  return {
    packages: [...packages, ...projects.packages],
    problems: [...problems, ...projects.problems],
  };
}

function unpinned(files: readonly WantedFile[]): readonly Problem[] {
  // A lock file of the old layout stands two folders below the project that it pins.
  const placed = files.map((file) =>
    isOldGradleLock(file.path)
      ? { ...file, path: `${folderOf(folderOf(folderOf(file.path)))}/gradle.lockfile`.replace(/^\//, "") }
      : file,
  );
  const hasBlock = (text: string): boolean => /\bdependencies\s*\{/.test(text);
  return [
    ...unpinnedProjects(placed, {
      manifest: "build.gradle",
      locks: ["gradle.lockfile"],
      hasDependencies: hasBlock,
    }),
    ...unpinnedProjects(placed, {
      manifest: "build.gradle.kts",
      locks: ["gradle.lockfile"],
      hasDependencies: hasBlock,
    }),
    ...unpinnedProjects(placed, {
      manifest: "build.sbt",
      locks: ["build.sbt.lock"],
      hasDependencies: (text) => text.includes("libraryDependencies"),
    }),
  ];
}
