/**
 * Artifacts that refer to an image: pushed with a subject (OCI distribution 1.1, "Pushing Manifests with Subject"), and listed
 * under the fall-back tag where the registry does not list them itself; or under cosign's tags.
 */
import type { RegistryClient } from "./client.ts";
import { digestOf } from "./digest.ts";
import { OciError } from "./error.ts";
import { asList, invalid, parseJsonObject } from "./json.ts";
import { type Descriptor, manifestBytesMax } from "./manifest.ts";
import type { RegistryWriter } from "./push.ts";
import type { RepositoryName } from "./registry-options.ts";

/** One blob of an artifact. */
export interface ArtifactLayer {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface Referrer {
  /** The manifest that it is about. */
  readonly subject: Pick<Descriptor, "digest" | "mediaType" | "sizeBytes">;
  readonly artifactType: string;
  readonly layer: ArtifactLayer;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface RegistryAccess {
  readonly client: RegistryClient;
  readonly writer: RegistryWriter;
}

const manifestMediaType = "application/vnd.oci.image.manifest.v1+json";
const indexMediaType = "application/vnd.oci.image.index.v1+json";
const emptyMediaType = "application/vnd.oci.empty.v1+json";
const layersMax = 1000;
const empty = Buffer.from("{}");

/** `sha256:…` of its manifest. @throws OciError REGISTRY_… */
export async function pushReferrer(
  { client, writer }: RegistryAccess,
  repository: RepositoryName,
  { subject, artifactType, layer, annotations }: Referrer,
): Promise<string> {
  await putMissing(writer, repository, empty);
  await putMissing(writer, repository, layer.bytes);
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: manifestMediaType,
      artifactType,
      config: { mediaType: emptyMediaType, digest: digestOf(empty), size: empty.length },
      layers: [layerDescriptor(layer)],
      subject: { mediaType: subject.mediaType, digest: subject.digest, size: subject.sizeBytes },
      annotations,
    }),
  );
  const { digest, isListed } = await writer.putReferrer(repository, manifest, manifestMediaType);
  if (!isListed) {
    const entry = { mediaType: manifestMediaType, digest, size: manifest.length, artifactType, annotations };
    await listUnderTag({ client, writer }, repository, subject.digest, entry);
  }
  return digest;
}

/**
 * Adds a layer to the manifest under one of cosign's tags, e.g. `sha256-….att`, which is made where there is none.
 * `sha256:…` of the manifest. @throws OciError REGISTRY_…
 */
export async function pushUnderTag(
  { client, writer }: RegistryAccess,
  repository: RepositoryName,
  tag: string,
  layer: ArtifactLayer,
): Promise<string> {
  await putMissing(writer, repository, layer.bytes);
  const found = await findManifest(client, repository, tag);
  const stored = found === null ? null : parseJsonObject(found, "manifest", manifestBytesMax)["layers"];
  const there = asList(stored, "manifest.layers", layersMax) as readonly Record<string, unknown>[];
  const layers = [...there.filter(({ digest }) => digest !== digestOf(layer.bytes)), layerDescriptor(layer)];
  // cosign writes its artifacts as images, whose configs list the layers.
  const config = Buffer.from(
    JSON.stringify({
      architecture: "",
      created: "0001-01-01T00:00:00Z",
      history: layers.map(() => ({ created: "0001-01-01T00:00:00Z" })),
      os: "",
      rootfs: { type: "layers", diff_ids: layers.map(({ digest }) => digest) },
      config: {},
    }),
  );
  await putMissing(writer, repository, config);
  const manifest = {
    schemaVersion: 2,
    mediaType: manifestMediaType,
    config: {
      mediaType: "application/vnd.oci.image.config.v1+json",
      digest: digestOf(config),
      size: config.length,
    },
    layers,
  };
  return writer.putManifest(repository, tag, Buffer.from(JSON.stringify(manifest)), manifestMediaType);
}

async function putMissing(
  writer: RegistryWriter,
  repository: RepositoryName,
  bytes: Uint8Array,
): Promise<void> {
  if (!(await writer.hasBlob(repository, digestOf(bytes)))) await writer.putBlob(repository, bytes);
}

function layerDescriptor({ bytes, mediaType, annotations }: ArtifactLayer): Record<string, unknown> {
  return { mediaType, digest: digestOf(bytes), size: bytes.length, annotations };
}

/** The client's duty where the registry has no referrers API. What others wrote there stays. */
async function listUnderTag(
  { client, writer }: RegistryAccess,
  repository: RepositoryName,
  subject: string,
  entry: Record<string, unknown>,
): Promise<void> {
  const tag = subject.replace(":", "-");
  const found = await findManifest(client, repository, tag);
  const there: Record<string, unknown>[] = [];
  if (found !== null) {
    const { manifests } = parseJsonObject(found, "index", manifestBytesMax);
    // Whatever it is, somebody else needs it.
    if (!Array.isArray(manifests)) throw invalid(`The tag ${tag}`, "a list of referrers");
    there.push(
      ...(manifests as Record<string, unknown>[]).filter(({ digest }) => digest !== entry["digest"]),
    );
  }
  const index = { schemaVersion: 2, mediaType: indexMediaType, manifests: [...there, entry] };
  await writer.putManifest(repository, tag, Buffer.from(JSON.stringify(index)), indexMediaType);
}

async function findManifest(
  client: RegistryClient,
  repository: RepositoryName,
  tag: string,
): Promise<Uint8Array | null> {
  try {
    return (await client.fetchManifest(repository, tag)).bytes;
  } catch (error) {
    if (error instanceof OciError && error.code === "SOURCE_NOT_FOUND") return null;
    throw error;
  }
}
