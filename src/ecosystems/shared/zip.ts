/**
 * Zip archives read through a view of their bytes: the directory at the end first, then only the members that are asked for.
 * Format: APPNOTE 6.3.10 (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT), zip64 included. As Java does, offsets
 * count from where the archive starts in the file, so that a shell script or a program in front of it does not matter.
 * Longer than other files: the records of one format, whose offsets and ceilings hang together.
 */
import { Buffer } from "node:buffer";
import { inflateRawSync } from "node:zlib";
import type { FileView } from "../../domain/files.ts";

export interface ZipMember {
  /** As stored, with `/`: `META-INF/MANIFEST.MF`. Bytes that are no UTF-8 become U+FFFD. */
  readonly name: string;
  /** Unpacked. */
  readonly sizeBytes: number;
  readonly packedBytes: number;
  /** 0: stored, 8: deflated; others cannot be read. */
  readonly method: number;
  readonly isEncrypted: boolean;
  /** Of its local header, in the file. */
  readonly offset: number;
}

export type ZipOpening =
  | { readonly kind: "opened"; readonly archive: ZipArchive }
  /** The file has no directory of a zip archive at its end. */
  | { readonly kind: "no-zip" }
  | { readonly kind: "refused"; readonly reason: string };

export type ZipReading =
  | { readonly kind: "read"; readonly bytes: Uint8Array }
  | { readonly kind: "refused"; readonly reason: string };

export interface ZipArchive {
  readonly memberCount: number;
  /** Members whose name `keeps` says yes to, in the directory's order. Folders are members whose name ends with `/`. */
  members(keeps: (name: string) => boolean): Generator<ZipMember>;
  /** Its bytes, unpacked; they are the caller's own. */
  read(member: ZipMember): ZipReading;
  /** The member as a view, read in place where it is stored; the caller gives an unpacked one back with `release`. */
  open(member: ZipMember): ZipView;
  release(view: FileView): void;
}

export type ZipView =
  { readonly kind: "view"; readonly view: FileView } | { readonly kind: "refused"; readonly reason: string };

export interface ZipLimits {
  readonly membersMax: number;
  /** Of one archive's directory. */
  readonly directoryBytesMax: number;
  readonly nameBytesMax: number;
  /** Unpacked bytes of one member. */
  readonly memberBytesMax: number;
  /** Unpacked bytes of all members read. */
  readonly totalBytesMax: number;
  /** Unpacked bytes of archives in archives held at the same time. */
  readonly heldBytesMax: number;
}

export const defaultZipLimits: ZipLimits = {
  membersMax: 500_000,
  directoryBytesMax: 64 * 1024 ** 2,
  nameBytesMax: 4096,
  memberBytesMax: 256 * 1024 ** 2,
  totalBytesMax: 1024 ** 3,
  heldBytesMax: 256 * 1024 ** 2,
};

/** What is left to be spent on one outer file and all archives in it. */
export class ZipBudget {
  readonly limits: ZipLimits;
  #members: number;
  #bytes: number;
  #held = 0;

  constructor(limits: ZipLimits = defaultZipLimits) {
    this.limits = limits;
    this.#members = limits.membersMax;
    this.#bytes = limits.totalBytesMax;
  }

  takeMembers(count: number): boolean {
    this.#members -= count;
    return this.#members >= 0;
  }

  /** What is asked for counts even where it is more than is left: an archive of bombs must not be tried one by one. */
  takeBytes(count: number): boolean {
    this.#bytes -= count;
    return this.#bytes >= 0;
  }

