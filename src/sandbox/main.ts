/**
 * The process behind the wall: unpacks and catalogs what may mean harm, with nothing in reach but the bytes it is handed. It
 * listens on its standard input and answers on its standard output; the other side has the doors (files to hash, blobs of
 * registries, the cache). Started by `analysis/walled.ts`.
 */
import { PlimsollError } from "../domain/error.ts";
import type { Inspector } from "../domain/files.ts";
import type { Sbom } from "../domain/package.ts";
import { catalogPackages, inspectorsOf, keepsHistory, wantsFile } from "../ecosystems/catalog.ts";
import { withRemoved } from "../ecosystems/removed-packages.ts";
import { fileDigests } from "../ecosystems/system-files.ts";
import { readPlace } from "../image/rootfs/index.ts";
import type { LayerBlob } from "../image/types.ts";
import { unpack, unpackSteps, type UnpackOptions } from "../image/unpack.ts";
import { createPeer, PeerError, type Message, type Peer } from "../io/peer.ts";
import {
  FRAME_BYTES_MAX,
  type FolderRequest,
  type ReadRequest,
  type ToldError,
  type WalledLayer,
} from "../domain/wall.ts";

const peer: Peer = createPeer({
  input: process.stdin,
  output: process.stdout,
  frameBytesMax: FRAME_BYTES_MAX,
  describeError,
  answers: {
    hello: () => ({ value: null, bytes: null }),
    readFolder: async ({ value }) => ({ value: await readFolder(value as FolderRequest), bytes: null }),
    read: async ({ value }) => ({ value: await read(value as ReadRequest), bytes: null }),
  },
});

async function read(request: ReadRequest): Promise<{ sbom: Sbom; fileCount: number }> {
  const blobs = request.layers.map(toBlob);
  if (request.listsRemoved) {
    const steps = await unpackSteps(blobs, unpackOptions(request));
    const inventories = steps.map(({ layerCount, files }) => {
      return { layerCount, sbom: catalogPackages(files, request.mode) };
    });
    const diffIds = blobs.map(({ layer }) => layer.diffId);
    return { sbom: withRemoved(inventories, diffIds), fileCount: steps.at(-1)?.files.fileCount ?? 0 };
  }
  const files = await unpack(blobs, unpackOptions(request));
  return { sbom: catalogPackages(files, request.mode), fileCount: files.fileCount };
}

async function readFolder(request: FolderRequest): Promise<{ sbom: Sbom; fileCount: number }> {
  const { mode, checksFiles } = request;
  const inspectors = inspectorsFor(mode, checksFiles);
  const files = await readPlace(request, { wants: wantsFile(mode), inspectors }, null);
  return { sbom: catalogPackages(files, mode), fileCount: files.fileCount };
}

function inspectorsFor(mode: ReadRequest["mode"], checksFiles: boolean): readonly Inspector[] {
  const inspectors = inspectorsOf(mode);
  return checksFiles ? [...inspectors, fileDigests] : inspectors;
}

function unpackOptions({ mode, limits, verify, hasCache, checksFiles }: ReadRequest): UnpackOptions {
  return {
    wants: wantsFile(mode),
    keepsHistory,
    inspectors: inspectorsFor(mode, checksFiles),
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
    cache: hasCache
      ? {
          get: async (digest) => (await ask("recall", digest)).bytes,
          put: async (digest, bytes) => void (await ask("remember", digest, bytes)),
        }
      : null,
  };
}

function toBlob({ layer, content, proof }: WalledLayer): LayerBlob {
  if (content.kind === "file") {
    const { descriptor, offset, sizeBytes } = content;
    // Without a descriptor there is no such file, and none that could be opened from in here.
    const place = descriptor === null ? { path: "/nonexistent" } : { path: "", descriptor };
    return { layer, proof, content: { kind: "file", ...place, offset, sizeBytes } };
  }
  return { layer, proof, content: { kind: "stream", open: () => Promise.resolve(chunksOf(layer.index)) } };
}

/** The next chunk is asked for before the last one is used up. */
async function* chunksOf(layer: number): AsyncGenerator<Uint8Array> {
  let next = ask("next", layer);
  for (;;) {
    const { bytes } = await next;
    if (bytes === null) return;
    next = ask("next", layer);
    yield bytes;
  }
}

/** What the other side says of its own failure is thrown as if it had happened here. */
async function ask(method: string, value: unknown, bytes: Uint8Array | null = null): Promise<Message> {
  try {
    return await peer.call(method, value, bytes);
  } catch (error) {
    if (error instanceof PeerError && error.value !== null) throw new Told(error.value as ToldError);
    throw error;
  }
}

/** An error of the other side on its way back. */
class Told extends Error {
  readonly told: ToldError;

  constructor(told: ToldError) {
    super(told.message);
    this.told = told;
  }
}

function describeError(error: unknown): ToldError {
  if (error instanceof Told) return error.told;
  if (error instanceof PlimsollError) {
    return { code: error.code, message: error.message, details: error.details, outside: null };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: null, message, details: null, outside: null };
}
