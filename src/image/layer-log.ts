/**
 * What one layer does to the tree, packed into bytes: about the length of each path and thirty bytes more. Layers are read
 * in any order and merged from the bottom, so each one's entries wait here, and a million of them must be cheap.
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

export interface LayerLog {
  readonly length: number;
  add(entry: LoggedEntry): void;
  /** Entries in order. */
  read(): Generator<LoggedEntry>;
  /** All entries as bytes, for `openLayerLog`; views of the log's own memory. */
  pieces(): readonly Uint8Array[];
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
const codes = new Map(kinds.map((kind, code) => [kind, code]));
const WANTED = 0x80;
const HEAD_BYTES = 31;

/** Bytes are kept in pieces of this size, so that growing copies nothing; an entry never crosses two. */
const PIECE_BYTES = 1 << 18;

/** An empty log. */
export function createLayerLog(): LayerLog {
  return logOf([], 0);
}

/** The log of `length` entries whose `pieces` were put one after the other. @throws RangeError when they are not whole */
export function openLayerLog(bytes: Buffer, length: number): LayerLog {
  let count = 0;
  let at = 0;
  while (at + HEAD_BYTES <= bytes.length) {
    at += HEAD_BYTES + bytes.readUInt32LE(at + 5) + bytes.readUInt32LE(at + 9);
    count += 1;
  }
  if (at !== bytes.length || count !== length) throw new RangeError("the log of a layer is not whole");
  return logOf([{ bytes, end: bytes.length }], length);
}

function logOf(pieces: { readonly bytes: Buffer; end: number }[], lengthNow: number): LayerLog {
  let length = lengthNow;

  function pieceFor(more: number): { readonly bytes: Buffer; end: number } {
    const last = pieces.at(-1);
    if (last !== undefined && last.end + more <= last.bytes.length) return last;
    // The first piece is small: most layers have few entries.
    const bytesMin = last === undefined ? 4096 : PIECE_BYTES;
    const next = { bytes: Buffer.allocUnsafeSlow(Math.max(bytesMin, more)), end: 0 };
    pieces.push(next);
    return next;
  }

  return {
    get length() {
      return length;
    },
    add(entry) {
      // Three bytes a UTF-16 unit is the most that UTF-8 takes.
      const piece = pieceFor(HEAD_BYTES + 3 * (entry.path.length + entry.target.length));
      const { bytes, end } = piece;
      const pathBytes = bytes.write(entry.path, end + HEAD_BYTES);
      const targetBytes = entry.target === "" ? 0 : bytes.write(entry.target, end + HEAD_BYTES + pathBytes);
      bytes[end] = (codes.get(entry.kind) as number) | (entry.isWanted ? WANTED : 0);
      bytes.writeUInt32LE(entry.ordinal, end + 1);
      bytes.writeUInt32LE(pathBytes, end + 5);
      bytes.writeUInt32LE(targetBytes, end + 9);
      bytes.writeDoubleLE(entry.sizeBytes, end + 13);
      bytes.writeUInt16LE(entry.mode, end + 21);
      bytes.writeUInt32LE(entry.uid, end + 23);
      bytes.writeUInt32LE(entry.gid, end + 27);
      piece.end = end + HEAD_BYTES + pathBytes + targetBytes;
      length += 1;
    },
    pieces: () => pieces.map(({ bytes, end }) => bytes.subarray(0, end)),
    *read() {
      for (const { bytes, end } of pieces) {
        for (let at = 0; at < end;) {
          const code = bytes[at] as number;
          const pathEnd = at + HEAD_BYTES + bytes.readUInt32LE(at + 5);
          const targetEnd = pathEnd + bytes.readUInt32LE(at + 9);
          yield {
            kind: kinds[code & ~WANTED] as LoggedKind,
            path: bytes.toString("utf8", at + HEAD_BYTES, pathEnd),
            target: targetEnd === pathEnd ? "" : bytes.toString("utf8", pathEnd, targetEnd),
            ordinal: bytes.readUInt32LE(at + 1),
            isWanted: (code & WANTED) !== 0,
            sizeBytes: bytes.readDoubleLE(at + 13),
            mode: bytes.readUInt16LE(at + 21),
            uid: bytes.readUInt32LE(at + 23),
            gid: bytes.readUInt32LE(at + 27),
          };
          at = targetEnd;
        }
      }
    },
  };
}
