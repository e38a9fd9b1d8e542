/**
 * The files of an rpm package, from the lists in its header.
 * Flags and states: https://github.com/rpm-software-management/rpm/blob/rpm-4.20.x/include/rpm/rpmfiles.h
 */
import type { FileClaim, PackageDigest } from "../../domain/package.ts";
import { digestOf } from "../shared/package-of.ts";
import { tags, type RpmHeader } from "./header.ts";

/**
 * Claims on the files and links that the package brought. Left out are folders, which packages share, and what was not
 * installed (documentation and languages that the image does without). What the package only reserves a name for (a ghost)
 * has no digest and counts as configuration: it may be there or not.
 */
export function fileClaims(header: RpmHeader, purl: string): readonly FileClaim[] {
  const algorithm = algorithms[header.numbers(tags.fileDigestAlgorithm)[0] ?? MD5];
  const modes = header.numbers(tags.fileModes);
  const states = header.numbers(tags.fileStates);
  const flags = header.numbers(tags.fileFlags);
  const digests = header.texts(tags.fileDigests);
  const claims: FileClaim[] = [];
  for (const [index, path] of pathsOf(header).entries()) {
    const type = (modes[index] ?? REGULAR) & TYPE_MASK;
    const state = states[index] ?? NORMAL;
    if (type === FOLDER || (state !== NORMAL && state !== NET_SHARED)) continue;
    const flag = flags[index] ?? 0;
    const isGhost = (flag & GHOST) !== 0;
    const digest = type === REGULAR && !isGhost && algorithm !== undefined ? digests[index] : undefined;
    claims.push({
      purl,
      path,
      kind: "file",
      digest: digest === undefined || algorithm === undefined ? null : digestOf(algorithm, digest),
      isConfiguration: isGhost || (flag & (CONFIG | MISSING_OK)) !== 0,
    });
  }
  return claims;
}

/** Paths without leading slash, in the order of all the other lists. Very old packages have one list of whole names. */
function pathsOf(header: RpmHeader): readonly string[] {
  const baseNames = header.texts(tags.baseNames);
  if (baseNames.length === 0) return header.texts(tags.oldFileNames).map(withoutSlash);
  const folders = header.texts(tags.dirNames).map(withoutSlash);
  const indexes = header.numbers(tags.dirIndexes);
  return baseNames.map((name, index) => (folders[indexes[index] ?? -1] ?? "") + name);
}

function withoutSlash(path: string): string {
  return path.startsWith("/") ? path.slice(1) : path;
}

/** RFC 4880, section 9.4, as rpm numbers them; packages before 2009 say nothing and have MD5. */
const algorithms: Readonly<Record<number, PackageDigest["algorithm"]>> = {
  1: "md5",
  2: "sha1",
  8: "sha256",
  9: "sha384",
  10: "sha512",
};
const MD5 = 1;

const TYPE_MASK = 0o170000;
const FOLDER = 0o040000;
const REGULAR = 0o100000;

const NORMAL = 0;
/** On a file system that the machine shares with others. */
const NET_SHARED = 3;

const CONFIG = 1;
const MISSING_OK = 1 << 3;
const GHOST = 1 << 6;
