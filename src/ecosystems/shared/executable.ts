/**
 * Executables of all systems as a list of regions: ELF, and of PE (Windows) and Mach-O as much as finding a section or an
 * address needs. Programs for other systems lie in images too (installers, tool caches).
 *
 * Specifications: https://learn.microsoft.com/windows/win32/debug/pe-format, Mach-O: `mach-o/loader.h`.
 */
import { Buffer } from "node:buffer";
import type { FileView } from "../../domain/files.ts";
import { readElf } from "./elf.ts";

export interface Executable {
  readonly format: "elf" | "pe" | "mach-o";
  /** Size of a pointer. */
  readonly bits: 32 | 64;
  readonly littleEndian: boolean;
  /** Sections, or segments where there are none, that lie in the file. */
  readonly regions: readonly Region[];
  /** What is loaded into memory, for `offsetOf`. */
  readonly loaded: readonly Region[];
}

export interface Region {
  /** `.rodata`, `__TEXT,__const`; empty for a segment. */
  readonly name: string;
  readonly offset: number;
  readonly sizeBytes: number;
  readonly address: number;
  /** Instructions, with or without data between them. */
  readonly isCode: boolean;
  readonly isWritable: boolean;
}

/** Half a dozen ecosystems ask the same file in a row. */
const known = new WeakMap<FileView, Executable | null>();

/** Null when the file is no executable that is known here. */
export function readExecutable(view: FileView): Executable | null {
  const remembered = known.get(view);
  if (remembered !== undefined) return remembered;
  const file = readExecutableAnew(view);
  known.set(view, file);
  return file;
}

function readExecutableAnew(view: FileView): Executable | null {
  const start = view.read(0, 4);
  if (start.length < 4) return null;
  const [a, b, c, d] = start;
  if (a === 0x7f && b === 0x45 && c === 0x4c && d === 0x46) return fromElf(view);
  if (a === 0x4d && b === 0x5a) return readPe(view);
  if (a === 0xcf && b === 0xfa && c === 0xed && d === 0xfe) return readMachO(view, 0, 64);
  if (a === 0xce && b === 0xfa && c === 0xed && d === 0xfe) return readMachO(view, 0, 32);
  if (a === 0xca && b === 0xfe && c === 0xba && d === 0xbe) return readFatMachO(view);
  return null;
}

/** The region of this name. */
export function findRegion(file: Executable, name: string): Region | null {
  return file.regions.find((region) => region.name === name) ?? null;
}

/** Where the file holds what is loaded at an address; null when it does not. */
export function offsetOf(file: Executable, address: number): number | null {
  for (const region of file.loaded) {
    if (address >= region.address && address < region.address + region.sizeBytes)
      return region.offset + (address - region.address);
  }
  return null;
}

/** The region's bytes, copied; null when it is larger than `bytesMax` or cut off. */
export function regionBytes(view: FileView, region: Region | null, bytesMax: number): Buffer | null {
  if (region === null || region.sizeBytes > bytesMax) return null;
  const bytes = view.read(region.offset, region.sizeBytes);
  return bytes.length === region.sizeBytes ? Buffer.from(bytes) : null;
}

const regionsMax = 512;
const loadCommandsBytesMax = 256 * 1024;

function fromElf(view: FileView): Executable | null {
  const elf = readElf(view);
  if (elf === null) return null;
  const loaded = elf.segments
    .filter((segment) => segment.type === 1)
    .map(({ offset, sizeBytes, address, flags }) => ({
      name: "",
      offset,
      sizeBytes,
      address,
      isCode: (flags & 1) !== 0,
      isWritable: (flags & 2) !== 0,
    }));
  const sections = elf.sections
    .filter((section) => section.type !== 8 && section.type !== 0 && section.sizeBytes > 0)
    .map(({ name, offset, sizeBytes, address, flags }) => ({
      name,
      offset,
      sizeBytes,
      address,
      isCode: (flags & 4) !== 0,
      isWritable: (flags & 1) !== 0,
    }));
  const { bits, littleEndian } = elf;
  return { format: "elf", bits, littleEndian, regions: sections.length > 0 ? sections : loaded, loaded };
}

