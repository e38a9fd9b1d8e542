/**
 * The version resource of a portable executable (https://learn.microsoft.com/windows/win32/debug/pe-format,
 * https://learn.microsoft.com/windows/win32/menurc/vs-versioninfo): headers, section table, resource directory and the resource
 * itself are read, nothing else of the file.
 */
import { Buffer } from "node:buffer";
import type { FileView } from "../../domain/files.ts";

export interface AssemblyFacts {
  /** Whether it holds code of .NET; other programs have version resources too. */
  readonly isManaged: boolean;
  /** Values of `StringFileInfo`, the first of equal keys: `ProductVersion`, `OriginalFilename`. */
  readonly strings: ReadonlyMap<string, string>;
}

/** Null: the file is no portable executable. Never throws for any bytes. */
export function readVersionResource(view: FileView): AssemblyFacts | null {
  const headers = readHeaders(view);
  if (headers === null) return null;
  const { isManaged } = headers;
  const bytes = headers.resources === null ? null : findResource(view, headers, headers.resources);
  return { isManaged, strings: bytes === null ? new Map() : readStrings(bytes) };
}

interface Directory {
  /** Address in memory, relative to the image. */
  readonly address: number;
  readonly sizeBytes: number;
}

interface Section extends Directory {
  /** Offset in the file. */
  readonly offset: number;
  readonly rawBytes: number;
}

interface Headers {
  readonly isManaged: boolean;
  readonly resources: Directory | null;
  readonly sections: readonly Section[];
}

function readHeaders(view: FileView): Headers | null {
  const dos = bytesAt(view, 0, 64);
  if (dos.length < 64 || dos.readUInt16LE(0) !== DOS_MARK) return null;
  const at = dos.readUInt32LE(60);
  const file = bytesAt(view, at, 24);
  if (file.length < 24 || file.readUInt32LE(0) !== PE_MARK) return null;
  const optionalBytes = file.readUInt16LE(20);
  const optional = bytesAt(view, at + 24, optionalBytes);
  if (optional.length < optionalBytes || optional.length < 96) return null;
  const isWide = optional.readUInt16LE(0) === PE32_PLUS;
  const directories = isWide ? 112 : 96;
  const sections = readSections(view, at + 24 + optionalBytes, Math.min(file.readUInt16LE(6), sectionsMax));
  const code = directoryAt(optional, directories, CLR_DIRECTORY);
  return {
    isManaged: code !== null,
    resources: directoryAt(optional, directories, RESOURCE_DIRECTORY),
    sections,
  };
}

function directoryAt(optional: Buffer, start: number, index: number): Directory | null {
  const at = start + index * 8;
  if (at + 8 > optional.length) return null;
  const address = optional.readUInt32LE(at);
  const sizeBytes = optional.readUInt32LE(at + 4);
  return address === 0 || sizeBytes === 0 ? null : { address, sizeBytes };
}

function readSections(view: FileView, at: number, count: number): readonly Section[] {
  const table = bytesAt(view, at, count * SECTION_BYTES);
  const sections: Section[] = [];
  for (let start = 0; start + SECTION_BYTES <= table.length; start += SECTION_BYTES) {
    sections.push({
      sizeBytes: table.readUInt32LE(start + 8),
      address: table.readUInt32LE(start + 12),
      rawBytes: table.readUInt32LE(start + 16),
      offset: table.readUInt32LE(start + 20),
    });
  }
  return sections;
}

/** Bytes of the first resource of the type "version", by type, name and language; null: it has none that can be read. */
function findResource(view: FileView, { sections }: Headers, root: Directory): Buffer | null {
  const start = offsetOf(sections, root.address);
  if (start === null) return null;
  const type = entriesAt(view, start).find(({ id }) => id === VERSION_TYPE);
  if (type?.isFolder !== true) return null;
  const name = entriesAt(view, start + type.offset)[0];
  if (name === undefined) return null;
  const language = name.isFolder ? entriesAt(view, start + name.offset)[0] : name;
  if (language === undefined || language.isFolder) return null;
  const leaf = bytesAt(view, start + language.offset, 8);
  if (leaf.length < 8) return null;
  const offset = offsetOf(sections, leaf.readUInt32LE(0));
  return offset === null ? null : bytesAt(view, offset, Math.min(leaf.readUInt32LE(4), resourceBytesMax));
}