  hold(count: number): boolean {
    if (this.#held + count > this.limits.heldBytesMax) return false;
    this.#held += count;
    return true;
  }

  release(count: number): void {
    this.#held -= count;
  }
}

/** Reads the directory of the archive. Never throws for any bytes. */
export function openZip(view: FileView, budget: ZipBudget): ZipOpening {
  const end = findEnd(view);
  if (end === null) return { kind: "no-zip" };
  const { limits } = budget;
  if (end.directoryBytes > limits.directoryBytesMax) return refuse("its directory is too large");
  if (end.members > limits.membersMax || !budget.takeMembers(end.members))
    return refuse("it has too many members");
  const start = end.directoryEnd - end.directoryBytes;
  // A copy: the view may use its bytes again.
  const directory = Buffer.from(view.read(start, end.directoryBytes));
  if (directory.length !== end.directoryBytes) return refuse("its directory is cut off");
  const walked = walkDirectory(directory, end, limits);
  if (typeof walked === "string") return refuse(walked);
  return { kind: "opened", archive: new OpenedZip(view, budget, directory, end.prefixBytes, walked) };
}

function refuse(reason: string): { readonly kind: "refused"; readonly reason: string } {
  return { kind: "refused", reason };
}

interface ZipEnd {
  readonly members: number;
  readonly directoryBytes: number;
  /** Offset in the file of the byte behind the directory. */
  readonly directoryEnd: number;
  /** Bytes in front of the archive. */
  readonly prefixBytes: number;
}

/** The record at the end that fits: its directory starts with a member, or is empty. Comments may hold its mark. */
function findEnd(view: FileView): ZipEnd | null {
  const tailBytes = Math.min(view.sizeBytes, END_BYTES + COMMENT_BYTES_MAX);
  const tailStart = view.sizeBytes - tailBytes;
  const tail = Buffer.from(view.read(tailStart, tailBytes));
  let tries = 0;
  for (let at = tail.length - END_BYTES; at >= 0 && tries < endTriesMax; at -= 1) {
    if (tail[at] !== 0x50 || tail.readUInt32LE(at) !== END_MARK) continue;
    tries += 1;
    const end = readEnd(view, tail, at, tailStart + at);
    if (end !== null) return end;
  }
  return null;
}

function readEnd(view: FileView, tail: Buffer, at: number, position: number): ZipEnd | null {
  if (at + END_BYTES + tail.readUInt16LE(at + 20) > tail.length) return null;
  let members = tail.readUInt16LE(at + 10);
  let directoryBytes = tail.readUInt32LE(at + 12);
  let directoryOffset = tail.readUInt32LE(at + 16);
  let directoryEnd = position;
  if (members === 0xffff || directoryBytes === 0xffffffff || directoryOffset === 0xffffffff) {
    const large = readEnd64(view, position);
    if (large !== null) ({ members, directoryBytes, directoryOffset, directoryEnd } = large);
  }
  const prefixBytes = directoryEnd - directoryBytes - directoryOffset;
  if (prefixBytes < 0 || directoryEnd < directoryBytes) return null;
  if (members > 0) {
    const first = Buffer.from(view.read(directoryEnd - directoryBytes, 4));
    if (first.length < 4 || first.readUInt32LE(0) !== MEMBER_MARK) return null;
  }
  return { members, directoryBytes, directoryEnd, prefixBytes };
}

/** The zip64 record, by the locator in front of the end record at `position`; null: there is none. */
function readEnd64(view: FileView, position: number): (ZipEnd & { directoryOffset: number }) | null {
  if (position < LOCATOR_BYTES) return null;
  const locator = Buffer.from(view.read(position - LOCATOR_BYTES, LOCATOR_BYTES));
  if (locator.length < LOCATOR_BYTES || locator.readUInt32LE(0) !== LOCATOR_MARK) return null;
  // Behind bytes that were put in front of the archive it is not where the locator says, but right before the locator.
  for (const at of [wide(locator, 8), position - LOCATOR_BYTES - END64_BYTES]) {
    if (at < 0 || at > position) continue;
    const end = Buffer.from(view.read(at, END64_BYTES));
    if (end.length < END64_BYTES || end.readUInt32LE(0) !== END64_MARK) continue;
    return {
      members: wide(end, 32),
      directoryBytes: wide(end, 40),
      directoryOffset: wide(end, 48),
      directoryEnd: at,
      prefixBytes: 0,
    };
  }
  return null;
}

/** 64 bits; past 2^53 the number is not exact, and far past every ceiling. */
function wide(bytes: Buffer, at: number): number {
  return bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * 2 ** 32;
}

/** Checks every member, and that no two share bytes; the offsets of the members in the directory, or why it is refused. */
function walkDirectory(directory: Buffer, end: ZipEnd, limits: ZipLimits): Uint32Array | string {
  const places = new Uint32Array(end.members);
  const spans = new Float64Array(end.members * 2);
  let isSorted = true;
  let at = 0;
  for (let index = 0; index < end.members; index += 1) {
    if (at + MEMBER_BYTES > directory.length || directory.readUInt32LE(at) !== MEMBER_MARK)
      return "its directory ends before its last member";
    const nameBytes = directory.readUInt16LE(at + 28);
    if (nameBytes > limits.nameBytesMax) return "a name in it is too long";
    const next =
      at + MEMBER_BYTES + nameBytes + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
    if (next > directory.length) return "its directory ends within a member";
    places[index] = at;
    const { offset, packedBytes } = numbersOf(directory, at, end.prefixBytes);
    const stop = offset + LOCAL_BYTES + nameBytes + packedBytes;
    if (stop > end.directoryEnd - end.directoryBytes) return "a member in it reaches past the data";
    if (index > 0 && offset < (spans[index * 2 - 1] ?? 0)) isSorted = false;
    spans[index * 2] = offset;
    spans[index * 2 + 1] = stop;
    at = next;
  }
  return isSorted || !overlaps(spans) ? places : "members in it share their bytes, as in a zip bomb";
}

function overlaps(spans: Float64Array): boolean {
  const order = Array.from({ length: spans.length / 2 }, (_, index) => index);
  order.sort((a, b) => (spans[a * 2] ?? 0) - (spans[b * 2] ?? 0));
  let stop = 0;
  for (const index of order) {
    if ((spans[index * 2] ?? 0) < stop) return true;
    stop = spans[index * 2 + 1] ?? 0;
  }
  return false;
}

interface MemberNumbers {
  readonly sizeBytes: number;
  readonly packedBytes: number;
  readonly offset: number;
}

/** Sizes and offset, with those of the zip64 field where the 32-bit ones are full. */
function numbersOf(directory: Buffer, at: number, prefixBytes: number): MemberNumbers {
  let packedBytes = directory.readUInt32LE(at + 20);
  let sizeBytes = directory.readUInt32LE(at + 24);
  let offset = directory.readUInt32LE(at + 42);
  if (packedBytes === 0xffffffff || sizeBytes === 0xffffffff || offset === 0xffffffff) {
    const start = at + MEMBER_BYTES + directory.readUInt16LE(at + 28);
    const stop = start + directory.readUInt16LE(at + 30);
    let field = start;
    while (field + 4 <= stop && directory.readUInt16LE(field) !== ZIP64_FIELD)
      field += 4 + directory.readUInt16LE(field + 2);
    let value = field + 4;
    const next = (): number => {
      value += 8;
      return value <= stop ? wide(directory, value - 8) : 0xffffffff;
    };
    if (sizeBytes === 0xffffffff) sizeBytes = next();
    if (packedBytes === 0xffffffff) packedBytes = next();
    if (offset === 0xffffffff) offset = next();
  }
  return { sizeBytes, packedBytes, offset: offset + prefixBytes };
}

class OpenedZip implements ZipArchive {
  readonly memberCount: number;
  readonly #view: FileView;
  readonly #budget: ZipBudget;
  readonly #directory: Buffer;
  readonly #prefixBytes: number;
  readonly #places: Uint32Array;
  /** Views of unpacked bytes, which count as held until they are given back. */
  readonly #unpacked = new Set<FileView>();

