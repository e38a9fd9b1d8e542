/**
 * What the process behind the wall asks of the other side: files to hash, chunks of blobs, the cache of layers.
 */
import type { LayerCache } from "../domain/ports.ts";
import { STREAM_CHUNK_BYTES, type LayersRequest, type ToldError, type WalledLayer } from "../domain/wall.ts";
import type { LayerBlob } from "../image/types.ts";
import type { UnpackOptions } from "../image/unpack.ts";
import { PeerError, type Message, type Peer } from "../io/peer.ts";

export interface Doors {
  /** The layers of a request, from the bottom. */
  blobsOf(request: LayersRequest): readonly LayerBlob[];
  /** All that reading them needs, but what is looked for. */
  optionsOf(request: LayersRequest): Omit<UnpackOptions, "wants">;
}

export function openDoors(peer: Peer): Doors {
  const ask: Ask = (...call) => askPeer(peer, ...call);
  return {
    blobsOf: ({ layers }) => layers.map((layer) => toBlob(layer, ask)),
    optionsOf: ({ limits, verify, hasCache }) => ({
      limits,
      verify,
      signal: null,
      now: () => performance.now(),
      hasher: {
        hash: async (range, algorithm = "sha256") => {
          const { value } = await ask("hash", { ...range, algorithm });
          return String(value);
        },
        close: () => Promise.resolve(),
      },
      cache: hasCache ? layerCache(ask) : null,
    }),
  };
}

type Ask = (method: string, value: unknown, bytes?: Uint8Array | null, into?: Uint8Array) => Promise<Message>;

function layerCache(ask: Ask): LayerCache {
  return {
    get: async (digest) => (await ask("recall", digest)).bytes,
    put: async (digest, bytes) => void (await ask("remember", digest, bytes)),
  };
}

function toBlob({ layer, content, proof }: WalledLayer, ask: Ask): LayerBlob {
  if (content.kind === "file") {
    const { descriptor, offset, sizeBytes } = content;
    // Without a descriptor there is no such file, and none that could be opened from in here.
    const place = descriptor === null ? { path: "/nonexistent" } : { path: "", descriptor };
    return { layer, proof, content: { kind: "file", ...place, offset, sizeBytes } };
  }
  const stream = streamOf(layer.index, ask);
  return { layer, proof, content: { kind: "stream", ...stream } };
}

type StreamContent = Pick<Extract<LayerBlob["content"], { kind: "stream" }>, "open" | "digest">;

/** The other side hashes what it hands in: it is trusted by more than this one, and has the time. */
function streamOf(layer: number, ask: Ask): StreamContent {
  let digest: string | null = null;
  return {
    open: () => {
      digest = null;
      return Promise.resolve(chunksOf(layer, ask, (said) => (digest = said)));
    },
    digest: () => digest,
  };
}

/** The next chunk is asked for before the last one is used up; two rooms take turns. */
async function* chunksOf(
  layer: number,
  ask: Ask,
  onEnd: (digest: string | null) => void,
): AsyncGenerator<Uint8Array> {
  let room = Buffer.allocUnsafeSlow(STREAM_CHUNK_BYTES);
  let other = Buffer.allocUnsafeSlow(STREAM_CHUNK_BYTES);
  let next = ask("next", layer, null, room);
  for (;;) {
    const { value, bytes } = await next;
    if (bytes === null) return onEnd(typeof value === "string" ? value : null);
    [room, other] = [other, room];
    next = ask("next", layer, null, room);
    yield bytes;
  }
}

/** What the other side says of its own failure is thrown as if it had happened here. */
async function askPeer(peer: Peer, ...call: Parameters<Ask>): Promise<Message> {
  try {
    return await peer.call(...call);
  } catch (error) {
    if (error instanceof PeerError && error.value !== null) throw new Told(error.value as ToldError);
    throw error;
  }
}

/** An error of the other side on its way back. */
export class Told extends Error {
  readonly told: ToldError;

  constructor(told: ToldError) {
    super(told.message);
    this.told = told;
  }
}
