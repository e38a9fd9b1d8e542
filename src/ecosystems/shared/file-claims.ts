/**
 * Collects which package owns which file, with a ceiling for the whole image: a hostile database could list more files than
 * any file system holds. Packed into bytes: an image has hundreds of thousands of them, each is looked at once, and as
 * objects they would take most of the memory of a catalog.
 */
import { digestAlgorithms, type FileClaim } from "../../domain/package.ts";
import type { Problem } from "../../domain/problem.ts";

export class FileClaims implements Iterable<FileClaim> {
  readonly #purls: string[] = [];
  readonly #pieces: Piece[] = [];
  #length = 0;
  #left = 0;

  /** Adds them, in order. Paths that no file can have are dropped. */
  add(claims: Iterable<FileClaim>): void {
    for (const claim of claims) {
      if (claim.path === "" || claim.path.length > pathLengthMax) continue;
      if (this.#length < claimsMax) this.#pack(claim);
      else this.#left += 1;
    }
  }

  /** One for all that did not fit. */
  problems(): readonly Problem[] {
    if (this.#left === 0) return [];
    const message = `packages list ${this.#left} files too many, whose owners are not known`;
    return [{ code: "RECORD_INVALID", message, path: null, layer: null }];
  }

  /** In the order in which they were added. */
  *[Symbol.iterator](): Generator<FileClaim> {
    for (const { bytes, end } of this.#pieces) {
      for (let at = 0; at < end;) {
        const flags = bytes[at] as number;
        const algorithm = digestAlgorithms[bytes[at + 1] as number];
        const digestEnd = at + HEAD_BYTES + bytes.readUInt16LE(at + 2);
        const pathEnd = digestEnd + bytes.readUInt16LE(at + 4);
        const value = bytes.toString((flags & IS_HEX) === 0 ? "utf8" : "hex", at + HEAD_BYTES, digestEnd);
        yield {
          purl: this.#purls[bytes.readUInt32LE(at + 6)] ?? "",
          path: bytes.toString("utf8", digestEnd, pathEnd),
          kind: (flags & IS_FOLDER) === 0 ? "file" : "folder",
          digest: algorithm === undefined ? null : { algorithm, value },
          isConfiguration: (flags & IS_CONFIGURATION) !== 0,
        };
        at = pathEnd;
      }
    }
  }

  #pack({ purl, path, kind, digest, isConfiguration }: FileClaim): void {
    // What no algorithm makes is no digest.
    const known = digest === null || digest.value.length > DIGEST_CHARS_MAX ? null : digest;
    const value = known?.value ?? "";
    // Three bytes a UTF-16 unit is the most that UTF-8 takes.
    const piece = this.#pieceFor(HEAD_BYTES + 3 * (value.length + path.length));
    const { bytes, end } = piece;
    const at = end + HEAD_BYTES;
    const hexBytes = bytes.write(value, at, "hex");
    const isHex = bytes.toString("hex", at, at + hexBytes) === value;
    const digestBytes = isHex ? hexBytes : bytes.write(value, at);
    const pathBytes = bytes.write(path, at + digestBytes);
    // Packages come one after the other.
    if (this.#purls.at(-1) !== purl) this.#purls.push(purl);
    bytes[end] =
      (isHex ? IS_HEX : 0) | (kind === "folder" ? IS_FOLDER : 0) | (isConfiguration ? IS_CONFIGURATION : 0);
    bytes[end + 1] = known === null ? NO_DIGEST : digestAlgorithms.indexOf(known.algorithm);
    bytes.writeUInt16LE(digestBytes, end + 2);
    bytes.writeUInt16LE(pathBytes, end + 4);
    bytes.writeUInt32LE(this.#purls.length - 1, end + 6);
    piece.end = at + digestBytes + pathBytes;
    this.#length += 1;
  }

  #pieceFor(more: number): Piece {
    const last = this.#pieces.at(-1);
    if (last !== undefined && last.end + more <= last.bytes.length) return last;
    const next = { bytes: Buffer.allocUnsafeSlow(Math.max(PIECE_BYTES, more)), end: 0 };
    this.#pieces.push(next);
    return next;
  }
}

/** Memory for claims; one never crosses two. */
interface Piece {
  readonly bytes: Buffer;
  end: number;
}

const PIECE_BYTES = 128 * 1024;

/** Flags and algorithm (1 each), bytes of the digest and of the path (2 each), package (4). */
const HEAD_BYTES = 10;

const IS_HEX = 1;
const IS_FOLDER = 2;
const IS_CONFIGURATION = 4;

const NO_DIGEST = 0xff;

/** Above that of 512 bits: some databases write words where the digest stands. */
const DIGEST_CHARS_MAX = 1024;

/** As many as an image may have entries (`UnpackLimits.entriesMax`). */
const claimsMax = 2_000_000;

/** PATH_MAX of Linux. */
const pathLengthMax = 4096;
