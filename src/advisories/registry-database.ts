/** The vulnerability database in a registry: written (`db push`) and read (`db pull`). */
import { PlimsollError } from "../domain/error.ts";
import { mapPool } from "../io/pool.ts";
import type { RegistryClient } from "../oci/client.ts";
import type { RepositoryName } from "../oci/registry-options.ts";
import type { RegistryWriter } from "../oci/push.ts";
import { digestOf } from "../oci/digest.ts";
import { formatReference, type ImageReference } from "../oci/reference.ts";
import {
  artifactManifestMediaType,
  readArtifactManifest,
  readSegmentFile,
  type Artifact,
} from "./artifact.ts";
import { envelopeBytesMax } from "./envelope.ts";
import type { SegmentEntry } from "./manifest.ts";
import type { PublishedSource } from "./take-published.ts";

export interface PushReport {
  /** `sha256:…` of the artifact. */
  readonly digest: string;
  readonly isSigned: boolean;
  readonly sentCount: number;
  readonly sentBytes: number;
  /** Segments that the registry had. */
  readonly knownCount: number;
}

const UPLOADS_AT_ONCE = 4;

/** Sends what the registry does not have, and the tag last. @throws OciError REGISTRY_…; system errors */
export async function pushDatabase(
  dir: string,
  artifact: Artifact,
  writer: RegistryWriter,
  reference: ImageReference,
): Promise<PushReport> {
  let [sentCount, sentBytes] = [0, 0];
  await mapPool(artifact.segments, UPLOADS_AT_ONCE, async (segment) => {
    if (await writer.hasBlob(reference, `sha256:${segment.digest}`)) return;
    const bytes = await readSegmentFile(dir, segment);
    await writer.putBlob(reference, bytes);
    sentCount += 1;
    sentBytes += bytes.byteLength;
  });
  const { envelope, manifest } = artifact;
  if (!(await writer.hasBlob(reference, digestOf(envelope)))) {
    await writer.putBlob(reference, envelope);
    sentBytes += envelope.byteLength;
  }
  const tag = reference.tag ?? "latest";
  const digest = await writer.putManifest(reference, tag, manifest, artifactManifestMediaType);
  const knownCount = artifact.segments.length - sentCount;
  return {
    digest,
    isSigned: artifact.isSigned,
    sentCount,
    sentBytes: sentBytes + manifest.byteLength,
    knownCount,
  };
}

/** @throws PlimsollError DATABASE_FOREIGN, DATABASE_TAMPERED; OciError REGISTRY_…, SOURCE_NOT_FOUND */
export async function openRegistrySource(
  client: RegistryClient,
  reference: ImageReference,
): Promise<PublishedSource> {
  const manifest = await client.fetchManifest(reference, reference.digest ?? reference.tag ?? "latest");
  const { envelope, segments } = readArtifactManifest(manifest.bytes);
  return {
    origin: formatReference(reference),
    envelope: await fetchBlob(client, reference, envelope.digest, envelopeBytesMax),
    has: (digest) => segments.has(digest),
    fetch: ({ digest, sizeBytes }: SegmentEntry) =>
      fetchBlob(client, reference, `sha256:${digest}`, sizeBytes),
  };
}

async function fetchBlob(
  client: RegistryClient,
  repository: RepositoryName,
  digest: string,
  bytesMax: number,
): Promise<Uint8Array> {
  try {
    return await client.fetchBlob(repository, digest, bytesMax);
  } catch (error) {
    throw asTampered(error);
  }
}

/** Bytes that are others, or more, than their digest says. */
export function asTampered(error: unknown): unknown {
  const isOther =
    error instanceof PlimsollError && (error.code === "DIGEST_MISMATCH" || error.code === "LIMIT_EXCEEDED");
  if (!isOther) return error;
  return new PlimsollError("DATABASE_TAMPERED", `The published database is damaged. ${error.message}`, {
    cause: error,
    details: error.details,
  });
}
