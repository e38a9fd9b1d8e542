/**
 * A published database as an OCI artifact (OCI image specification 1.1, "Guidelines for Artifact Usage"): the signed manifest as
 * config, segments as layers.
 */
import { readFile } from "node:fs/promises";
import type { KeyObject } from "node:crypto";
import { PlimsollError } from "../domain/error.ts";
import { digestOf } from "../oci/digest.ts";
import { parseManifest, type Descriptor } from "../oci/manifest.ts";
import { manifestMediaTypes } from "../oci/media-types.ts";
import { readCurrentManifest } from "./database.ts";
import { openEnvelope, sealEnvelope } from "./envelope.ts";
import { segmentPath } from "./layout.ts";
import { segmentsOf, type Manifest, type SegmentEntry } from "./manifest.ts";
import { isWhole } from "./publish.ts";
import { readPublished, writePublished } from "./published-manifest.ts";

const artifactType = "application/vnd.plimsoll.database.v2";
const envelopeMediaType = "application/vnd.plimsoll.database.envelope.v1+json";
const segmentMediaType = "application/vnd.plimsoll.database.segment.v2";

/** Media type of an artifact's manifest. */
export const artifactManifestMediaType = manifestMediaTypes[0] ?? "";

export interface Artifact {
  /** Of the registry's or layout's manifest. */
  readonly manifest: Uint8Array;
  readonly envelope: Uint8Array;
  /** Each file once. */
  readonly segments: readonly SegmentEntry[];
  readonly isSigned: boolean;
}

/**
 * The database in a folder as an artifact: signed with the key, if there is one; as its publisher signed it, if it came from one
 * and is complete; unsigned otherwise.
 * @throws PlimsollError DATABASE_MISSING, DATABASE_INVALID when a file is damaged
 */
export async function makeArtifact(dir: string, key: KeyObject | null): Promise<Artifact> {
  const current = readCurrentManifest(dir);
  const signed = key === null ? await asPublished(dir, current) : null;
  const envelope = signed?.envelope ?? Buffer.from(sealEnvelope(writePublished(current), key), "utf8");
  const manifest = signed?.manifest ?? current;
  const segments = new Map(segmentsOf(manifest).map((segment) => [segment.digest, segment]));
  for (const segment of segments.values()) {
    if (await isWhole(dir, segment)) continue;
    const details = { segment: segment.digest, dir };
    throw new PlimsollError("DATABASE_INVALID", "A segment of the vulnerability database is damaged.", {
      details,
    });
  }
  for (const segment of manifest.folded.flatMap((delta) => delta.segments)) {
    if (await isWhole(dir, segment)) segments.set(segment.digest, segment);
  }
  return {
    manifest: writeArtifactManifest(envelope, [...segments.values()]),
    envelope,
    segments: [...segments.values()],
    isSigned: key !== null || signed?.isSigned === true,
  };
}

/** Bytes of a segment for whoever takes it. */
export function readSegmentFile(dir: string, { digest }: SegmentEntry): Promise<Uint8Array> {
  return readFile(segmentPath(dir, digest));
}

/** Config and layers of an artifact's manifest. @throws PlimsollError DATABASE_FOREIGN */
export function readArtifactManifest(bytes: Uint8Array): {
  readonly envelope: Descriptor;
  /** Hex digests. */
  readonly segments: ReadonlySet<string>;
} {
  try {
    const manifest = parseManifest(bytes, artifactManifestMediaType);
    if (manifest.kind === "manifest" && manifest.config.mediaType === envelopeMediaType) {
      const layers = manifest.layers.filter(({ mediaType }) => mediaType === segmentMediaType);
      const segments = new Set(layers.map(({ digest }) => digest.slice("sha256:".length)));
      return { envelope: manifest.config, segments };
    }
  } catch (cause) {
    if (cause instanceof PlimsollError) throw foreign(cause);
    throw cause;
  }
  throw foreign(undefined);
}

function foreign(cause: unknown): PlimsollError {
  return new PlimsollError("DATABASE_FOREIGN", "What was named is no published vulnerability database.", {
    cause,
  });
}

/** Of a database that came from a publisher and is as it came: without parts left out, and compressed alike. */
async function asPublished(
  dir: string,
  { publication }: Manifest,
): Promise<{ envelope: Uint8Array; manifest: Manifest; isSigned: boolean } | null> {
  if (publication === null) return null;
  const envelope = Buffer.from(publication.envelope, "utf8");
  const { payload, isSigned } = openEnvelope(envelope, []);
  const manifest = readPublished(payload);
  for (const segment of segmentsOf(manifest)) if (!(await isWhole(dir, segment))) return null;
  return { envelope, manifest, isSigned };
}

function writeArtifactManifest(envelope: Uint8Array, segments: readonly SegmentEntry[]): Uint8Array {
  const config = { mediaType: envelopeMediaType, digest: digestOf(envelope), size: envelope.byteLength };
  const layers = segments.map(({ digest, sizeBytes }) => ({
    mediaType: segmentMediaType,
    digest: `sha256:${digest}`,
    size: sizeBytes,
  }));
  const manifest = { schemaVersion: 2, mediaType: artifactManifestMediaType, artifactType, config, layers };
  return Buffer.from(JSON.stringify(manifest), "utf8");
}
