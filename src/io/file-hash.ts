/**
 * Hashes parts of files in a thread of its own that reads them itself, so that the main thread can inflate the same bytes
 * meanwhile. Small parts are hashed at once: starting a thread costs more.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { readFileRange } from "./file-range.ts";

export interface FileRange {
  readonly path: string;
  /** Open already, in place of the path. */
  readonly descriptor?: number;
  readonly offset: number;
  readonly sizeBytes: number;
}

/** Digest algorithms of the OCI image specification. */
export type HashAlgorithm = "sha256" | "sha512";

/** A request to the thread, and its answer. */
export interface HashRequest extends FileRange {
  readonly algorithm: HashAlgorithm;
  readonly id: number;
}
export type HashReply = { readonly id: number } & (
  { readonly digest: string } | { readonly error: string; readonly errorCode: string | null }
);

export interface FileHasher {
  /** `sha256:…` (or the other algorithm) of these bytes. @throws system errors of open and read; an error once closed */
  hash(range: FileRange, algorithm?: HashAlgorithm): Promise<string>;
  /** Ends the thread. What is not finished is rejected. */
  close(): Promise<void>;
}

const SMALL_BYTES = 8 * 1024 * 1024;

/** A hasher that works through its requests in order. */
export function createFileHasher(): FileHasher {
  const waiting = new Map<number, PromiseWithResolvers<string>>();
  let worker: Worker | null = null;
  let isClosed = false;
  let nextId = 0;

  function rejectAll(error: Error): void {
    for (const one of waiting.values()) one.reject(error);
    waiting.clear();
  }

  function start(): Worker {
    const started = new Worker(workerUrl());
    started.unref();
    started.on("message", (reply: HashReply) => {
      const one = waiting.get(reply.id);
      waiting.delete(reply.id);
      if (waiting.size === 0) started.unref();
      if ("digest" in reply) one?.resolve(reply.digest);
      else one?.reject(Object.assign(new Error(reply.error), { code: reply.errorCode }));
    });
    started.on("error", rejectAll);
    started.on("exit", () => rejectAll(new Error("the hashing thread has ended")));
    return started;
  }

  return {
    async hash(range, algorithm = "sha256") {
      if (isClosed) throw new Error("the hasher is closed");
      if (range.sizeBytes <= SMALL_BYTES) return hashHere(range, algorithm);
      worker ??= start();
      worker.ref();
      const id = (nextId += 1);
      const one = Promise.withResolvers<string>();
      waiting.set(id, one);
      worker.postMessage({ ...range, id, algorithm } satisfies HashRequest);
      return one.promise;
    },
    async close() {
      isClosed = true;
      await worker?.terminate();
    },
  };
}

/**
 * A hasher without a thread of its own, for a process that waits for another one meanwhile: a thread takes 16 MiB. It works
 * on all its requests side by side, and lets others have their turn after each megabyte.
 */
export function createThreadlessHasher(): FileHasher {
  let isClosed = false;
  const goesOn = (): void => {
    if (isClosed) throw new Error("the hasher is closed");
  };
  const running = new Set<Promise<unknown>>();
  return {
    async hash(range, algorithm = "sha256") {
      goesOn();
      const one = hashHere(range, algorithm, goesOn);
      running.add(one);
      try {
        return await one;
      } finally {
        running.delete(one);
      }
    },
    async close() {
      isClosed = true;
      await Promise.allSettled(running);
    },
  };
}

/** `goesOn` throws to end it. */
async function hashHere(
  range: FileRange,
  algorithm: HashAlgorithm,
  goesOn: () => void = () => undefined,
): Promise<string> {
  const hash = createHash(algorithm);
  for await (const chunk of readFileRange(
    range.descriptor ?? range.path,
    range.offset,
    range.sizeBytes,
    1024 * 1024,
  )) {
    goesOn();
    hash.update(chunk);
  }
  return `${algorithm}:${hash.digest("hex")}`;
}

/** Beside this file: as TypeScript in a checkout, as an entry of its own in the built package. */
function workerUrl(): URL {
  for (const name of ["./file-hash-worker.ts", "./file-hash-worker.mjs", "../file-hash-worker.mjs"]) {
    const url = new URL(name, import.meta.url);
    if (existsSync(fileURLToPath(url))) return url;
  }
  throw new Error("file-hash-worker is missing beside the program");
}
