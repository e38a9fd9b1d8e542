/**
 * Source `local://`: an image in the store of a Docker or Podman engine. The engine saves it into a private temporary file, since
 * an archive is read by seeking.
 */
import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { printable } from "../../domain/problem.ts";
import { readFileRange } from "../../io/file-range.ts";
import { defaultArchiveLimits } from "../../oci/archive-files.ts";
import { asSourceError, OciError } from "../../oci/error.ts";
import { isSameName } from "../../oci/layout-ref.ts";
import { findPlatform } from "../../oci/platform.ts";
import { parseReference } from "../../oci/reference.ts";
import { openArchiveImage } from "../shared/archive-image.ts";
import { platformWish } from "../shared/platform-wish.ts";
import type { LayerBlob, LocalAccess, OpenedImage, ResolveOptions, Source } from "../types.ts";
import { createEngineClient, type EngineClient, type InspectedImage } from "./client.ts";
import { enginePlaces } from "./places.ts";
import { type EngineRecord, openEngineRecords, recordOf } from "./records.ts";

export const engine: Source = Object.freeze({
  id: "engine",
  title: "Image of a local Docker or Podman engine",
  schemes: ["local"],
  kind: "engine",
  specs: [
    "https://docs.docker.com/reference/api/engine/version/v1.48/",
    "https://docs.podman.io/en/latest/_static/api.html",
    "https://github.com/moby/docker-image-spec/blob/v1.3.1/spec.md",
  ],
  version: 1,
  turn: 1,
  open,
  find,
  findNewest,
} satisfies Source);

const CHUNK_BYTES = 1024 ** 2;

async function open(location: string, options: ResolveOptions): Promise<OpenedImage> {
  let failure: unknown = null;
  const clients = await clientsOf(options);
  for (const client of clients) {
    try {
      const found = await client.inspect(location);
      if (found !== null) return await openFound(client, found, location, options);
    } catch (error) {
      if (!isEngineFailure(error)) throw error;
      failure ??= error;
    }
  }
  if (failure !== null) throw failure;
  if (clients.length === 0) throw noEngine();
  throw new OciError("SOURCE_NOT_FOUND", `No local engine has an image ${printable(location)}.`);
}

/**
 * Null where no engine has it, or has it for another platform than the wanted one. An engine that does not answer has none: whoever
 * asks for an image of any place does not depend on it.
 */
async function find(location: string, options: ResolveOptions): Promise<OpenedImage | null> {
  if (options.local === undefined) return null;
  const clients = await clientsOf(options).catch((error: unknown) => {
    // A setting that leads to no engine that can be asked, such as ssh://.
    if (error instanceof OciError) return [];
    throw error;
  });
  for (const client of clients) {
    try {
      const found = await client.inspect(location);
      const fits =
        found !== null && (options.platform === null || findPlatform([found], options.platform) !== -1);
      if (fits) return await openFound(client, found, location, options);
    } catch (error) {
      if (!isEngineFailure(error)) throw error;
    }
  }
  return null;
}

/** The reference of the image built last, of the first engine that has one. */
async function findNewest(options: ResolveOptions): Promise<string> {
  let failure: unknown = null;
  const clients = await clientsOf(options);
  for (const client of clients) {
    try {
      const newest = await client.findNewest();
      if (newest !== null) return `local://${newest.names[0] ?? newest.id}`;
    } catch (error) {
      if (!isEngineFailure(error)) throw error;
      failure ??= error;
    }
  }
  if (failure !== null) throw failure;
  if (clients.length === 0) throw noEngine();
  throw new OciError("SOURCE_NOT_FOUND", "The local engine has no image.");
}

async function clientsOf({ local, signal }: ResolveOptions): Promise<readonly EngineClient[]> {
  const places = local === undefined ? [] : await enginePlaces(local satisfies LocalAccess);
  return places.map((place) => createEngineClient(place, defaultArchiveLimits.spoolBytesMax, signal));
}

