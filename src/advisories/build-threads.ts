/**
 * The threads of a large build. Documents are handed out in batches, and what is said of them is put together in the order of the
 * batches, whichever thread was faster.
 */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { PlimsollError } from "../domain/error.ts";
import type { BuildFailure, BuildReply, BuildRequest } from "./build-messages.ts";
import { addCounts } from "./collect.ts";
import { joinCollected, type Collected, type CollectedPart } from "./collected-part.ts";
import type { BuildCrew, InputTally } from "./crew-types.ts";
import type { PackedSegment } from "./segment-writer.ts";
import type { FeedDocument } from "./shared/document.ts";

/** Bytes of documents that are handed to a thread together. */
const BATCH_BYTES = 512 * 1024;
/** Bytes that wait for threads. */
const WAITING_BYTES_MAX = 16 * 1024 * 1024;

/** Most of what a document gives is soon forgotten: a small room for it is emptied more often. Default: three times as much. */
const resourceLimits = { maxYoungGenerationSizeMb: 16 };

interface Thread {
  readonly worker: Worker;
  /** Requests that are not answered. */
  waiting: number;
}

interface Batch {
  readonly tally: InputTally;
  readonly feed: string | null;
  readonly documents: { readonly name: string; readonly bytes: Uint8Array }[];
  sizeBytes: number;
}

interface SentBatch {
  readonly tally: InputTally;
  readonly sizeBytes: number;
  reply: (BuildReply & { readonly kind: "read" | "failed" }) | null;
}

export class BuildThreads implements BuildCrew {
  readonly #folder: string;
  readonly #threadCount: number;
  #threads: Thread[];
  #failure: Error | null = null;
  #changed = Promise.withResolvers<void>();
  #open: Batch | null = null;
  readonly #sent = new Map<number, SentBatch>();
  #nextOrder = 0;
  #oldestOrder = 0;
  #waitingBytes = 0;
  readonly #collected: Collected[] = [];
  readonly #packing = new Map<number, PromiseWithResolvers<PackedSegment>>();
  #nextPack = 0;

  /** `folder`: for what is read. */
  constructor(folder: string, threadCount: number) {
    this.#folder = folder;
    this.#threadCount = threadCount;
    this.#threads = this.#start();
  }

