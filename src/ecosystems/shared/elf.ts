/**
 * Executables and libraries of Linux and the BSDs: ELF of 32 and 64 bits in both byte orders, read through a view.
 * No offset, size or count of the file is trusted: whatever points past the end or past a ceiling is left out.
 *
 * Specification: https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html
 */
import { Buffer } from "node:buffer";
import type { FileView } from "../../domain/files.ts";

export interface ElfFile {
  readonly bits: 32 | 64;
  readonly littleEndian: boolean;
  /** `e_type`: 1 relocatable (kernel modules), 2 executable, 3 shared object or position-independent executable, 4 core. */
  readonly type: number;
  /** `e_machine`: 62 x86-64, 183 AArch64. */
  readonly machine: number;
  /** Empty for files whose section headers were stripped or damaged. */
  readonly sections: readonly ElfSection[];
  readonly segments: readonly ElfSegment[];
}

export interface ElfSection {
  /** `.rodata`; empty when the table of names is damaged. */
  readonly name: string;
  /** `sh_type`: 1 program bits, 7 notes, 8 no bits. */
  readonly type: number;
  /** `sh_flags`: 1 write, 2 alloc, 4 execute, 0x800 compressed. */
  readonly flags: number;
  readonly address: number;
  readonly offset: number;
  readonly sizeBytes: number;
}

export interface ElfSegment {
  /** `p_type`: 1 load, 4 note. */
  readonly type: number;
  /** `p_flags`: 1 execute, 2 write, 4 read. */
  readonly flags: number;
  readonly address: number;
  readonly offset: number;
  /** In the file. */
  readonly sizeBytes: number;
}

export interface ElfNote {
  /** `GNU`, `Go`, `FDO`. */
  readonly owner: string;
  readonly type: number;
  readonly bytes: Buffer;
}

/** Half a dozen ecosystems ask the same file in a row. */
const known = new WeakMap<FileView, ElfFile | null>();

/** Null when the file is no ELF file or ends inside of its header. Reads the header, both tables and the section names. */
export function readElf(view: FileView): ElfFile | null {
  const remembered = known.get(view);
  if (remembered !== undefined) return remembered;
  const elf = readElfAnew(view);
  known.set(view, elf);
  return elf;
}

function readElfAnew(view: FileView): ElfFile | null {
  const ident = view.read(0, 64);
  if (ident.length < 52 || ident[0] !== 0x7f || ident[1] !== 0x45 || ident[2] !== 0x4c || ident[3] !== 0x46)
    return null;
  const bits = ident[4] === 1 ? 32 : ident[4] === 2 ? 64 : null;
  if (bits === null || (ident[5] !== 1 && ident[5] !== 2)) return null;
  if (bits === 64 && ident.length < 64) return null;
  const fields = new ElfFields(Buffer.from(ident), ident[5] === 1, bits);
  const wide = bits === 64;
  const header = {
    type: fields.half(16),
    machine: fields.half(18),
    segments: {
      offset: fields.word(wide ? 32 : 28),
      size: fields.half(wide ? 54 : 42),
      count: fields.half(wide ? 56 : 44),
    },
    sections: {
      offset: fields.word(wide ? 40 : 32),
      size: fields.half(wide ? 58 : 46),
      count: fields.half(wide ? 60 : 48),
    },
    names: fields.half(wide ? 62 : 50),
  };
  return {
    bits,
    littleEndian: fields.littleEndian,
    type: header.type,
    machine: header.machine,
    sections: readSections(view, header.sections, header.names, fields),
    segments: readSegments(view, header.segments, fields),
  };
}

/** The bytes of a section in the file, copied; null when it has none there, is compressed, is cut off or is larger than `bytesMax`. */
export function sectionBytes(
  view: FileView,
  section: ElfSection | undefined,
  bytesMax: number,
): Buffer | null {
  if (section === undefined || section.type === NO_BITS || (section.flags & COMPRESSED) !== 0) return null;
  if (section.sizeBytes > bytesMax) return null;
  const bytes = view.read(section.offset, section.sizeBytes);
  return bytes.length === section.sizeBytes ? Buffer.from(bytes) : null;
}

/** The notes of the note sections, or of the note segments where there are no sections. */
export function readNotes(view: FileView, elf: ElfFile): readonly ElfNote[] {
  const sections = elf.sections.filter((section) => section.type === NOTE);
  const places =
    sections.length > 0 ? sections : elf.segments.filter((segment) => segment.type === NOTE_SEGMENT);
  const notes: ElfNote[] = [];
  for (const { offset, sizeBytes } of places.slice(0, notePlacesMax)) {
    if (sizeBytes > noteBytesMax) continue;
    const bytes = Buffer.from(view.read(offset, sizeBytes));
    notes.push(...notesIn(bytes, elf.littleEndian));
    if (notes.length > notesMax) break;
  }
  return notes.slice(0, notesMax);
}

/** Where the file holds what is loaded at an address; null when it does not. */
export function offsetOfAddress(elf: ElfFile, address: number): number | null {
  for (const segment of elf.segments) {
    if (segment.type !== LOAD) continue;
    if (address >= segment.address && address < segment.address + segment.sizeBytes)
      return segment.offset + (address - segment.address);
  }
  return null;
}

