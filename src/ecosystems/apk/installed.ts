/**
 * Alpine's list of installed packages, `lib/apk/db/installed`: records of `X:value` lines parted by blank lines.
 * Format: https://wiki.alpinelinux.org/wiki/Apk_spec (index fields and the installed database).
 */
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

/** Reads every record; a bad one is a complaint and loses only itself. Linear in the text's length. */
export function readInstalled(text: string): ApkReading {
  const records: ApkRecord[] = [];
  const complaints: string[] = [];
  let open = newFields(1);
  let lineNumber = 0;
  const close = () => {
    if (!open.hasLines) return;
    const record = readRecord(open.values);
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
    if (line[1] !== ":") open.badLines += 1;
    else if (!isFileLine(line[0] ?? "") && !open.values.has(line[0] ?? "")) {
      open.values.set(line[0] ?? "", line.slice(2).trim());
    }
  }
  close();
  return { records, complaints };
}

interface OpenRecord {
  readonly values: Map<string, string>;
  readonly line: number;
  hasLines: boolean;
  badLines: number;
}

function newFields(line: number): OpenRecord {
  return { values: new Map(), line, hasLines: false, badLines: 0 };
}

/** Lines that list a package's folders and files; they are most of the database. */
function isFileLine(letter: string): boolean {
  return letter === "F" || letter === "R" || letter === "M" || letter === "a" || letter === "Z";
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

function readRecord(values: ReadonlyMap<string, string>): ApkRecord | null {
  const name = values.get("P");
  const version = values.get("V");
  if (!isToken(name, nameLengthMax) || !isToken(version, versionLengthMax)) return null;
  const architecture = values.get("A");
  const origin = values.get("o");
  const size = values.get("I") ?? "";
  return {
    name,
    version,
    architecture: isToken(architecture, nameLengthMax) ? architecture : null,
    license: values.get("L") ?? null,
    origin: isToken(origin, nameLengthMax) ? origin : null,
    maintainer: values.get("m") ?? null,
    description: values.get("T") ?? null,
    sizeBytes: /^\d{1,15}$/.test(size) ? Number(size) : null,
  };
}