  take(document: FeedDocument, feed: string | null, tally: InputTally): void {
    if (this.#open !== null && this.#open.tally !== tally) this.#flush();
    if (document.file !== null) {
      this.#flush();
      const documents = [{ name: document.name, bytes: new Uint8Array(0) }];
      this.#send({ tally, feed, documents, sizeBytes: 0 }, document.file);
      return;
    }
    this.#open ??= { tally, feed, documents: [], sizeBytes: 0 };
    this.#open.documents.push({ name: document.name, bytes: document.bytes });
    this.#open.sizeBytes += document.bytes.length;
    if (this.#open.sizeBytes >= BATCH_BYTES) this.#flush();
  }

  ready(): Promise<void> {
    return this.#until(() => this.#waitingBytes <= WAITING_BYTES_MAX);
  }

  settled(): Promise<void> {
    this.#flush();
    return this.#until(() => this.#sent.size === 0);
  }

  async finish(): Promise<readonly CollectedPart[]> {
    await this.settled();
    for (const thread of this.#threads) this.#post(thread, { kind: "hand-over" });
    await this.#until(() => this.#collected.length === this.#threads.length);
    // New ones for what is to come: what these have read is in runs, and their memory would stay theirs.
    await this.#stop();
    this.#threads = this.#start();
    return joinCollected(this.#collected);
  }

  readonly pack = (content: Uint8Array): Promise<PackedSegment> => {
    if (this.#failure !== null) throw this.#failure;
    const id = this.#nextPack;
    this.#nextPack += 1;
    const answer = Promise.withResolvers<PackedSegment>();
    this.#packing.set(id, answer);
    const { buffer } = content.byteLength === content.buffer.byteLength ? content : new Uint8Array(content);
    if (!(buffer instanceof ArrayBuffer)) throw new Error("a content is in shared memory");
    this.#post(this.#leastBusy(), { kind: "pack", id, content: buffer }, [buffer]);
    return answer.promise;
  };

  async close(): Promise<void> {
    this.#failure ??= new Error("the build has ended");
    await this.#stop();
  }

  #start(): Thread[] {
    return Array.from({ length: this.#threadCount }, (_, index) => {
      const workerData = { folder: this.#folder, name: `thread-${index}` };
      const worker = new Worker(workerUrl(), { workerData, resourceLimits });
      const thread = { worker, waiting: 0 };
      worker.on("message", (reply: BuildReply) => this.#take(thread, reply));
      worker.on("error", (error) => this.#fail(error instanceof Error ? error : new Error(String(error))));
      return thread;
    });
  }

  async #stop(): Promise<void> {
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()));
  }

  #leastBusy(): Thread | undefined {
    const [first, ...others] = this.#threads;
    return others.reduce((least, each) => (each.waiting < (least?.waiting ?? 0) ? each : least), first);
  }

  #post(thread: Thread | undefined, request: BuildRequest, transferred: ArrayBuffer[] = []): void {
    if (thread === undefined) throw new Error("a build has no threads");
    thread.waiting += 1;
    thread.worker.postMessage(request, transferred);
  }

  #flush(): void {
    if (this.#open !== null) this.#send(this.#open, null);
    this.#open = null;
  }

  #send({ tally, feed, documents: taken, sizeBytes }: Batch, file: string | null): void {
    const order = this.#nextOrder;
    this.#nextOrder += 1;
    this.#sent.set(order, { tally, sizeBytes, reply: null });
    this.#waitingBytes += sizeBytes;
    const bytes = new Uint8Array(sizeBytes);
    let at = 0;
    for (const document of taken) {
      bytes.set(document.bytes, at);
      at += document.bytes.length;
    }
    const documents = taken.map((document) => ({ name: document.name, sizeBytes: document.bytes.length }));
    const { buffer } = bytes;
    this.#post(this.#leastBusy(), { kind: "read", order, feed, documents, bytes: buffer, file }, [buffer]);
  }

  #take(thread: Thread, reply: BuildReply): void {
    thread.waiting -= 1;
    if (reply.kind === "packed") {
      this.#packing.get(reply.id)?.resolve(reply.segment);
      this.#packing.delete(reply.id);
    } else if (reply.kind === "hand-over") this.#collected.push(reply.collected);
    else {
      const batch = this.#sent.get(reply.order);
      if (batch === undefined)
        this.#fail(reply.kind === "failed" ? errorOf(reply.failure) : new Error("nobody asked"));
      else batch.reply = reply;
      this.#settleOldest();
    }
    this.#tellChange();
  }

  #settleOldest(): void {
    for (let batch = this.#sent.get(this.#oldestOrder); batch?.reply;) {
      this.#sent.delete(this.#oldestOrder);
      this.#oldestOrder += 1;
      this.#waitingBytes -= batch.sizeBytes;
      if (batch.reply.kind === "failed") return this.#fail(errorOf(batch.reply.failure));
      addCounts(batch.tally.counts, batch.reply.counts);
      for (const feed of batch.reply.feeds) batch.tally.feeds.add(feed);
      batch = this.#sent.get(this.#oldestOrder);
    }
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const one of this.#packing.values()) one.reject(error);
    this.#packing.clear();
    this.#tellChange();
  }

  #tellChange(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  async #until(isSo: () => boolean): Promise<void> {
    for (;;) {
      if (this.#failure !== null) throw this.#failure;
      if (isSo()) return;
      await this.#changed.promise;
    }
  }
}

function errorOf({ code, message, details }: BuildFailure): Error {
  return code === null ? new Error(message) : new PlimsollError(code, message, { details });
}

/** Beside this file: as TypeScript in a checkout, as an entry of its own in the built package. */
function workerUrl(): URL {
  for (const name of ["./build-worker.ts", "./build-worker.mjs", "../build-worker.mjs"]) {
    const url = new URL(name, import.meta.url);
    if (existsSync(fileURLToPath(url))) return url;
  }
  throw new Error("build-worker is missing beside the program");
}
