/**
 * Tamper evidence: the files that the distribution's packages list, against the files that are there. Bytes are compared where
 * they were hashed (`fileDigests`), which is done when asked for: it takes as long as reading the image twice.
 */
import { createHash } from "node:crypto";
import type { FileCursor, InspectedFile, Inspector } from "../domain/files.ts";
import type { PathList, SystemFiles } from "../domain/package.ts";
import type { ClaimedFile } from "./claims.ts";

/** Paths that are named one by one. */
const PATHS_MAX = 100;

/** Where the distribution puts programs and libraries, and nobody else should. */
const SYSTEM_FOLDERS = [
  "bin/",
  "sbin/",
  "lib/",
  "lib64/",
  "usr/bin/",
  "usr/sbin/",
  "usr/lib/",
  "usr/lib64/",
  "usr/libexec/",
];

/** Below them, made by package managers and language tools as they run. */
const MADE_LATER = [
  "usr/lib/locale/",
  "usr/lib/sysimage/",
  "usr/lib/python",
  "usr/lib/node_modules/",
  "lib/apk/",
  "usr/lib/apk/",
  "usr/lib/ssl/",
  "lib/modules/",
  "usr/lib/modules/",
];

/** Hashes every file of the system's folders, with each algorithm that package databases use. */
export const fileDigests: Inspector = {
  id: "file-digests",
  version: 1,
  wants: ({ path }) =>
    isSystemPath(path) || path.startsWith("etc/") || path.startsWith("opt/") || path.startsWith("usr/share/"),
  inspect(_head, view) {
    const hashes = ALGORITHMS.map((algorithm) => ({ algorithm, hash: createHash(algorithm) }));
    for (let at = 0; at < view.sizeBytes; at += CHUNK_BYTES) {
      const chunk = view.read(at, CHUNK_BYTES);
      for (const { hash } of hashes) hash.update(chunk);
    }
    return Object.fromEntries(hashes.map(({ algorithm, hash }) => [algorithm, hash.digest("hex")]));
  },
};

const ALGORITHMS = ["md5", "sha1", "sha256"] as const;
const CHUNK_BYTES = 1024 * 1024;

/** Judges the files that the distribution's packages list, one at a time as their claims are laid. */
export interface SystemFilesJudge {
  /** Of the distribution's packages alone. */
  take(file: ClaimedFile): void;
  /** `unowned`: see `isSystemFile`. Null when no file was taken. */
  judge(unowned: readonly string[]): SystemFiles | null;
}

export function judgeSystemFiles(inspected: readonly InspectedFile[]): SystemFilesJudge {
  const digests = new Map(
    inspected.flatMap((file) => (file.by === fileDigests.id ? [[file.path, file.value] as const] : [])),
  );
  const modified: string[] = [];
  const missing: string[] = [];
  let listed = 0;
  let compared = 0;
  return {
    take(file) {
      listed += 1;
      if (file.fact === null) {
        if (isSystemPath(file.claim.path) && !file.claim.isConfiguration) missing.push(file.claim.path);
        return;
      }
      const isSame = compare(file, digests.get(file.fact.path));
      if (isSame === null) return;
      compared += 1;
      if (!isSame && !file.claim.isConfiguration) modified.push(file.fact.path);
    },
    judge(unowned) {
      if (listed === 0) return null;
      return {
        listed,
        compared,
        modified: listPaths(modified),
        missing: listPaths(missing),
        unowned: listPaths(unowned),
      };
    },
  };
}

/** Null: one of the two digests is not known, or it is no regular file any more. */
function compare({ claim, fact }: ClaimedFile, value: unknown): boolean | null {
  if (claim.digest === null || fact?.kind !== "file" || typeof value !== "object" || value === null)
    return null;
  const actual: unknown = Reflect.get(value, claim.digest.algorithm);
  return typeof actual === "string" ? actual === claim.digest.value : null;
}

/** Whether a package of the distribution should own this file. */
export function isSystemFile(file: FileCursor): boolean {
  const path = file.path();
  if (file.sizeBytes === 0 || !isSystemPath(path)) return false;
  return !MADE_LATER.some((folder) => path.startsWith(folder)) && !path.endsWith(".pyc");
}

function isSystemPath(path: string): boolean {
  return SYSTEM_FOLDERS.some((folder) => path.startsWith(folder));
}

function listPaths(paths: readonly string[]): PathList {
  // Two packages may list the same file.
  const unique = [...new Set(paths)].sort();
  return { count: unique.length, paths: unique.slice(0, PATHS_MAX) };
}
