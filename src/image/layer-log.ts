/**
 * What one layer does to the tree, packed into bytes: the length of each name and thirty-five bytes more. Layers are read in
 * any order and merged from the bottom, so each one's entries wait here, and a million of them must be cheap. Entries of one
 * folder stand side by side in nearly every archive, so a folder is stored once and then said to be the same.
 */

export type LoggedKind = "file" | "directory" | "symlink" | "hard-link" | "device" | "whiteout" | "opaque";

export interface LoggedEntry {
  readonly kind: LoggedKind;
  /** Path from the root without slashes at the ends; of the removed thing for whiteouts, of the folder for opaque marks. */
  readonly path: string;
  /** Target of a link; empty for the rest. */
  readonly target: string;
  /** Ordinal of the entry in its archive: with the layer's index it names the content. */
  readonly ordinal: number;
  /** `wants(path)` was true. */
  readonly isWanted: boolean;
  readonly sizeBytes: number;
  /** Permission bits with setuid, setgid and sticky. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** One entry after the other: the same object each time, of which only what is asked for is decoded. */
export interface LogCursor extends LoggedEntry {
  /** Goes on to the next entry, from before the first. False: there are no more. */
  next(): boolean;
  /** `path` up to the last slash; empty at the top. The same string for neighbours in one folder. */
  readonly folder: string;
  /** The last segment of `path`, in UTF-8, from `nameAt` to `nameEnd`. */
  readonly bytes: Buffer;
  readonly nameAt: number;
  readonly nameEnd: number;
}

export interface LayerLog {
  readonly length: number;
  add(entry: LoggedEntry): void;
  /** Entries in order. Nothing is added meanwhile. */
  read(): LogCursor;
  /** All entries as bytes, for `openLayerLog`; views of the log's own memory. */
  pieces(): readonly Uint8Array[];
  /** Gives its memory back; it holds no entries from here on. */
  drop(): void;
}

const kinds: readonly LoggedKind[] = [
  "file",
  "directory",
  "symlink",
  "hard-link",
  "device",
  "whiteout",
  "opaque",
];
const WANTED = 0x80;
const SAME_FOLDER = 0x40;
const KIND = 0x0f;

// Where the numbers of an entry stand; the texts follow: folder (unless it is the same), name, target.
const ORDINAL = 1;
const FOLDER_BYTES = 5;
const NAME_BYTES = 9;
const TARGET_BYTES = 13;
const SIZE = 17;
const MODE = 25;
const UID = 27;
const GID = 31;
const HEAD_BYTES = 35;

/** Bytes are kept in pieces of this size, so that growing copies nothing; an entry never crosses two. */
const PIECE_BYTES = 1 << 18;

interface Piece {
  readonly bytes: Buffer;
  readonly view: DataView;
  end: number;
}

/** An empty log. */
export function createLayerLog(): LayerLog {
  return new PackedLog([], 0);
}

/** The log of `length` entries whose `pieces` were put one after the other. @throws RangeError when they are not whole */
export function openLayerLog(bytes: Buffer, length: number): LayerLog {
  let count = 0;
  let at = 0;
  while (at + HEAD_BYTES <= bytes.length) {
    const texts = [FOLDER_BYTES, NAME_BYTES, TARGET_BYTES].map((field) => bytes.readUInt32LE(at + field));
    at += texts.reduce((sum, textBytes) => sum + textBytes, HEAD_BYTES);
    count += 1;
  }
  if (at !== bytes.length || count !== length) throw new RangeError("the log of a layer is not whole");
  return new PackedLog([pieceOf(bytes, bytes.length)], length);
}

function pieceOf(bytes: Buffer, end: number): Piece {
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), end };
}

class PackedLog implements LayerLog {
  length: number;
  readonly #pieces: Piece[];
  #folder: string | null = null;

  constructor(pieces: Piece[], length: number) {
    this.#pieces = pieces;
    this.length = length;
  }