function readPe(view: FileView): Executable | null {
  const dos = view.read(0, 64);
  if (dos.length < 64) return null;
  const at = Buffer.from(dos).readUInt32LE(60);
  const header = Buffer.from(view.read(at, 24 + 112));
  if (header.length < 24 + 32 || header.toString("latin1", 0, 4) !== "PE\0\0") return null;
  const count = Math.min(header.readUInt16LE(6), regionsMax);
  const optionalSize = header.readUInt16LE(20);
  const wide = header.readUInt16LE(24) === 0x20b;
  const imageBase = wide ? Number(header.readBigUInt64LE(24 + 24)) : header.readUInt32LE(24 + 28);
  const table = Buffer.from(view.read(at + 24 + optionalSize, count * 40));
  const regions: Region[] = [];
  for (let row = 0; row + 40 <= table.length; row += 40) {
    const flags = table.readUInt32LE(row + 36);
    const region: Region = {
      name: nameOf(table.subarray(row, row + 8)),
      address: imageBase + table.readUInt32LE(row + 12),
      sizeBytes: table.readUInt32LE(row + 16),
      offset: table.readUInt32LE(row + 20),
      isCode: (flags & 0x2000_0020) !== 0,
      isWritable: (flags & 0x8000_0000) !== 0,
    };
    if (region.sizeBytes > 0 && region.offset + region.sizeBytes <= view.sizeBytes) regions.push(region);
  }
  return { format: "pe", bits: wide ? 64 : 32, littleEndian: true, regions, loaded: regions };
}

/** A universal binary: the programs for its machines are built from the same source, so the first one speaks for all. */
function readFatMachO(view: FileView): Executable | null {
  const header = Buffer.from(view.read(0, 28));
  // The same magic starts Java classes, whose version stands where the count does: 45 and more.
  if (header.length < 28 || header.readUInt32BE(4) > 32 || header.readUInt32BE(4) === 0) return null;
  const offset = header.readUInt32BE(16);
  const magic = Buffer.from(view.read(offset, 4));
  if (magic.length < 4) return null;
  if (magic.readUInt32LE(0) === 0xfeedfacf) return readMachO(view, offset, 64);
  return magic.readUInt32LE(0) === 0xfeedface ? readMachO(view, offset, 32) : null;
}

/** Little-endian only: the last big-endian Macs are older than what is looked for. */
function readMachO(view: FileView, base: number, bits: 32 | 64): Executable | null {
  const headerSize = bits === 64 ? 32 : 28;
  const header = Buffer.from(view.read(base, headerSize));
  if (header.length < headerSize) return null;
  const commands = Buffer.from(
    view.read(base + headerSize, Math.min(header.readUInt32LE(20), loadCommandsBytesMax)),
  );
  const regions: Region[] = [];
  let at = 0;
  while (at + 8 <= commands.length && regions.length < regionsMax) {
    const size = commands.readUInt32LE(at + 4);
    if (size < 8 || at + size > commands.length) break;
    const kind = commands.readUInt32LE(at);
    const command = commands.subarray(at, at + size);
    if (kind === SEGMENT_64 && bits === 64) regions.push(...machOSections(command, base, 64));
    if (kind === SEGMENT && bits === 32) regions.push(...machOSections(command, base, 32));
    at += size;
  }
  const inside = regions.filter(
    (region) => region.sizeBytes > 0 && region.offset + region.sizeBytes <= view.sizeBytes,
  );
  return { format: "mach-o", bits, littleEndian: true, regions: inside, loaded: inside };
}

const SEGMENT = 0x1;
const SEGMENT_64 = 0x19;

function machOSections(command: Buffer, base: number, bits: 32 | 64): readonly Region[] {
  const wide = bits === 64;
  const headerSize = wide ? 72 : 56;
  const size = wide ? 80 : 68;
  const regions: Region[] = [];
  for (let at = headerSize; at + size <= command.length && regions.length < regionsMax; at += size) {
    const segment = nameOf(command.subarray(at + 16, at + 32));
    const flags = command.readUInt32LE(at + (wide ? 64 : 56));
    regions.push({
      name: `${segment},${nameOf(command.subarray(at, at + 16))}`,
      address: wide ? Number(command.readBigUInt64LE(at + 32)) : command.readUInt32LE(at + 32),
      sizeBytes: wide ? Number(command.readBigUInt64LE(at + 40)) : command.readUInt32LE(at + 36),
      offset: base + command.readUInt32LE(at + (wide ? 48 : 40)),
      isCode: (flags & 0x8000_0400) !== 0,
      isWritable: segment.startsWith("__DATA"),
    });
  }
  return regions;
}

/** Text in a field of fixed length, ended by the first zero. */
function nameOf(field: Buffer): string {
  const end = field.indexOf(0);
  return field.toString("latin1", 0, end === -1 ? field.length : end);
}