  constructor(
    view: FileView,
    budget: ZipBudget,
    directory: Buffer,
    prefixBytes: number,
    places: Uint32Array,
  ) {
    this.memberCount = places.length;
    this.#view = view;
    this.#budget = budget;
    this.#directory = directory;
    this.#prefixBytes = prefixBytes;
    this.#places = places;
  }

  *members(keeps: (name: string) => boolean): Generator<ZipMember> {
    const directory = this.#directory;
    for (const at of this.#places) {
      const start = at + MEMBER_BYTES;
      const name = directory.toString("utf8", start, start + directory.readUInt16LE(at + 28));
      if (!keeps(name)) continue;
      yield {
        name,
        ...numbersOf(directory, at, this.#prefixBytes),
        method: directory.readUInt16LE(at + 10),
        isEncrypted: (directory.readUInt16LE(at + 8) & 1) !== 0,
      };
    }
  }

  read(member: ZipMember): ZipReading {
    const place = this.#place(member);
    if (typeof place === "string") return refuse(place);
    if (!this.#budget.takeBytes(member.sizeBytes)) return refuse("the archive unpacks to too many bytes");
    const packed = this.#view.read(place, member.packedBytes);
    if (packed.length !== member.packedBytes) return refuse("the member is cut off");
    if (member.method === STORED) return { kind: "read", bytes: Uint8Array.from(packed) };
    try {
      // One byte more than it says it has: then a member that lies about its size is told from one that does not.
      const bytes = inflateRawSync(packed, { maxOutputLength: member.sizeBytes + 1 });
      if (bytes.length === member.sizeBytes) return { kind: "read", bytes };
      return refuse("the member has another size than the directory says");
    } catch {
      return refuse("the member cannot be unpacked");
    }
  }

  open(member: ZipMember): ZipView {
    if (member.method === STORED && !member.isEncrypted) {
      const place = this.#place(member);
      if (typeof place === "string") return refuse(place);
      return { kind: "view", view: partOf(this.#view, place, member.packedBytes) };
    }
    if (member.sizeBytes > this.#budget.limits.memberBytesMax) return refuse("the member is too large");
    if (!this.#budget.hold(member.sizeBytes)) return refuse("the archives in it are too large together");
    const reading = this.read(member);
    if (reading.kind === "refused") {
      this.#budget.release(member.sizeBytes);
      return reading;
    }
    const view = viewOf(reading.bytes);
    this.#unpacked.add(view);
    return { kind: "view", view };
  }

  release(view: FileView): void {
    if (this.#unpacked.delete(view)) this.#budget.release(view.sizeBytes);
  }

  /** Where the member's packed bytes start, by its local header, or why it cannot be read. */
  #place(member: ZipMember): number | string {
    if (member.isEncrypted) return "the member is encrypted";
    if (member.method !== STORED && member.method !== DEFLATED)
      return `the member is packed by method ${member.method}`;
    if (member.method === STORED && member.sizeBytes !== member.packedBytes)
      return "the member has another size than the directory says";
    // A stored member is read in place, so that its size alone costs nothing.
    if (member.method === DEFLATED && member.sizeBytes > this.#budget.limits.memberBytesMax)
      return "the member is too large";
    const header = Buffer.from(this.#view.read(member.offset, LOCAL_BYTES));
    if (header.length < LOCAL_BYTES || header.readUInt32LE(0) !== LOCAL_MARK)
      return "the member is not where the directory says";
    const place = member.offset + LOCAL_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28);
    return place + member.packedBytes > this.#view.sizeBytes ? "the member is cut off" : place;
  }
}

/** A part of a file as a file. */
function partOf(view: FileView, start: number, sizeBytes: number): FileView {
  return {
    sizeBytes,
    read: (offset, length) =>
      offset >= sizeBytes
        ? new Uint8Array(0)
        : view.read(start + offset, Math.min(length, sizeBytes - offset)),
  };
}

function viewOf(bytes: Uint8Array): FileView {
  return {
    sizeBytes: bytes.length,
    read: (offset, length) => bytes.subarray(offset, Math.min(bytes.length, offset + length)),
  };
}

const LOCAL_MARK = 0x04034b50;
const LOCAL_BYTES = 30;
const MEMBER_MARK = 0x02014b50;
const MEMBER_BYTES = 46;
const END_MARK = 0x06054b50;
const END_BYTES = 22;
const END64_MARK = 0x06064b50;
const END64_BYTES = 56;
const LOCATOR_MARK = 0x07064b50;
const LOCATOR_BYTES = 20;
const ZIP64_FIELD = 1;
const COMMENT_BYTES_MAX = 0xffff;
const STORED = 0;
const DEFLATED = 8;

/** Marks of an end record that are tried; a comment made of them would cost one read each. */
const endTriesMax = 64;
