/**
 * Contract of an ecosystem: how its packages are found, named, versioned and looked up.
 *
 * Two questions, as for a librarian: "do you want this file?" and "what packages do these files list?". The driver opens
 * files; a plugin never does. What a plugin cannot read becomes a problem, never silence, and never loses the other files.
 */
import type { FileHead, FileTree, FileView, InspectedFile, Json, WantedFile } from "../domain/files.ts";
import type { AdvisoryKey, Distro, FileClaim, FunctionTable, Package } from "../domain/package.ts";
import type { Problem } from "../domain/problem.ts";

/** `installed`: an image or root file system, what is there to run. `sources`: a source tree, what lock files pin. */
export type CatalogMode = "installed" | "sources";

export interface CatalogContext {
  readonly mode: CatalogMode;
  readonly distro: Distro | null;
  /** What this ecosystem's `inspect` found, in files of the merged tree, sorted by path. */
  readonly inspected: readonly InspectedFile[];
  /** All paths, for ecosystems whose folders' names tell the packages; null or absent where the source keeps none. */
  readonly tree?: FileTree | null;
}

export interface CatalogResult {
  readonly packages: readonly Package[];
  readonly problems: readonly Problem[];
  /** Files and folders that its packages own, read once or more. Absent: it cannot tell. */
  readonly claims?: Iterable<FileClaim>;
  /** Of programs whose ecosystem tells which functions its vulnerabilities are in. */
  readonly functionTables?: readonly FunctionTable[];
}

/** What an ecosystem can tell of its packages, from the files it reads. Tests hold it to that. */
export interface EcosystemKnowledge {
  readonly licenses: boolean;
  readonly authors: boolean;
  readonly descriptions: boolean;
  /** `Package.digests` */
  readonly digests: boolean;
  /** `Package.dependsOn` */
  readonly dependencies: boolean;
  /** `CatalogResult.claims` */
  readonly files: boolean;
  /**
   * What its tests compare it with: the list that the ecosystem's own tool makes of a real installation; a file that
   * the ecosystem's own tools made; or only the specification.
   */
  readonly proof: "native-tool" | "real-artefact" | "by-specification";
}

/** What matching and caches need of an ecosystem. It stands in a file of its own, `naming.ts`, so that no reader is loaded for it. */
export interface EcosystemNaming {
  /** Folder name, stored id and purl type: `deb`. */
  readonly id: string;
  /** Raised when the output for the same bytes changes; part of every cache key. */
  readonly version: number;
  /** Id of the version scheme of its packages. */
  readonly scheme: string;
  /** Under which keys advisories may name this package. Empty: it cannot be looked up (no distro known). */
  lookUp(pkg: Package, distro: Distro | null): readonly AdvisoryKey[];
}

export interface Ecosystem extends EcosystemNaming {
  /** For people: `Debian packages`. */
  readonly title: string;
  /** Specifications of the files it reads. */
  readonly specs: readonly string[];
  readonly knows: EcosystemKnowledge;
  /** Whether it needs the bytes at this path (`var/lib/dpkg/status`, no leading slash). Called for every file: cheap. */
  wants(path: string, mode: CatalogMode): boolean;
  /**
   * How paths in an image end that it may want, each at least four characters: of others it is not asked. Empty: it wants none,
   * but those of source trees. Absent: it is asked of all.
   */
  readonly endings?: readonly string[];
  /** Whether it wants the versions of this path in lower layers too (`WantedFile.earlier`). Absent: never. */
  history?(path: string): boolean;
  /** For ecosystems of distributions: whether this path is its package database. An image in which none lists a package is incomplete. */
  isDatabase?(path: string): boolean;
  /**
   * Packages that stand inside of large files (executables, archives): looked into one at a time as their layer passes, see
   * `Inspector`. `wants` is asked of every file: cheap. What `look` returns comes back as `CatalogContext.inspected`.
   */
  readonly inspect?: {
    wants(head: FileHead, mode: CatalogMode): boolean;
    look(head: FileHead, view: FileView): Json | null;
  };
  /** `files` are those it wanted, sorted by path. */
  catalog(files: readonly WantedFile[], context: CatalogContext): CatalogResult;
}
