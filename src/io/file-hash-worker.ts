/**
 * The thread of `file-hash.ts`: an entry of its own in the built package (`file-hash-worker.mjs`).
 */
import { createHash } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";
import { parentPort } from "node:worker_threads";
import type { HashReply, HashRequest } from "./file-hash.ts";

const chunk = Buffer.allocUnsafeSlow(1024 * 1024);

parentPort?.on("message", (request: HashRequest) => parentPort?.postMessage(answer(request)));

function answer(request: HashRequest): HashReply {
  try {
    return { id: request.id, digest: hashRange(request) };
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    return { id: request.id, error: message, errorCode: code ?? null };
  }
}

function hashRange({ path, descriptor: open, offset, sizeBytes, algorithm }: HashRequest): string {
  const hash = createHash(algorithm);
  const descriptor = open ?? openSync(path, "r");
  try {
    let at = 0;
    while (at < sizeBytes) {
      const length = readSync(descriptor, chunk, 0, Math.min(chunk.length, sizeBytes - at), offset + at);
      if (length === 0) break;
      hash.update(chunk.subarray(0, length));
      at += length;
    }
  } finally {
    if (open === undefined) closeSync(descriptor);
  }
  return `${algorithm}:${hash.digest("hex")}`;
}
