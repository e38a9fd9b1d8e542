/**
 * Alpine's list of installed packages, `lib/apk/db/installed`: records of `X:value` lines parted by blank lines.
 * Format: https://wiki.alpinelinux.org/wiki/Apk_spec (index fields and the installed database).
 */
import { Buffer } from "node:buffer";
import type { PackageDigest } from "../../domain/package.ts";
import { isToken, nameLengthMax, versionLengthMax } from "../shared/text.ts";

export interface ApkRecord {
  readonly name: string;
  readonly version: string;
  /** `x86_64`, or null. */
  readonly architecture: string | null;
  /** As written: an SPDX expression, or a list of old. Null: not given. */
  readonly license: string | null;
  /** `o:`, the package that the build recipe is named for; null in very old databases. */
  readonly origin: string | null;
  readonly maintainer: string | null;
  readonly description: string | null;
  /** `I:`, bytes. */
  readonly sizeBytes: number | null;
  /** `S:`, bytes of the package as it was fetched. */
  readonly packedSizeBytes: number | null;
  /** `C:`, of the part of the package that describes it. */
  readonly digest: PackageDigest | null;
  /** `D:`, as written; empty: none. */
  readonly depends: string;
  /** `p:`, as written; empty: none. */
  readonly provides: string;
  /** In the order of the database; empty when they were not asked for. */
  readonly files: readonly ApkFile[];
}

export interface ApkFile {
  /** Without leading slash. */
  readonly path: string;
  readonly digest: PackageDigest | null;
}

/** What tells one installed package of a database from another: name, version and architecture. */
export function identityOf(record: ApkRecord): string {
  return `${record.name} ${record.version} ${record.architecture ?? ""}`;
}

export interface ApkReading {
  readonly records: readonly ApkRecord[];
  /** Records that are not, or not wholly, understood, in words. */
  readonly complaints: readonly string[];
}

/**
 * Reads every record; a bad one is a complaint and loses only itself. Linear in the text's length. The lists of files are most
 * of the database: without them it is read quicker.
 */
export function readInstalled(text: string, { withFiles }: { readonly withFiles: boolean }): ApkReading {
  const records: ApkRecord[] = [];
  const complaints: string[] = [];
  let open = newFields(1);
  let lineNumber = 0;
  const close = () => {
    if (!open.hasLines) return;
    const record = readRecord(open);
    if (record !== null) records.push(record);
    else complaints.push(`the record at line ${open.line} has no valid package name and version`);
    if (record !== null && open.badLines > 0) {
      complaints.push(`the record at line ${open.line} has ${open.badLines} unreadable lines`);
    }
  };
  for (const line of linesOf(text)) {
    lineNumber += 1;
    if (line === "") {
      close();
      open = newFields(lineNumber + 1);
      continue;
    }
    open.hasLines = true;
    const letter = line[0] ?? "";
    if (line[1] !== ":") open.badLines += 1;
    else if (isFileLine(letter)) {
      if (withFiles) addFileLine(open, letter, line);
    } else if (!open.values.has(letter)) open.values.set(letter, line.slice(2).trim());
  }
  close();
  return { records, complaints };
}

interface OpenRecord {
  readonly values: Map<string, string>;
  readonly line: number;
  readonly files: { path: string; digest: PackageDigest | null }[];
  /** With a slash at the end; empty: the root. */
  folder: string;
  hasLines: boolean;
  badLines: number;
}

function newFields(line: number): OpenRecord {
  return { values: new Map(), line, files: [], folder: "", hasLines: false, badLines: 0 };
}

/** Lines that list a package's folders and files. */
function isFileLine(letter: string): boolean {
  return letter === "F" || letter === "R" || letter === "M" || letter === "a" || letter === "Z";
}

/** `F:` opens a folder, `R:` names a file in it, `Z:` gives the digest of the file before. */
function addFileLine(open: OpenRecord, letter: string, line: string): void {
  if (letter === "F") open.folder = line.length === 2 ? "" : `${line.slice(2)}/`;
  else if (letter === "R") open.files.push({ path: open.folder + line.slice(2), digest: null });
  else if (letter === "Z") {
    const last = open.files.at(-1);
    if (last !== undefined) last.digest = readDigest(line.slice(2));
  }
}

/**
 * `Q1` and SHA-1 or `Q2` and SHA-256, in base64. Newer packages have the first 20 bytes of SHA-256 behind `Q2`, which is no
 * digest that could be compared.
 */
function readDigest(text: string): PackageDigest | null {
  if (text.length > 50) return null;
  const value = Buffer.from(text.slice(2), "base64");
  if (text.startsWith("Q1") && value.length === 20)
    return { algorithm: "sha1", value: value.toString("hex") };
  if (text.startsWith("Q2") && value.length === 32)
    return { algorithm: "sha256", value: value.toString("hex") };
  return null;
}

function* linesOf(text: string): Generator<string> {
  let at = 0;
  while (at < text.length) {
    const newline = text.indexOf("\n", at);
    const end = newline === -1 ? text.length : newline;
    yield text.slice(at, end > at && text[end - 1] === "\r" ? end - 1 : end);
    at = end + 1;
  }
}

function readRecord({ values, files }: OpenRecord): ApkRecord | null {
  const name = values.get("P");
  const version = values.get("V");
  if (!isToken(name, nameLengthMax) || !isToken(version, versionLengthMax)) return null;
  const architecture = values.get("A");
  const origin = values.get("o");
  return {
    name,
    version,
    architecture: isToken(architecture, nameLengthMax) ? architecture : null,
    license: values.get("L") ?? null,
    origin: isToken(origin, nameLengthMax) ? origin : null,
    maintainer: values.get("m") ?? null,
    description: values.get("T") ?? null,
    sizeBytes: readBytes(values.get("I")),
    packedSizeBytes: readBytes(values.get("S")),
    digest: readDigest(values.get("C") ?? ""),
    depends: values.get("D") ?? "",
    provides: values.get("p") ?? "",
    files,
  };
}

function readBytes(text = ""): number | null {
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}
