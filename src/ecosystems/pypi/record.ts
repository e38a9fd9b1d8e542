/**
 * Files of an installed distribution: `RECORD` of a dist-info folder
 * (https://packaging.python.org/en/latest/specifications/recording-installed-packages/#the-record-file) and `installed-files.txt` of
 * an egg-info folder.
 */
import type { PackageDigest } from "../../domain/package.ts";
import { fromBase64 } from "../shared/digests.ts";

export interface RecordedFile {
  /** Without leading slash. */
  readonly path: string;
  readonly digest: PackageDigest | null;
}

export interface RecordReading {
  readonly files: readonly RecordedFile[];
  /** Of all files that have a size. */
  readonly sizeBytes: number;
  /** More files than are read. */
  readonly isCut: boolean;
}

/** The largest wheels have some tens of thousands. */
const filesMax = 200_000;

/** Lines of `path,algorithm=digest,size`, paths from the folder `site`. */
export function readRecord(text: string, site: string): RecordReading {
  const files: RecordedFile[] = [];
  let sizeBytes = 0;
  let at = 0;
  while (at < text.length && files.length < filesMax) {
    const newline = text.indexOf("\n", at);
    const end = newline === -1 ? text.length : newline;
    const { written, hash, size } = splitLine(text.slice(at, end).trimEnd());
    at = end + 1;
    const path = resolvePath(site, written);
    if (path === "") continue;
    const equals = hash.indexOf("=");
    files.push({
      path,
      digest: equals === -1 ? null : fromBase64(hash.slice(0, equals), hash.slice(equals + 1)),
    });
    if (DIGITS.test(size)) sizeBytes += Number(size);
  }
  return { files, sizeBytes, isCut: at < text.length };
}

const DIGITS = /^\d{1,12}$/;

/** A path with a comma or a quote in it stands in quotes, its quotes doubled. */
function splitLine(line: string): Readonly<Record<"written" | "hash" | "size", string>> {
  if (!line.startsWith('"')) {
    const [written = "", hash = "", size = ""] = line.split(",", 3);
    return { written, hash, size };
  }
  let end = line.indexOf('"', 1);
  while (end !== -1 && line[end + 1] === '"') end = line.indexOf('"', end + 2);
  if (end === -1) return { written: "", hash: "", size: "" };
  const [, hash = "", size = ""] = line.slice(end + 1).split(",", 3);
  return { written: line.slice(1, end).replaceAll('""', '"'), hash, size };
}

/** Lines of paths, from the egg-info folder. */
export function readInstalledFiles(text: string, folder: string): readonly RecordedFile[] {
  return text
    .split("\n", filesMax)
    .map((line) => ({ path: resolvePath(folder, line.trim()), digest: null }))
    .filter(({ path }) => path !== "");
}

/** The path that `written` means from a folder, with `.` and `..` taken out; empty: none. */
export function resolvePath(folder: string, written: string): string {
  if (written === "" || written.length > pathLengthMax) return "";
  if (written.startsWith("/")) return normalise(written.split("/"));
  if (!written.includes("./")) return folder === "" ? written : `${folder}/${written}`;
  return normalise([...folder.split("/"), ...written.split("/")]);
}

const pathLengthMax = 4096;

function normalise(parts: readonly string[]): string {
  const kept: string[] = [];
  for (const part of parts) {
    if (part === "..") kept.pop();
    else if (part !== "." && part !== "") kept.push(part);
  }
  return kept.join("/");
}
