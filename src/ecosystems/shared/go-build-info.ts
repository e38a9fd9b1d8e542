/**
 * What `go version -m` prints: the modules, the toolchain and the settings that the linker writes into every Go program.
 *
 * Source of the layout: https://pkg.go.dev/debug/buildinfo and `debug/buildinfo/buildinfo.go` of Go. Since Go 1.18 the two
 * strings stand in the record itself; before that, pointers to them do.
 */
import { Buffer } from "node:buffer";
import type { FileView } from "../../domain/files.ts";
import { findRegion, offsetOf, type Executable, type Region } from "./executable.ts";

export interface GoBuildInfo {
  /** `go1.22.5`, `devel go1.23-1a2b3c`, `go1.21.0 X:boringcrypto`. */
  readonly goVersion: string;
  /** The text of `go version -m` without the indentation; empty for programs built without modules. */
  readonly modules: string;
}

/** Null when the program has none, because it is not written in Go or because it is older than Go 1.13. */
export function readGoBuildInfo(view: FileView, file: Executable): GoBuildInfo | null {
  for (const region of candidates(file)) {
    const at = findRecord(view, region);
    if (at !== null) return readRecord(view, file, at);
  }
  return null;
}

const MAGIC = Buffer.from("\xff Go buildinf:", "latin1");
const recordBytes = 32;

/** Without section names the record stands at the start of the writable data; Go's own reader looks there, too. */
const searchedBytesMax = 1024 * 1024;
const goVersionBytesMax = 256;
/** The largest programs known have some 2,000 modules, at about 100 bytes each. */
const modulesBytesMax = 2 * 1024 * 1024;

function candidates(file: Executable): readonly Region[] {
  const named = findRegion(file, ".go.buildinfo") ?? findRegion(file, "__DATA,__go_buildinfo");
  if (named !== null) return [named];
  // Every Go program has sections of its linker's own, unless all names were taken out of it.
  if (file.format === "elf" && file.regions.some(({ name }) => name !== "") && !file.regions.some(isOfGo))
    return [];
  const data = findRegion(file, ".data") ?? findRegion(file, "__DATA,__data");
  if (data !== null) return [data];
  return file.loaded.filter((region) => region.isWritable && !region.isCode).slice(0, 4);
}

function isOfGo({ name }: Region): boolean {
  return name.includes("gopclntab") || name.startsWith(".noptr") || name.startsWith(".go.");
}

function findRecord(view: FileView, region: Region): number | null {
  const bytes = view.read(region.offset, Math.min(region.sizeBytes, searchedBytesMax));
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = text.indexOf(MAGIC); at !== -1; at = text.indexOf(MAGIC, at + 1)) {
    if (at % 16 === 0 && at + recordBytes <= text.length) return region.offset + at;
  }
  return null;
}

function readRecord(view: FileView, file: Executable, at: number): GoBuildInfo | null {
  const record = Buffer.from(view.read(at, recordBytes));
  if (record.length < recordBytes) return null;
  const flags = record[15] ?? 0;
  const texts = (flags & 2) !== 0 ? readInline(view, at + recordBytes) : readPointers(view, file, record);
  if (texts === null || texts.goVersion.length === 0) return null;
  return { goVersion: texts.goVersion.toString("latin1"), modules: unframed(texts.modules) };
}

interface Texts {
  readonly goVersion: Buffer;
  readonly modules: Buffer;
}

function readInline(view: FileView, at: number): Texts | null {
  const version = readLengthAndText(view, at, goVersionBytesMax);
  if (version === null) return null;
  const modules = readLengthAndText(view, version.end, modulesBytesMax);
  return { goVersion: version.text, modules: modules?.text ?? Buffer.alloc(0) };
}

/** A length as unsigned LEB128, then the text. */
function readLengthAndText(
  view: FileView,
  at: number,
  bytesMax: number,
): { text: Buffer; end: number } | null {
  const head = view.read(at, 5);
  let length = 0;
  for (let index = 0; index < head.length; index += 1) {
    const byte = head[index] ?? 0;
    length += (byte & 0x7f) * 2 ** (7 * index);
    if (byte >= 0x80) continue;
    if (length > bytesMax) return null;
    const start = at + index + 1;
    const text = Buffer.from(view.read(start, length));
    return text.length === length ? { text, end: start + length } : null;
  }
  return null;
}

function readPointers(view: FileView, file: Executable, record: Buffer): Texts | null {
  const pointerSize = record[14];
  if (pointerSize !== 4 && pointerSize !== 8) return null;
  const littleEndian = ((record[15] ?? 0) & 1) === 0;
  const pointer = (bytes: Buffer, at: number): number => {
    if (pointerSize === 4) return littleEndian ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
    return Number(littleEndian ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at));
  };
  // A pointer to a string header: the address of the text, and its length.
  const textAt = (address: number, bytesMax: number): Buffer | null => {
    const headerAt = offsetOf(file, address);
    if (headerAt === null) return null;
    const header = Buffer.from(view.read(headerAt, pointerSize * 2));
    if (header.length < pointerSize * 2) return null;
    const length = pointer(header, pointerSize);
    const start = offsetOf(file, pointer(header, 0));
    if (start === null || length > bytesMax) return null;
    const text = Buffer.from(view.read(start, length));
    return text.length === length ? text : null;
  };
  const goVersion = textAt(pointer(record, 16), goVersionBytesMax);
  if (goVersion === null) return null;
  return {
    goVersion,
    modules: textAt(pointer(record, 16 + pointerSize), modulesBytesMax) ?? Buffer.alloc(0),
  };
}

/** The linker puts 16 bytes before and after the text, by which a running program finds it. */
function unframed(bytes: Buffer): string {
  if (bytes.length < 33 || bytes[bytes.length - 17] !== 0x0a) return "";
  return bytes.toString("utf8", 16, bytes.length - 16);
}
