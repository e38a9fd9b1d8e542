/** Writes the file of a backup: frames in order, with their checksums. */
import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { promisify } from "node:util";
import { deflate } from "node:zlib";
import {
  firstLine,
  JOBS_MAX,
  type BackupEnd,
  type BackupHeader,
  type BackupJob,
  type BackupTable,
  type FrameKind,
  type SequenceState,
} from "./format.ts";

const deflateBlock = promisify(deflate);

export class BackupWriter {
  readonly #file: FileHandle;
  readonly #hash = createHash("sha256");
  #tables = 0;
  #rows = 0;
  #jobs = 0;
  #bytes = 0;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  async begin(header: BackupHeader): Promise<void> {
    await this.#write(Buffer.from(firstLine, "latin1"));
    await this.#json("H", header);
  }

  /** `copy` hands the rows to its argument block by block and resolves to their number. */
  async table(
    table: BackupTable,
    copy: (take: (block: Buffer) => Promise<void>) => Promise<number>,
  ): Promise<void> {
    await this.#json("T", table);
    const hash = createHash("sha256");
    let bytes = 0;
    const rows = await copy(async (block) => {
      hash.update(block);
      bytes += block.length;
      await this.#frame("D", (await deflateBlock(block)) as Buffer);
    });
    await this.#json("E", { rows, bytes, sha256: hash.digest("hex") });
    this.#tables += 1;
    this.#rows += rows;
  }

  async sequences(sequences: readonly SequenceState[]): Promise<void> {
    await this.#json("S", sequences);
  }

  async jobs(jobs: readonly BackupJob[]): Promise<void> {
    for (let at = 0; at < jobs.length; at += JOBS_MAX) await this.#json("J", jobs.slice(at, at + JOBS_MAX));
    this.#jobs += jobs.length;
  }

  /** The last frame; returns what it says, and how long the file is. */
  async end(): Promise<BackupEnd & { readonly bytes: number }> {
    const end: BackupEnd = {
      tables: this.#tables,
      rows: this.#rows,
      jobs: this.#jobs,
      sha256: this.#hash.copy().digest("hex"),
    };
    await this.#json("Z", end);
    return { ...end, bytes: this.#bytes };
  }

  async #json(kind: FrameKind, value: unknown): Promise<void> {
    await this.#frame(kind, Buffer.from(JSON.stringify(value)));
  }

  async #frame(kind: FrameKind, content: Buffer): Promise<void> {
    const head = Buffer.alloc(5);
    head.write(kind, 0, "latin1");
    head.writeUInt32BE(content.length, 1);
    await this.#write(Buffer.concat([head, content]));
  }

  async #write(bytes: Buffer): Promise<void> {
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
    for (let at = 0; at < bytes.length;) at += (await this.#file.write(bytes, at)).bytesWritten;
  }
}