interface ResourceEntry {
  readonly id: number;
  readonly isFolder: boolean;
  /** From the start of the resources. */
  readonly offset: number;
}

function entriesAt(view: FileView, at: number): readonly ResourceEntry[] {
  const head = bytesAt(view, at, 16);
  if (head.length < 16) return [];
  const count = Math.min(head.readUInt16LE(12) + head.readUInt16LE(14), entriesMax);
  const table = bytesAt(view, at + 16, count * 8);
  const entries: ResourceEntry[] = [];
  for (let start = 0; start + 8 <= table.length; start += 8) {
    const target = table.readUInt32LE(start + 4);
    entries.push({
      id: table.readUInt32LE(start),
      isFolder: target >= FOLDER_BIT,
      offset: target % FOLDER_BIT,
    });
  }
  return entries;
}

function offsetOf(sections: readonly Section[], address: number): number | null {
  const section = sections.find(
    (each) => address >= each.address && address < each.address + Math.max(each.sizeBytes, each.rawBytes),
  );
  return section === undefined ? null : section.offset + address - section.address;
}

/**
 * `VS_VERSIONINFO` is a tree of blocks: length, length of the value, type, key, value, children, each on a border of four bytes.
 * Strings are the third level below `StringFileInfo`.
 */
function readStrings(bytes: Buffer): ReadonlyMap<string, string> {
  const strings = new Map<string, string>();
  const root = blockAt(bytes, 0, bytes.length);
  if (root?.key !== "VS_VERSION_INFO") return strings;
  for (const part of childrenOf(bytes, root)) {
    if (part.key !== "StringFileInfo") continue;
    for (const table of childrenOf(bytes, part)) {
      for (const { key, value, valueEnd, end } of childrenOf(bytes, table)) {
        const text = bytes.toString("utf16le", value, Math.min(valueEnd, end, value + STRING_BYTES_MAX));
        const zero = text.indexOf("\0");
        if (strings.size < stringsMax && !strings.has(key))
          strings.set(key, (zero === -1 ? text : text.slice(0, zero)).trim());
      }
    }
  }
  return strings;
}

interface Block {
  readonly key: string;
  readonly value: number;
  readonly valueEnd: number;
  readonly end: number;
}

function blockAt(bytes: Buffer, at: number, limit: number): Block | null {
  if (at + 6 > limit) return null;
  const length = bytes.readUInt16LE(at);
  const end = at + length;
  if (length < 6 || end > limit) return null;
  let keyEnd = at + 6;
  while (keyEnd + 1 < end && bytes.readUInt16LE(keyEnd) !== 0) keyEnd += 2;
  const value = border(keyEnd + 2);
  // The length of a text counts characters, that of other values bytes.
  const unit = bytes.readUInt16LE(at + 4) === 1 ? 2 : 1;
  const valueEnd = Math.min(value + bytes.readUInt16LE(at + 2) * unit, end);
  return { key: bytes.toString("utf16le", at + 6, keyEnd), value, valueEnd, end };
}

function childrenOf(bytes: Buffer, { valueEnd, end }: Block): readonly Block[] {
  const children: Block[] = [];
  let at = border(valueEnd);
  while (children.length < stringsMax) {
    const child = blockAt(bytes, at, end);
    if (child === null) return children;
    children.push(child);
    at = border(child.end);
  }
  return children;
}

function border(at: number): number {
  return (at + 3) & ~3;
}

/** A copy: the view may use its bytes again. */
function bytesAt(view: FileView, offset: number, length: number): Buffer {
  return Buffer.from(view.read(offset, length));
}

const DOS_MARK = 0x5a4d;
const PE_MARK = 0x00004550;
const PE32_PLUS = 0x20b;
const RESOURCE_DIRECTORY = 2;
const CLR_DIRECTORY = 14;
const SECTION_BYTES = 40;
const VERSION_TYPE = 16;
const FOLDER_BIT = 0x80000000;
const STRING_BYTES_MAX = 1000;

const sectionsMax = 96;
const entriesMax = 4096;
const stringsMax = 100;
const resourceBytesMax = 64 * 1024;
