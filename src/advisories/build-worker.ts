/**
 * A thread of `build-crew.ts`: an entry of its own in the built package (`build-worker.mjs`). It reads documents into runs of entries,
 * and packs segments.
 */
import { parentPort, workerData } from "node:worker_threads";
import { PlimsollError } from "../domain/error.ts";
import type { BuildFailure, BuildReply, BuildRequest } from "./build-messages.ts";
import { createCollector, newCounts } from "./collect.ts";
import { fileDocument } from "./documents.ts";
import { getFeed } from "./feeds.ts";
import { packSegment } from "./segment-writer.ts";
import { feedDocument } from "./shared/document.ts";
import { takeDocument } from "./take-document.ts";

const { folder, name } = workerData as { readonly folder: string; readonly name: string };
const collector = createCollector({ folder, name });

parentPort?.on("message", (request: BuildRequest) => {
  try {
    answer(request);
  } catch (error) {
    const order = request.kind === "read" ? request.order : 0;
    send({ kind: "failed", order, failure: failureOf(error) });
  }
});

function send(reply: BuildReply, transferred: ArrayBuffer[] = []): void {
  parentPort?.postMessage(reply, transferred);
}

function answer(request: BuildRequest): void {
  if (request.kind === "read") read(request);
  else if (request.kind === "hand-over") send({ kind: "hand-over", collected: collector.handOver() });
  else {
    const packed = packSegment(new Uint8Array(request.content));
    release(request.content);
    const bytes = new Uint8Array(packed.bytes);
    send({ kind: "packed", id: request.id, segment: { ...packed, bytes } }, [bytes.buffer]);
  }
}

function read({ order, feed, documents, bytes, file }: BuildRequest & { readonly kind: "read" }): void {
  const counts = newCounts();
  const feeds = new Set<string>();
  const named = feed === null ? null : getFeed(feed);
  collector.startAt(order);
  let at = 0;
  for (const { name: of, sizeBytes } of documents) {
    const body = new Uint8Array(bytes, at, file === null ? sizeBytes : 0);
    const document = file === null ? feedDocument(of, body) : fileDocument(of, file);
    at += body.length;
    const found = takeDocument(document, named, collector, counts);
    if (found !== null) feeds.add(found.id);
  }
  release(bytes);
  send({ kind: "read", order, counts, feeds: [...feeds] });
}

/** Gives memory back at once: the collector lets much of it pile up outside of its own reach. */
function release(bytes: ArrayBuffer): void {
  bytes.transfer(0);
}

function failureOf(error: unknown): BuildFailure {
  if (error instanceof PlimsollError) {
    const { code, message, details } = error;
    return { code, message, details };
  }
  return {
    code: null,
    message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    details: {},
  };
}
