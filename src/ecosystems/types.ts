/**
 * Contract of an ecosystem: how its packages are found, named, versioned and looked up.
 *
 * Two questions, as for a librarian: "do you want this file?" and "what packages do these files list?". The driver opens
 * files; a plugin never does. What a plugin cannot read becomes a problem, never silence, and never loses the other files.
 */
import type { WantedFile } from "../domain/files.ts";
import type { AdvisoryKey, Distro, Package } from "../domain/package.ts";
import type { Problem } from "../domain/problem.ts";

/** `installed`: an image or root file system, what is there to run. `sources`: a source tree, what lock files pin. */
export type CatalogMode = "installed" | "sources";

export interface CatalogContext {
  readonly mode: CatalogMode;
  readonly distro: Distro | null;
}

export interface CatalogResult {
  readonly packages: readonly Package[];
  readonly problems: readonly Problem[];
}

export interface Ecosystem {
  /** Folder name, stored id and purl type: `deb`. */
  readonly id: string;
  /** For people: `Debian packages`. */
  readonly title: string;
  /** Specifications of the files it reads. */
  readonly specs: readonly string[];
  /** Raised when the output for the same bytes changes; part of every cache key. */
  readonly version: number;
  /** Id of the version scheme of its packages. */
  readonly scheme: string;
  /** Whether it needs the bytes at this path (`var/lib/dpkg/status`, no leading slash). Called for every file: cheap. */
  wants(path: string, mode: CatalogMode): boolean;
  /** Whether it wants the versions of this path in lower layers too (`WantedFile.earlier`). Absent: never. */
  history?(path: string): boolean;
  /** For ecosystems of distributions: whether this path is its package database. An image in which none lists a package is incomplete. */
  isDatabase?(path: string): boolean;
  /** `files` are those it wanted, sorted by path. */
  catalog(files: readonly WantedFile[], context: CatalogContext): CatalogResult;
  /** Under which keys advisories may name this package. Empty: it cannot be looked up (no distro known). */
  lookUp(pkg: Package, distro: Distro | null): readonly AdvisoryKey[];
}
