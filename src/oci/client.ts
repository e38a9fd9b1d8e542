/**
 * Registries, for reading (OCI distribution specification 1.1; Docker Registry HTTP API V2).
 */
import type { HttpResponse } from "../io/http.ts";
import { openResumable } from "./blob-stream.ts";
import { digestOf, isDigest, verifyDigest } from "./digest.ts";
import { OciError } from "./error.ts";
import { type Descriptor, manifestBytesMax, parseManifest } from "./manifest.ts";
import { acceptManifests, bareMediaType, indexMediaTypes } from "./media-types.ts";
import type { RegistryClientOptions, RepositoryName } from "./registry-options.ts";
import { fetchPages } from "./registry-pages.ts";
import { asRegistryError, protocolError } from "./registry-failure.ts";
import { createSender, nameOf, type Send } from "./registry-sender.ts";

export interface FetchedManifest {
  readonly bytes: Uint8Array;
  /** `sha256:…` of the bytes. */
  readonly digest: string;
  /** As the registry calls it. */
  readonly mediaType: string;
}

/** Every method throws OciError: REGISTRY_…, SOURCE_NOT_FOUND, DIGEST_MISMATCH, LIMIT_EXCEEDED, CREDENTIALS_INVALID. */
export interface RegistryClient {
  /** By tag or digest; a digest is verified. */
  fetchManifest(repository: RepositoryName, reference: string): Promise<FetchedManifest>;
  /** What a tag names now, without fetching it where the registry tells. */
  fetchDigest(repository: RepositoryName, tag: string): Promise<string>;
  /** A small blob, verified. */
  fetchBlob(repository: RepositoryName, digest: string, bytesMax: number): Promise<Uint8Array>;
  /** A blob as a stream, not verified; broken connections are resumed. At most `bytesMax` bytes; each piece is valid until the next is asked for. */
  openBlob(repository: RepositoryName, digest: string, bytesMax: number): Promise<AsyncIterable<Uint8Array>>;
  /** Manifests whose subject is `digest`: by the referrers API, else by its fall-back tag. */
  fetchReferrers(repository: RepositoryName, digest: string): Promise<readonly Descriptor[]>;
  /** All tags, in the registry's order. */
  fetchTags(repository: RepositoryName): Promise<readonly string[]>;
}

/** A client that signs in once per repository and keeps nothing on disk. */
export function createRegistryClient(options: RegistryClientOptions): RegistryClient {
  const send = createSender(options);

  async function fetchManifest(repository: RepositoryName, reference: string): Promise<FetchedManifest> {
    const asked = nameOf(repository, reference);
    const target = `/v2/${repository.path}/manifests/${reference}`;
    const limits = { bodyBytesMax: manifestBytesMax };
    const response = await send(repository, { target, asked, limits, headers: { accept: acceptManifests } });
    const bytes = await collect(response, repository.registry);
    const declared = isDigest(reference) ? reference : (response.headers["docker-content-digest"] ?? "");
    if (isDigest(declared)) verifyDigest(bytes, declared, "manifest");
    return {
      bytes,
      digest: digestOf(bytes),
      mediaType: bareMediaType(response.headers["content-type"] ?? ""),
    };
  }

  async function openBlob(repository: RepositoryName, digest: string, bytesMax: number) {
    const target = `/v2/${repository.path}/blobs/${digest}`;
    const asked = nameOf(repository, digest);
    const openFrom = async (from: number): Promise<HttpResponse> => {
      const headers: Record<string, string> = from === 0 ? {} : { range: `bytes=${from}-` };
      return send(repository, { target, asked, headers, limits: { bodyBytesMax: bytesMax } }, [200, 206]);
    };
    const stream = await openResumable(openFrom, { bytesMax, signal: options.signal });
    return translated(stream, repository.registry);
  }

  return {
    fetchManifest,
    openBlob,
    async fetchDigest(repository, tag) {
      const request = { method: "HEAD", target: `/v2/${repository.path}/manifests/${tag}` } as const;
      const headers = { accept: acceptManifests };
      const response = await send(repository, { ...request, headers, asked: nameOf(repository, tag) });
      await response.discard();
      const digest = response.headers["docker-content-digest"] ?? "";
      return isDigest(digest) ? digest : (await fetchManifest(repository, tag)).digest;
    },
    async fetchBlob(repository, digest, bytesMax) {
      const pieces: Uint8Array[] = [];
      // Copied: a piece is valid until the next is asked for.
      for await (const piece of await openBlob(repository, digest, bytesMax)) pieces.push(Buffer.from(piece));
      const bytes = Buffer.concat(pieces);
      verifyDigest(bytes, digest, "blob");
      return bytes;
    },
    fetchReferrers: (repository, digest) => fetchReferrers(send, fetchManifest, repository, digest),
    async fetchTags(repository) {
      const first = `/v2/${repository.path}/tags/list?n=1000`;
      return fetchPages(first, "tags", async (target) => {
        const response = await send(repository, { target, asked: nameOf(repository, "tags") });
        return { response, bytes: await collect(response, repository.registry) };
      });
    },
  };
}

async function fetchReferrers(
  send: Send,
  fetchManifest: RegistryClient["fetchManifest"],
  repository: RepositoryName,
  digest: string,
): Promise<readonly Descriptor[]> {
  const target = `/v2/${repository.path}/referrers/${digest}`;
  const asked = nameOf(repository, `referrers of ${digest}`);
  const headers = { accept: indexMediaTypes[0] ?? "" };
  const limits = { bodyBytesMax: manifestBytesMax };
  const response = await send(repository, { target, asked, headers, limits }, [200, ...withoutApi]);
  const isIndex = indexMediaTypes.includes(bareMediaType(response.headers["content-type"] ?? ""));
  if (response.status === 200 && isIndex) {
    return entriesOf(await collect(response, repository.registry));
  }
  await response.discard();
  try {
    return entriesOf((await fetchManifest(repository, digest.replace(":", "-"))).bytes);
  } catch (error) {
    if (error instanceof OciError && error.code === "SOURCE_NOT_FOUND") return [];
    throw error;
  }
}

/** How registries without the referrers API answer to it. */
const withoutApi: readonly number[] = [400, 404, 405, 406, 415, 501];

function entriesOf(bytes: Uint8Array): readonly Descriptor[] {
  const index = parseManifest(bytes, indexMediaTypes[0] ?? null);
  if (index.kind !== "index") throw protocolError("a list of referrers that is no index");
  return index.entries;
}

async function collect(response: HttpResponse, registry: string): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of translated(response.body, registry)) pieces.push(piece);
  return Buffer.concat(pieces);
}

async function* translated(stream: AsyncIterable<Uint8Array>, registry: string): AsyncGenerator<Uint8Array> {
  try {
    yield* stream;
  } catch (error) {
    throw asRegistryError(error, registry);
  }
}
