/** Reads the file of a backup part by part, and checks everything that it says of itself on the way. */
import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { promisify } from "node:util";
import { inflate } from "node:zlib";
import { PlimsollError } from "../../domain/error.ts";
import { BLOCK_BYTES } from "./copy-stream.ts";
import { FRAME_BYTES_MAX, firstLine, firstLineStart, type BackupPart } from "./format.ts";
import {
  damaged,
  parseEnd,
  parseHeader,
  parseJobs,
  parseSequences,
  parseTable,
  parseTableEnd,
} from "./parse-frames.ts";

/**
 * The parts of a file from its beginning. The last is the end, and it comes only when every checksum was right.
 * @throws PlimsollError BACKUP_DAMAGED, BACKUP_NEWER
 */
export async function* readBackupFile(file: FileHandle): AsyncGenerator<BackupPart, void, undefined> {
  const source = new Source(file);
  await readFirstLine(source);
  const order = new Order();
  const seen = { tables: 0, rows: 0, jobs: 0 };
  let table = newTable();
  for (;;) {
    const before = source.digest();
    const { kind, content } = await readFrame(source);
    order.take(kind);
    if (kind === "H") yield { kind: "header", header: parseHeader(content) };
    else if (kind === "T") {
      table = newTable();
      seen.tables += 1;
      yield { kind: "table", table: parseTable(content) };
    } else if (kind === "D") {
      const block = await unpack(content);
      table.hash.update(block);
      table.bytes += block.length;
      yield { kind: "rows", block };
    } else if (kind === "E") {
      const end = parseTableEnd(content);
      if (end.bytes !== table.bytes || end.sha256 !== table.hash.digest("hex"))
        throw damaged("rows of a table");
      seen.rows += end.rows;
      yield { kind: "table-end", end };
    } else if (kind === "S") yield { kind: "sequences", sequences: parseSequences(content) };
    else if (kind === "J") {
      const jobs = parseJobs(content);
      seen.jobs += jobs.length;
      yield { kind: "jobs", jobs };
    } else {
      const end = parseEnd(content);
      const isWhole = end.tables === seen.tables && end.rows === seen.rows && end.jobs === seen.jobs;
      if (!isWhole || end.sha256 !== before) throw damaged("its checksum is another");
      if (!(await source.isAtEnd())) throw damaged("something stands after its end");
      yield { kind: "end", end };
      return;
    }
  }
}

function newTable(): { readonly hash: ReturnType<typeof createHash>; bytes: number } {
  return { hash: createHash("sha256"), bytes: 0 };
}

async function readFirstLine(source: Source): Promise<void> {
  const line = (await source.read(firstLine.length)).toString("latin1");
  if (line === firstLine) return;
  if (!line.startsWith(firstLineStart)) throw damaged("it does not begin as a backup");
  throw new PlimsollError("BACKUP_NEWER", "The backup is in a format that this program does not know.");
}

async function readFrame(source: Source): Promise<{ readonly kind: string; readonly content: Buffer }> {
  const head = await source.read(5);
  const length = head.readUInt32BE(1);
  if (length > FRAME_BYTES_MAX) throw damaged("a frame is too long");
  return { kind: head.toString("latin1", 0, 1), content: await source.read(length) };
}

const inflateBlock = promisify(inflate);

async function unpack(content: Buffer): Promise<Buffer> {
  try {
    return (await inflateBlock(content, { maxOutputLength: BLOCK_BYTES })) as Buffer;
  } catch (error) {
    throw damaged("rows cannot be unpacked", error);
  }
}

/** Which kind of frame may follow which. */
const followers: Readonly<Record<string, string>> = {
  "": "H",
  H: "TS",
  T: "DE",
  D: "DE",
  E: "TS",
  S: "JZ",
  J: "JZ",
};

class Order {
  #last = "";

  take(kind: string): void {
    if (kind === "" || !(followers[this.#last] ?? "").includes(kind))
      throw damaged("its frames are out of order");
    this.#last = kind;
  }
}

/** The file as bytes in order, with the digest of those that were read. */
class Source {
  readonly #file: FileHandle;
  readonly #hash = createHash("sha256");
  #position = 0;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Exactly so many bytes. @throws PlimsollError BACKUP_DAMAGED when there are fewer */
  async read(length: number): Promise<Buffer> {
    const bytes = Buffer.allocUnsafe(length);
    for (let filled = 0; filled < length;) {
      const { bytesRead } = await this.#file.read(bytes, filled, length - filled, this.#position);
      if (bytesRead === 0) throw damaged("it ends too early");
      filled += bytesRead;
      this.#position += bytesRead;
    }
    this.#hash.update(bytes);
    return bytes;
  }

  /** SHA-256 of what was read so far, in hexadecimal. */
  digest(): string {
    return this.#hash.copy().digest("hex");
  }

  async isAtEnd(): Promise<boolean> {
    const { bytesRead } = await this.#file.read(Buffer.alloc(1), 0, 1, this.#position);
    return bytesRead === 0;
  }
}
