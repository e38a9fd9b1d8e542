/**
 * An SBOM to be downloaded. Of a large inventory it is made in a thread, because parsing and writing hundreds of megabytes would
 * keep everybody else waiting, and it is sent in pieces. Starting a thread costs more than writing a small one.
 */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { PlimsollError } from "../domain/error.ts";
import type { ErrorCode } from "../domain/error-codes.ts";
import { writeStoredSbom, type StoredSbom } from "./stored-sbom.ts";

/** What the thread answers. */
export type SbomReply =
  | { readonly kind: "bytes"; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: "failed"; readonly code: ErrorCode; readonly message: string };

/** @throws PlimsollError IMAGE_DOCUMENT_UNREADABLE */
export function makeSbom(stored: StoredSbom): Promise<Uint8Array<ArrayBuffer>> {
  return stored.document.byteLength > SMALL_BYTES ? makeInThread(stored) : writeStoredSbom(stored);
}

/** Compressed: ten times as much, or some thousand packages, is written within tens of milliseconds. */
export const SMALL_BYTES = 256 * 1024;

function makeInThread(stored: StoredSbom): Promise<Uint8Array<ArrayBuffer>> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(workerUrl(), { workerData: stored });
    worker.once("message", (reply: SbomReply) => {
      if (reply.kind === "bytes") resolve(reply.bytes);
      else reject(new PlimsollError(reply.code, reply.message));
    });
    worker.once("error", reject);
    // After an answer this changes nothing.
    worker.once("exit", () => reject(new Error("the thread that writes an SBOM has ended without one")));
  });
}

/** In pieces, as fast as they are taken. */
export function inPieces(bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at < bytes.length) controller.enqueue(bytes.subarray(at, at + PIECE_BYTES));
      at += PIECE_BYTES;
      if (at >= bytes.length) controller.close();
    },
  });
}

const PIECE_BYTES = 256 * 1024;

/** Beside this file: as TypeScript in a checkout, as an entry of its own in the built package. */
function workerUrl(): URL {
  for (const name of ["./sbom-worker.ts", "./sbom-worker.mjs", "../sbom-worker.mjs"]) {
    const url = new URL(name, import.meta.url);
    if (existsSync(fileURLToPath(url))) return url;
  }
  throw new Error("sbom-worker is missing beside the program");
}
