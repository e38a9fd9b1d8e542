/** What the two sides of the wall say to each other: the process inside unpacks and catalogs, the one outside has the doors. */
import type { UnpackLimits } from "./files.ts";
import type { Layer } from "./image.ts";

/** Layers of an image, as they are handed through the wall. */
export interface LayersRequest {
  readonly layers: readonly WalledLayer[];
  readonly limits: UnpackLimits;
  readonly verify: boolean;
  /** Whether layers may be asked for and offered (`recall`, `remember`). */
  readonly hasCache: boolean;
}

/** `read`: the packages of layers. */
export interface ReadRequest extends LayersRequest {
  readonly mode: "installed" | "sources";
  /** Compare the files of the distribution's packages with its digests. */
  readonly checksFiles: boolean;
  /** List packages that a later layer removed too. */
  readonly listsRemoved: boolean;
}

/** A folder that the process may read. */
export interface WalledFolder {
  readonly path: string;
  readonly isFile: boolean;
  readonly isRootFileSystem: boolean;
}

/** `readFolder`: the packages of a folder. */
export interface FolderRequest extends WalledFolder {
  readonly mode: "installed" | "sources";
  readonly checksFiles: boolean;
}

/** What is looked for beside packages: a search for secrets alone need not look into programs. */
export type ExaminedParts = "secrets" | "all";

/** `examine`: what secrets and hygiene need of layers. */
export interface ExamineRequest extends LayersRequest {
  readonly parts: ExaminedParts;
}

/** `examineFolder`: the same of a folder. */
export interface ExamineFolderRequest extends WalledFolder {
  readonly parts: ExaminedParts;
}

export interface WalledLayer {
  readonly layer: Layer;
  /** A range of an inherited descriptor, or a stream that is asked for chunk by chunk (`next`). */
  readonly content:
    | {
        readonly kind: "file";
        readonly descriptor: number | null;
        readonly offset: number;
        readonly sizeBytes: number;
      }
    | { readonly kind: "stream" };
  readonly proof: { readonly of: "blob" | "content"; readonly digest: string };
}

/** Of one frame: the largest is an inventory, or what was read of a layer. */
export const FRAME_BYTES_MAX = 1536 * 1024 * 1024;

/** An error as it is told through the wall. */
export interface ToldError {
  /** Of a `PlimsollError`, else null. */
  readonly code: string | null;
  readonly message: string;
  readonly details: Readonly<Record<string, string | number | boolean | null>> | null;
  /** Number of an error that was thrown outside, so that the very same is thrown again there; null: it comes from inside. */
  readonly outside: number | null;
}

/** Ceiling of one chunk of a stream, and what a side that asks for it has room for. */
export const STREAM_CHUNK_BYTES = 1024 * 1024;
