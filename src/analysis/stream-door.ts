/** Blobs from the network, handed chunk by chunk to the process behind the wall, and hashed on their way. */
import { createHash } from "node:crypto";
import { STREAM_CHUNK_BYTES } from "../domain/wall.ts";
import type { LayerBlob } from "../image/types.ts";
import type { Reply } from "../io/peer.ts";
import { createReadAhead, type ReadAhead } from "../io/read-ahead.ts";

export interface StreamDoor {
  /** The next chunk of this blob; at its end none, and the digest as `value`. @throws what the stream throws */
  next(index: number): Promise<Reply>;
  close(): void;
}

interface OpenStream {
  readonly ahead: ReadAhead;
  /** Of all that came; null for an algorithm that is not known. */
  digest(): string | null;
}

export function createStreamDoor(blobs: readonly LayerBlob[]): StreamDoor {
  const streams = new Map<number, OpenStream>();
  return {
    async next(index) {
      const stream = streams.get(index) ?? (await openStream(blobs[index]));
      streams.set(index, stream);
      const chunk = await stream.ahead.next();
      if (chunk !== null) return { value: null, bytes: chunk, onSent: () => stream.ahead.giveBack(chunk) };
      streams.delete(index);
      return { value: stream.digest(), bytes: null };
    },
    close() {
      for (const { ahead } of streams.values()) ahead.close();
    },
  };
}

async function openStream(blob: LayerBlob | undefined): Promise<OpenStream> {
  if (blob?.content.kind !== "stream") throw new TypeError("the layer is no stream");
  const algorithm = /^sha(?:256|512)(?=:)/.exec(blob.proof.digest)?.[0];
  const hash = algorithm === undefined || blob.proof.of === "content" ? null : createHash(algorithm);
  const ahead = createReadAhead(await blob.content.open(), {
    chunkBytes: STREAM_CHUNK_BYTES,
    onPiece: (piece) => void hash?.update(piece),
  });
  return { ahead, digest: () => (hash === null ? null : `${algorithm}:${hash.digest("hex")}`) };
}