/** As it is known from before, else by a look into what the engine saves. */
async function openFound(
  client: EngineClient,
  found: InspectedImage,
  location: string,
  options: ResolveOptions,
): Promise<OpenedImage> {
  const folder = options.local?.cacheFolder ?? null;
  if (folder === null) return save(client, found, location, options);
  const records = openEngineRecords(folder, platformWish(options).platform);
  const known = await records.get(found.id);
  if (known !== null) return openKnown(client, found, location, options, known);
  const opened = await save(client, found, location, options);
  await records.put(found.id, recordOf(opened));
  return opened;
}

/** Its layers are fetched when the first of them is read: mostly none is. */
function openKnown(
  client: EngineClient,
  found: InspectedImage,
  location: string,
  options: ResolveOptions,
  known: EngineRecord,
): OpenedImage {
  let saving: Promise<OpenedImage> | null = null;
  const bytesOf = async (index: number): Promise<AsyncIterable<Uint8Array>> => {
    saving ??= save(client, found, location, options);
    const content = (await saving).blobs[index]?.content;
    if (content?.kind !== "file") throw new OciError("SOURCE_INVALID", "The engine saved another image.");
    return readFileRange(content.path, content.offset, content.sizeBytes, CHUNK_BYTES);
  };
  return {
    image: { ...known.image, reference: location, ...nameOf(found.names, location) },
    blobs: known.image.layers.map((layer, index) => ({
      layer,
      // Whoever reads it holds it to this proof, so that a record cannot lend its name to other bytes.
      proof: known.proofs[index] ?? { of: "content", digest: layer.diffId },
      content: { kind: "stream", open: () => bytesOf(index) },
    })),
    platforms: known.platforms,
    readFolder: null,
    document: null,
    isRootFileSystem: false,
    problems: known.problems,
    close: async () => {
      await saving?.then(
        (opened) => opened.close(),
        () => {},
      );
    },
  };
}

/** By id, so that a name that moves meanwhile cannot mix two images. */
async function save(
  client: EngineClient,
  found: InspectedImage,
  location: string,
  options: ResolveOptions,
): Promise<OpenedImage> {
  const folder = await mkdtemp(join(tmpdir(), "plimsoll-engine-"));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const path = join(folder, "image.tar");
    const sink = createWriteStream(path, { mode: 0o600, flags: "wx" });
    await pipeline(
      await client.save(found.id),
      sink,
      options.signal === null ? {} : { signal: options.signal },
    );
    // The archive holds one image, whatever it calls it.
    const opened = await openArchiveImage({
      source: "engine",
      path,
      location,
      options: { ...options, ref: null },
    });
    return {
      ...opened,
      blobs: opened.blobs.map(asBlob),
      image: { ...opened.image, ...nameOf(found.names, location) },
      close: async () => {
        await opened.close();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    options.signal?.throwIfAborted();
    throw asSourceError(error, location);
  }
}

/** An image saved by its id has no name in the archive; the engine knows what it is called. */
function nameOf(
  names: readonly string[],
  location: string,
): { readonly repository: string | null; readonly tag: string | null } {
  // Podman puts images without a registry under localhost/.
  const meant = [location, `localhost/${location}`];
  const name = names.find((candidate) => meant.some((word) => isSameName(candidate, word))) ?? names[0];
  if (name === undefined) return { repository: null, tag: null };
  try {
    const { repository, tag } = parseReference(name);
    return { repository, tag };
  } catch (error) {
    // A name that is no reference is not worth the image.
    if (error instanceof OciError) return { repository: null, tag: null };
    throw error;
  }
}

/**
 * A layer that is saved as it is uncompressed is proved by its own bytes: read so, what was found in it is known again, in this image
 * and in others. Hashing it costs little beside having copied it.
 */
function asBlob(blob: LayerBlob): LayerBlob {
  const isPlain = blob.proof.of === "content" && blob.layer.mediaType.endsWith(".tar");
  return isPlain ? { ...blob, proof: { of: "blob", digest: blob.proof.digest } } : blob;
}

function isEngineFailure(error: unknown): boolean {
  return error instanceof OciError && (error.code === "ENGINE_UNREACHABLE" || error.code === "ENGINE_FAILED");
}

function noEngine(): OciError {
  return new OciError(
    "ENGINE_UNREACHABLE",
    "There is no Docker or Podman engine on this machine: no socket at the usual places, no DOCKER_HOST, no CONTAINER_HOST.",
  );
}
