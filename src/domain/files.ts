/**
 * The merged file system of an image (step 2): only the files that a cataloger asked for are held, with the layer they came from.
 */
import type { Problem } from "./problem.ts";

/** Says which files' bytes are wanted; called once per path of every layer. `path` has no leading slash: `var/lib/dpkg/status`. */
export type WantsFile = (path: string) => boolean;

/**
 * Says of which wanted files the versions in lower layers are kept too, as `WantedFile.earlier`: files that each layer
 * rewrites as a whole (package databases), where only the difference tells which layer brought what.
 */
export type KeepsHistory = (path: string) => boolean;

/** The bytes that a lower layer had at the same path. */
export interface EarlierVersion {
  readonly bytes: Uint8Array;
  /** Diff ID of that layer. */
  readonly layer: string;
  /** Position of that layer from the bottom. */
  readonly layerIndex: number;
}

export interface WantedFile {
  /** Path from the root, without leading slash, as stored: `usr/lib/os-release`. Any byte sequence that is valid UTF-8, else latin1. */
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Diff ID of the layer that holds these bytes; null for a folder. */
  readonly layer: string | null;
  /** Position of that layer from the bottom; null for a folder. */
  readonly layerIndex: number | null;
  /**
   * Versions of the same path in lower layers, bottom first, where `KeepsHistory` asked for them; absent or empty: none.
   * A lower layer's version counts up to the last time that the path was removed (whiteout, opaque directory) above it.
   */
  readonly earlier?: readonly EarlierVersion[];
}

export interface ImageFiles {
  /** Wanted files of the merged tree, sorted by path (code units). */
  readonly wanted: readonly WantedFile[];
  /** Number of regular files in the merged tree. */
  readonly fileCount: number;
  /** Uncompressed bytes read or skipped over. */
  readonly contentBytes: number;
  /**
   * `verified`: every blob read had the digest it was named by, in this run, and, asked to verify, its content the diff ID;
   * `unverified`: at least one was read without hashing (an archive read by seeking);
   * `not_applicable`: a folder, which has no digests.
   */
  readonly verification: "verified" | "unverified" | "not_applicable";
  readonly problems: readonly Problem[];
}

/** Ceilings for what comes from outside. Past one, the result is `incomplete` with the reason; it never crashes. */
export interface UnpackLimits {
  /** Uncompressed bytes of one layer. */
  readonly layerBytesMax: number;
  /** Uncompressed bytes of all layers. */
  readonly totalBytesMax: number;
  /** Entries of all layers. */
  readonly entriesMax: number;
  /** Bytes of one path. */
  readonly pathLengthMax: number;
  /** Uncompressed to compressed bytes of one layer, checked past 100 MB uncompressed. */
  readonly ratioMax: number;
  /** Bytes of one wanted file. */
  readonly wantedFileBytesMax: number;
  /** Bytes of all wanted files together. */
  readonly wantedTotalBytesMax: number;
  /** Milliseconds for all layers together. */
  readonly timeMsMax: number;
}

export const defaultUnpackLimits: UnpackLimits = {
  layerBytesMax: 32 * 1024 ** 3,
  totalBytesMax: 64 * 1024 ** 3,
  entriesMax: 2_000_000,
  pathLengthMax: 4096,
  ratioMax: 200,
  wantedFileBytesMax: 64 * 1024 ** 2,
  wantedTotalBytesMax: 512 * 1024 ** 2,
  timeMsMax: 15 * 60 * 1000,
};
