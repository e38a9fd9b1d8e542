/**
 * Source `containerd://`: an image in containerd's content store, as ctr, nerdctl, Kubernetes and Docker's newer store keep it. Blobs
 * are read over its socket as they are needed: nothing is exported, and layers are known by the digests of their registry.
 */
import type { Attestation } from "../../domain/image.ts";
import type { Problem } from "../../domain/problem.ts";
import { fetchAttestations } from "../../oci/attestations.ts";
import type { Content } from "../../oci/content.ts";
import { OciError } from "../../oci/error.ts";
import { type Descriptor, type ImageIndex, manifestBytesMax, parseManifest } from "../../oci/manifest.ts";
import { isArtifactEntry, type SelectedImage, selectImage } from "../../oci/select-image.ts";
import { openLayeredImage } from "../shared/layered-image.ts";
import { platformWish } from "../shared/platform-wish.ts";
import type { OpenedImage, ResolveOptions, Source } from "../types.ts";
import type { ContainerdClient } from "./client.ts";
import { type ContainerdPlace, containerdPlace } from "./place.ts";
import type { ChosenImage } from "./choose.ts";

export const containerd: Source = Object.freeze({
  id: "containerd",
  title: "Image in containerd's store",
  schemes: ["containerd"],
  kind: "containerd",
  specs: [
    "https://github.com/containerd/containerd/blob/v1.6.20/api/services/content/v1/content.proto",
    "https://github.com/containerd/containerd/blob/v1.6.20/api/services/images/v1/images.proto",
  ],
  version: 1,
  turn: 2,
  open,
  find,
  findNewest,
} satisfies Source);

async function open(location: string, options: ResolveOptions): Promise<OpenedImage> {
  const place = options.local === undefined ? null : await containerdPlace(options.local);
  if (place === null) {
    throw new OciError(
      "ENGINE_UNREACHABLE",
      "There is no containerd on this machine: no socket at the usual place, no CONTAINERD_ADDRESS.",
    );
  }
  return withStore(place, options, async (client, { chooseImage, meaningsOf, notFound }) => {
    const chosen = await chooseImage(client, await meaningsOf(client, location, place.namespaces));
    if (chosen === null) throw await notFound(client, location);
    return openChosen(client, chosen, location, options);
  });
}

/** Null where the store does not have it, or not all of it: whoever asks for an image of any place does not depend on containerd. */
async function find(location: string, options: ResolveOptions): Promise<OpenedImage | null> {
  if (options.local === undefined) return null;
  try {
    const place = await containerdPlace(options.local);
    if (place === null) return null;
    return await withStore(place, options, async (client, { chooseImage }) => {
      const meanings = place.namespaces.map((namespace) => ({ namespace, word: location }));
      const chosen = await chooseImage(client, meanings);
      if (chosen !== null) return openChosen(client, chosen, location, options);
      client.close();
      return null;
    });
  } catch (error) {
    if (error instanceof OciError && passedOver.has(error.code)) return null;
    throw error;
  }
}

/** Null where no containerd listens, or it has no image. */
async function findNewest(options: ResolveOptions): Promise<string | null> {
  const place = options.local === undefined ? null : await containerdPlace(options.local);
  if (place === null) return null;
  return withStore(place, options, async (client, { newestOf }) => {
    const newest = await newestOf(client, place.namespaces);
    client.close();
    return newest === null ? null : `containerd://${newest.namespace}/${newest.name}`;
  });
}

const passedOver: ReadonlySet<string> = new Set([
  "ENGINE_UNREACHABLE",
  "ENGINE_FAILED",
  "SOURCE_UNSUPPORTED",
  "PLATFORM_NOT_FOUND",
  "CONTENT_MISSING",
]);

/** Loaded on demand: most machines have no containerd. The connection stays open as long as the image is. */
async function withStore<T>(
  place: ContainerdPlace,
  options: ResolveOptions,
  work: (client: ContainerdClient, choose: typeof import("./choose.ts")) => Promise<T>,
): Promise<T> {
  const { createContainerdClient } = await import("./client.ts");
  const client = createContainerdClient(place.socketPath, options.signal);
  try {
    return await work(client, await import("./choose.ts"));
  } catch (error) {
    client.close();
    throw error;
  }
}