const NO_BITS = 8;
const NOTE = 7;
const COMPRESSED = 0x800;
const LOAD = 1;
const NOTE_SEGMENT = 4;

/** Real executables have some dozens; objects with a section a function have tens of thousands, of which the first are enough. */
const headersMax = 4096;
const namesBytesMax = 1024 * 1024;
const nameLengthMax = 128;
const notePlacesMax = 64;
const noteBytesMax = 64 * 1024;
const notesMax = 64;

/** Upper half of the largest number that is exact. */
const HIGH_MAX = 0x1f_ffff;

/** Numbers of a record in the byte order and width of the file. Sizes past 2^53 are no sizes: they come back as infinity. */
class ElfFields {
  readonly #bytes: Buffer;
  readonly littleEndian: boolean;
  readonly bits: 32 | 64;

  constructor(bytes: Buffer, littleEndian: boolean, bits: 32 | 64) {
    this.#bytes = bytes;
    this.littleEndian = littleEndian;
    this.bits = bits;
  }

  of(bytes: Buffer): ElfFields {
    return new ElfFields(bytes, this.littleEndian, this.bits);
  }

  half(at: number): number {
    return this.littleEndian ? this.#bytes.readUInt16LE(at) : this.#bytes.readUInt16BE(at);
  }

  four(at: number): number {
    return this.littleEndian ? this.#bytes.readUInt32LE(at) : this.#bytes.readUInt32BE(at);
  }

  word(at: number): number {
    if (this.bits === 32) return this.four(at);
    const low = this.four(this.littleEndian ? at : at + 4);
    const high = this.four(this.littleEndian ? at + 4 : at);
    return high > HIGH_MAX ? Number.POSITIVE_INFINITY : high * 0x1_0000_0000 + low;
  }
}

interface Table {
  readonly offset: number;
  readonly size: number;
  readonly count: number;
}

/** The whole records of a table that lie in the file. */
function recordsOf(view: FileView, { offset, size, count }: Table, sizeMin: number): readonly Buffer[] {
  if (size < sizeMin || !Number.isFinite(offset) || offset === 0) return [];
  const bytes = Buffer.from(view.read(offset, size * Math.min(count, headersMax)));
  const records: Buffer[] = [];
  for (let at = 0; at + size <= bytes.length; at += size) records.push(bytes.subarray(at, at + size));
  return records;
}

function readSections(view: FileView, table: Table, names: number, fields: ElfFields): readonly ElfSection[] {
  const wide = fields.bits === 64;
  const raw = recordsOf(view, table, wide ? 64 : 40).map((record) => {
    const read = fields.of(record);
    return {
      nameAt: read.four(0),
      type: read.four(4),
      flags: read.word(8) % 0x1_0000_0000,
      address: read.word(wide ? 16 : 12),
      offset: read.word(wide ? 24 : 16),
      sizeBytes: read.word(wide ? 32 : 20),
    };
  });
  const text = raw[names];
  const strings =
    text === undefined || text.sizeBytes > namesBytesMax || !Number.isFinite(text.offset)
      ? Buffer.alloc(0)
      : Buffer.from(view.read(text.offset, text.sizeBytes));
  return raw
    .map(({ nameAt, ...section }) => ({ name: stringAt(strings, nameAt), ...section }))
    .filter((section) => section.type === NO_BITS || isInside(view, section));
}

function readSegments(view: FileView, table: Table, fields: ElfFields): readonly ElfSegment[] {
  const wide = fields.bits === 64;
  return recordsOf(view, table, wide ? 56 : 32)
    .map((record) => {
      const read = fields.of(record);
      return {
        type: read.four(0),
        flags: read.four(wide ? 4 : 24),
        offset: read.word(wide ? 8 : 4),
        address: read.word(wide ? 16 : 8),
        sizeBytes: read.word(wide ? 32 : 16),
      };
    })
    .filter((segment) => isInside(view, segment));
}

function isInside(view: FileView, { offset, sizeBytes }: { offset: number; sizeBytes: number }): boolean {
  return Number.isFinite(offset) && Number.isFinite(sizeBytes) && offset + sizeBytes <= view.sizeBytes;
}

function stringAt(strings: Buffer, at: number): string {
  if (at >= strings.length) return "";
  const end = strings.indexOf(0, at);
  return strings.toString("latin1", at, Math.min(end === -1 ? strings.length : end, at + nameLengthMax));
}

/** Owner and description are padded to four bytes; so are those of 8-byte aligned sections, but the GNU property, which is not needed. */
function notesIn(bytes: Buffer, littleEndian: boolean): readonly ElfNote[] {
  const notes: ElfNote[] = [];
  const four = (at: number): number => (littleEndian ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
  let at = 0;
  while (at + 12 <= bytes.length && notes.length < notesMax) {
    const ownerLength = four(at);
    const length = four(at + 4);
    const start = at + 12 + padded(ownerLength);
    if (start + length > bytes.length) break;
    notes.push({
      owner: bytes.toString("latin1", at + 12, at + 12 + Math.max(0, ownerLength - 1)),
      type: four(at + 8),
      bytes: bytes.subarray(start, start + length),
    });
    at = start + padded(length);
  }
  return notes;
}

function padded(length: number): number {
  return Math.ceil(length / 4) * 4;
}
