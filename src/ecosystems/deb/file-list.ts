/**
 * The files of Debian packages: `info/<package>.list` and `.md5sums` of dpkg, `<package>.md5sums` alone in distroless images, and
 * the diversions by which one package moves a file of another aside.
 * Format: dpkg-query(1), section "Files"; dpkg-divert(1); deb-md5sums(5).
 */
import type { FileClaim } from "../../domain/package.ts";

/** Where dpkg keeps the lists. */
export const INFO_FOLDER = "var/lib/dpkg/info/";
export const DIVERSIONS = "var/lib/dpkg/diversions";

/** A file that was moved aside: `path` of any package but `by` is really at `to`. */
export interface Diversion {
  readonly to: string;
  /** Name of the package that asked for it; null: the administrator did. */
  readonly by: string | null;
}

/** Three lines each: path, path it goes to, package or `:`. By path, without leading slashes. */
export function readDiversions(text: string): ReadonlyMap<string, Diversion> {
  const lines = text.split("\n");
  const diversions = new Map<string, Diversion>();
  for (let at = 0; at + 2 < lines.length; at += 3) {
    const [from = "", to = "", by = ""] = lines.slice(at, at + 3);
    if (from.startsWith("/") && to.startsWith("/")) {
      diversions.set(from.slice(1), { to: to.slice(1), by: by === ":" ? null : by });
    }
  }
  return diversions;
}

/** What is known of the files of one package. */
export interface PackageFiles {
  /** Text of its `.list`; null: there is none. */
  readonly list: string | null;
  /** Text of its `.md5sums`; null: there is none. */
  readonly sums: string | null;
  /** Digests of its configuration files by path, from the status file. */
  readonly configuration: ReadonlyMap<string, string>;
}

/**
 * Claims on the files and links of a package. Folders are left out as far as the list shows that something is in them: packages
 * share them. Paths are as written; where `/lib` leads is for the tree to tell.
 */
export function fileClaims(
  purl: string,
  name: string,
  files: PackageFiles,
  diversions: ReadonlyMap<string, Diversion>,
): readonly FileClaim[] {
  const claims: FileClaim[] = [];
  const { configuration } = files;
  const add = (path: string, value: string | null): void => {
    const configured = configuration.size === 0 ? undefined : configuration.get(path);
    const diversion = diversions.size === 0 ? undefined : diversions.get(path);
    const digest = configured ?? value;
    claims.push({
      purl,
      path: diversion === undefined || diversion.by === name ? path : diversion.to,
      kind: "file",
      digest: digest === null ? null : { algorithm: "md5", value: digest },
      isConfiguration: configured !== undefined,
    });
  };
  const summed = readSums(files.sums ?? "", add);
  if (files.list !== null) for (const path of readRest(files.list, summed)) add(path, null);
  return claims;
}

/**
 * Hands over path and MD5 of each `<md5>  <path>` line and gives the paths. A line that is not of that form is left out: then
 * its file has no digest.
 */
function readSums(text: string, add: (path: string, value: string) => void): readonly string[] {
  const paths: string[] = [];
  for (let at = 0; at < text.length;) {
    const end = lineEnd(text, at);
    if (end - at > PATH_AT && text.charCodeAt(at + MD5_LENGTH) === BLANK && isMd5(text, at)) {
      // Two blanks, or one and an asterisk; some packages write paths from the root.
      const path = withoutRoot(text, at + PATH_AT, end);
      add(path, text.slice(at, at + MD5_LENGTH));
      paths.push(path);
    }
    at = end + 1;
  }
  return paths;
}

const MD5_LENGTH = 32;
const PATH_AT = MD5_LENGTH + 2;
const BLANK = 0x20;

function isMd5(text: string, at: number): boolean {
  for (let index = at; index < at + MD5_LENGTH; index += 1) {
    const code = text.charCodeAt(index);
    if (!((code >= 0x30 && code <= 0x39) || (code >= 0x61 && code <= 0x66))) return false;
  }
  return true;
}

function withoutRoot(text: string, at: number, end: number): string {
  const start = text.startsWith("./", at) ? at + 2 : text.startsWith("/", at) ? at + 1 : at;
  return text.slice(start, end);
}

/**
 * Paths of a list without leading slash that are neither in `summed` nor folders that others of the list are in: links, and
 * files without a digest. Both lists mostly have the same order, so that few paths must be looked up.
 */
function readRest(text: string, summed: readonly string[]): readonly string[] {
  const rest: string[] = [];
  let next = 0;
  let expected = summed[0];
  let last = "";
  for (let at = 0; at < text.length;) {
    const end = lineEnd(text, at);
    const path = text.slice(at + 1, end);
    // What follows a folder is in it.
    if (isIn(path, last)) rest.pop();
    last = "";
    if (path === expected) {
      next += 1;
      expected = summed[next];
    } else if (text.charCodeAt(at) === SLASH && path !== "" && path !== ".") {
      rest.push(path);
      last = path;
    }
    at = end + 1;
  }
  if (rest.length === 0) return rest;
  // Where the orders differ (`a-b/1` stands before `a/1` in one of them), some that were not expected are known.
  const known = new Set(next === summed.length ? [] : summed);
  const left = known.size === 0 ? rest : rest.filter((path) => !known.has(path));
  const folders = foldersOf([summed, left]);
  return left.filter((path) => !folders.has(path));
}

function isIn(path: string, folder: string): boolean {
  return folder !== "" && path.charCodeAt(folder.length) === SLASH && path.startsWith(folder);
}

/** Every folder that one of the paths is in. */
function foldersOf(lists: readonly (readonly string[])[]): ReadonlySet<string> {
  const folders = new Set<string>();
  for (const paths of lists) {
    let last = "";
    for (const path of paths) {
      const folder = path.slice(0, Math.max(0, path.lastIndexOf("/")));
      // Files of one folder stand one after the other.
      if (folder !== last) folders.add(folder);
      last = folder;
    }
  }
  return folders;
}

const SLASH = 0x2f;

function lineEnd(text: string, at: number): number {
  const newline = text.indexOf("\n", at);
  return newline === -1 ? text.length : newline;
}