async function openChosen(
  client: ContainerdClient,
  chosen: ChosenImage,
  location: string,
  options: ResolveOptions,
): Promise<OpenedImage> {
  const { namespace } = chosen;
  const content: Content = {
    fetchManifest: (digest) => client.readBlob(namespace, digest, manifestBytesMax),
    fetchBlob: (digest, bytesMax) => client.readBlob(namespace, digest, bytesMax),
    findReferrers: async () => [],
  };
  const root = parseManifest(await content.fetchManifest(chosen.digest), chosen.mediaType);
  const has = async (digest: string): Promise<boolean> => (await client.findBlob(namespace, digest)) !== null;
  const held = root.kind === "index" ? await heldEntries(root, has) : null;
  const manifest = root.kind === "index" ? { ...root, entries: held?.there ?? [] } : root;
  const selected = await selectImage(
    content,
    { digest: chosen.digest, manifest },
    platformWish(options),
  ).catch((error: unknown) => {
    throw held !== null && held.isPart ? partOnly(error) : error;
  });
  await requireLayers(selected, has);
  const { repository, tag } = await nameOf(chosen.name);
  return openLayeredImage({
    source: "containerd",
    reference: location,
    repository,
    tag,
    selected,
    ...(await attestationsOf(content, selected, held?.isWithoutArtifacts === true)),
    contentOf: async (layer) => ({
      kind: "stream",
      open: async () => client.openBlob(namespace, layer.digest, layer.sizeBytes),
    }),
    close: async () => client.close(),
  });
}

interface HeldEntries {
  readonly there: readonly Descriptor[];
  /** Images that the index names are not there. */
  readonly isPart: boolean;
  /** Attestations that the index names are not there. */
  readonly isWithoutArtifacts: boolean;
}

/** An index names every platform; of most of them nothing has been pulled. */
async function heldEntries(
  { entries }: ImageIndex,
  has: (digest: string) => Promise<boolean>,
): Promise<HeldEntries> {
  const there: Descriptor[] = [];
  const absent: Descriptor[] = [];
  for (const entry of entries) ((await has(entry.digest)) ? there : absent).push(entry);
  return {
    there,
    isPart: absent.some((entry) => !isArtifactEntry(entry)),
    isWithoutArtifacts: absent.some(isArtifactEntry),
  };
}

function partOnly(error: unknown): unknown {
  if (!(error instanceof OciError) || error.code !== "PLATFORM_NOT_FOUND") return error;
  const message = `${error.message} Its index names further ones, which containerd does not hold: pull them with --platform or --all-platforms.`;
  return new OciError("PLATFORM_NOT_FOUND", message, { cause: error, details: error.details });
}

/** Before anything is read: what is half there must not look like an image with few packages. */
async function requireLayers(
  { manifest }: SelectedImage,
  has: (digest: string) => Promise<boolean>,
): Promise<void> {
  const missing: string[] = [];
  for (const { digest } of manifest.layers) if (!(await has(digest))) missing.push(digest);
  if (missing.length === 0) return;
  throw new OciError(
    "CONTENT_MISSING",
    `containerd holds ${manifest.layers.length - missing.length} of the image's ${manifest.layers.length} layers: the others were not pulled, or were discarded when they were unpacked (discard_unpacked_layers).`,
    { details: { missing: missing.slice(0, 20).join(", ") } },
  );
}

/** Referrers are no part of a store, so that none found is no answer. */
async function attestationsOf(
  content: Content,
  { digest, entries }: SelectedImage,
  isWithoutArtifacts: boolean,
): Promise<{ readonly attestations: readonly Attestation[] | null; readonly problems: readonly Problem[] }> {
  const { attestations, problems } = await fetchAttestations(content, digest, entries);
  const absent: Problem = {
    code: "ATTESTATIONS_UNAVAILABLE",
    message: "Attestations of the image were not pulled into containerd's store",
    path: null,
    layer: null,
  };
  return {
    attestations: attestations === null || attestations.length === 0 ? null : attestations,
    problems: isWithoutArtifacts ? [...problems, absent] : problems,
  };
}

async function nameOf(
  name: string,
): Promise<{ readonly repository: string | null; readonly tag: string | null }> {
  // Kubernetes keeps digests as names.
  if (name.startsWith("sha256:")) return { repository: null, tag: null };
  const { referenceOf } = await import("./choose.ts");
  const { repository = null, tag = null } = referenceOf(name) ?? {};
  return { repository, tag };
}