  add(entry: LoggedEntry): void {
    const { path, target } = entry;
    // Three bytes a UTF-16 unit is the most that UTF-8 takes.
    const piece = this.#pieceFor(HEAD_BYTES + 3 * (path.length + target.length));
    const { bytes, view, end } = piece;
    const slash = path.lastIndexOf("/");
    const folderLength = Math.max(0, slash);
    const isSame = this.#folder?.length === folderLength && path.startsWith(this.#folder);
    if (!isSame) this.#folder = path.slice(0, folderLength);
    const folderEnd = isSame ? end + HEAD_BYTES : write(bytes, end + HEAD_BYTES, path, 0, folderLength);
    const nameEnd = write(bytes, folderEnd, path, slash + 1, path.length);
    const targetEnd = write(bytes, nameEnd, target, 0, target.length);
    bytes[end] = kinds.indexOf(entry.kind) | (entry.isWanted ? WANTED : 0) | (isSame ? SAME_FOLDER : 0);
    view.setUint32(end + ORDINAL, entry.ordinal, true);
    view.setUint32(end + FOLDER_BYTES, folderEnd - end - HEAD_BYTES, true);
    view.setUint32(end + NAME_BYTES, nameEnd - folderEnd, true);
    view.setUint32(end + TARGET_BYTES, targetEnd - nameEnd, true);
    view.setFloat64(end + SIZE, entry.sizeBytes, true);
    view.setUint16(end + MODE, entry.mode, true);
    view.setUint32(end + UID, entry.uid, true);
    view.setUint32(end + GID, entry.gid, true);
    piece.end = targetEnd;
    this.length += 1;
  }

  read(): LogCursor {
    return new Cursor(this.#pieces);
  }

  pieces(): readonly Uint8Array[] {
    return this.#pieces.map(({ bytes, end }) => bytes.subarray(0, end));
  }

  drop(): void {
    this.#pieces.length = 0;
    this.length = 0;
  }

  #pieceFor(more: number): Piece {
    const last = this.#pieces.at(-1);
    if (last !== undefined && last.end + more <= last.bytes.length) return last;
    // The first piece is small: most layers have few entries.
    const bytesMin = last === undefined ? 4096 : PIECE_BYTES;
    const next = pieceOf(Buffer.allocUnsafeSlow(Math.max(bytesMin, more)), 0);
    this.#pieces.push(next);
    return next;
  }
}

/** Writes `text` from `start` to `end` in UTF-8 at `at`; returns where it ends. A call into Node costs more than most names. */
function write(bytes: Buffer, at: number, text: string, start: number, end: number): number {
  const shift = at - start;
  for (let i = start; i < end; i += 1) {
    const unit = text.charCodeAt(i);
    if (unit >= 0x80) return i + shift + bytes.write(text.slice(i, end), i + shift);
    bytes[i + shift] = unit;
  }
  return end + shift;
}

class Cursor implements LogCursor {
  bytes: Buffer = Buffer.alloc(0);
  nameAt = 0;
  nameEnd = 0;
  folder = "";
  readonly #pieces: readonly Piece[];
  #piece = -1;
  #view: DataView = new DataView(new ArrayBuffer(0));
  #pieceEnd = 0;
  /** Where the entry starts, and where its target and it end. */
  #at = 0;
  #end = 0;

  constructor(pieces: readonly Piece[]) {
    this.#pieces = pieces;
  }

  next(): boolean {
    while (this.#end >= this.#pieceEnd) {
      const piece = this.#pieces[(this.#piece += 1)];
      if (piece === undefined) return false;
      this.bytes = piece.bytes;
      this.#view = piece.view;
      this.#pieceEnd = piece.end;
      this.#end = 0;
    }
    const at = this.#end;
    const folderAt = at + HEAD_BYTES;
    this.#at = at;
    this.nameAt = folderAt + this.#view.getUint32(at + FOLDER_BYTES, true);
    this.nameEnd = this.nameAt + this.#view.getUint32(at + NAME_BYTES, true);
    this.#end = this.nameEnd + this.#view.getUint32(at + TARGET_BYTES, true);
    if (((this.bytes[at] as number) & SAME_FOLDER) === 0) {
      this.folder = this.bytes.toString("utf8", folderAt, this.nameAt);
    }
    return true;
  }

  get kind(): LoggedKind {
    return kinds[(this.bytes[this.#at] as number) & KIND] as LoggedKind;
  }

  get isWanted(): boolean {
    return ((this.bytes[this.#at] as number) & WANTED) !== 0;
  }

  get path(): string {
    const name = this.bytes.toString("utf8", this.nameAt, this.nameEnd);
    return this.folder === "" ? name : `${this.folder}/${name}`;
  }

  get target(): string {
    return this.#end === this.nameEnd ? "" : this.bytes.toString("utf8", this.nameEnd, this.#end);
  }

  get ordinal(): number {
    return this.#view.getUint32(this.#at + ORDINAL, true);
  }

  get sizeBytes(): number {
    return this.#view.getFloat64(this.#at + SIZE, true);
  }

  get mode(): number {
    return this.#view.getUint16(this.#at + MODE, true);
  }

  get uid(): number {
    return this.#view.getUint32(this.#at + UID, true);
  }

  get gid(): number {
    return this.#view.getUint32(this.#at + GID, true);
  }
}
