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

/** What is known of a regular file before any of its bytes. */
export interface FileHead {
  /** Path without leading slash. */
  readonly path: string;
  readonly sizeBytes: number;
  /** Permission bits with setuid, setgid and sticky: `0o4755`. */
  readonly mode: number;
}

/**
 * The bytes of one file, read where they are needed: of an uncompressed archive or a folder only what is asked for is read at all.
 * Valid during the call that it is handed to, and not after; of one file, so that what was read of it may be remembered by it.
 */
export interface FileView {
  readonly sizeBytes: number;
  /**
   * A view of up to `length` bytes from `offset`, fewer at the end of the file, none past it. It may be reused by the next call:
   * copy what is kept.
   */
  read(offset: number, length: number): Uint8Array;
}

/**
 * Looks into files that are too many or too large to be kept until all layers are merged (executables, archives), while their
 * layer passes by. What it says of a file depends on the file alone, so it is cached with the layer.
 */
export interface Inspector {
  /** Id of the plugin that it belongs to. */
  readonly id: string;
  /** Raised when it says something else of the same bytes; part of the cache key of a layer. */
  readonly version: number;
  /** Asked of every regular file of every layer: cheap. */
  wants(head: FileHead): boolean;
  /**
   * What it has found, as plain JSON of a few kilobytes at most; null: nothing. Must not throw for any bytes; a file that it
   * should be able to read and cannot is a finding of its own that the plugin turns into a problem.
   */
  inspect(head: FileHead, view: FileView): Json | null;
}

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** What an inspector said of a file of the merged tree. */
export interface InspectedFile {
  /** `Inspector.id` */
  readonly by: string;
  readonly path: string;
  readonly sizeBytes: number;
  readonly mode: number;
  readonly value: Json;
  /** As in `WantedFile`. */
  readonly layer: string | null;
  readonly layerIndex: number | null;
}

export type FileKind = "file" | "directory" | "symlink" | "device";

/** One path of the merged tree. */
export interface FileFact {
  /** The same whatever path it was found by; of this tree alone. */
  readonly id: number;
  readonly path: string;
  readonly kind: FileKind;
  /** Of a regular file; 0 for the rest. */
  readonly sizeBytes: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Of a symbolic link, as stored; empty for the rest. */
  readonly target: string;
  /** Position of the layer that brought it; null for a folder on disk. */
  readonly layerIndex: number | null;
}

/** A regular file, of which only what is asked for is made. The same object each time. */
export interface FileCursor extends Pick<FileFact, "id" | "sizeBytes" | "mode"> {
  path(): string;
}

/** Every path of the merged tree, without the bytes. */
export interface FileTree {
  /** Every regular file once, in no order that means anything: for a million of them less than half of the cost of `walk`. */
  eachFile(visit: (file: FileCursor) => void): void;
  /** All paths but the root, in no order that means anything; with a folder (`nix/store`), only those below it. */
  walk(folder?: string): Iterable<FileFact>;
  /** The fact at a path; symbolic links in its folders are followed (`bin/sh` of a merged /usr), the last name is not. */
  find(path: string): FileFact | null;
}

export interface ImageFiles {
  /** Wanted files of the merged tree, sorted by path (code units). */
  readonly wanted: readonly WantedFile[];
  /** What inspectors found in files of the merged tree, sorted by path, then by inspector. */
  readonly inspected: readonly InspectedFile[];
  /** Null where the source keeps none. */
  readonly tree: FileTree | null;
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
  /** Bytes of one file that an inspector looks into. */
  readonly inspectedFileBytesMax: number;
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
  inspectedFileBytesMax: 512 * 1024 ** 2,
  timeMsMax: 15 * 60 * 1000,
};
