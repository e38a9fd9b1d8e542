/**
 * Attestations beside an image: BuildKit's manifests in the same index, and referrers of the image's manifest
 * (https://github.com/moby/buildkit/blob/master/docs/attestations/attestation-storage.md; OCI distribution 1.1, referrers).
 * What is broken is a problem; what cannot be asked is told apart from "there are none".
 */
import { PlimsollError } from "../domain/error.ts";
import type { Attestation } from "../domain/image.ts";
import { printable, type Problem } from "../domain/problem.ts";
import type { Content } from "./content.ts";
import { type Descriptor, type ImageManifest, parseManifest } from "./manifest.ts";
import { envelopeMediaTypes, statementMediaTypes } from "./media-types.ts";
import { readStatement, statementBytesMax } from "./statement.ts";

export interface AttestationReading {
  /** Null when referrers could not be listed and none was found otherwise: nothing can be said. */
  readonly attestations: readonly Attestation[] | null;
  readonly problems: readonly Problem[];
}

/** Ceilings for one image: manifests looked at, and bytes of all statements together. */
const manifestsMax = 64;
const statementsTotalBytesMax = 128 * 1024 ** 2;

/**
 * All statements stored with the image of `digest`; `entries` are those of its index. Never throws for content; an abort
 * passes through.
 */
export async function fetchAttestations(
  content: Content,
  digest: string,
  entries: readonly Descriptor[],
): Promise<AttestationReading> {
  const reader = createReader(content, digest);
  const inIndex = entries.filter((entry) => isAttestationOf(entry, digest));
  const known = new Set<string>();
  for (const entry of inIndex) {
    if (!known.has(entry.digest)) await reader.readManifest(entry, "in-index");
    known.add(entry.digest);
  }
  let referrers: readonly Descriptor[] = [];
  let isComplete = true;
  try {
    referrers = await content.findReferrers(digest);
  } catch (error) {
    isComplete = false;
    reader.addProblem("ATTESTATIONS_UNAVAILABLE", "Referrers of the image could not be listed", error);
  }
  for (const referrer of referrers) {
    if (!known.has(referrer.digest)) await reader.readManifest(referrer, "referrer");
    known.add(referrer.digest);
  }
  const { attestations, problems } = reader;
  return { attestations: isComplete || attestations.length > 0 ? attestations : null, problems };
}

/** BuildKit's mark of an attestation manifest, and of which manifest it speaks. */
function isAttestationOf(entry: Descriptor, digest: string): boolean {
  const { annotations } = entry;
  return (
    annotations["vnd.docker.reference.type"] === "attestation-manifest" &&
    annotations["vnd.docker.reference.digest"] === digest
  );
}

interface Reader {
  readonly attestations: readonly Attestation[];
  readonly problems: readonly Problem[];
  readManifest(entry: Descriptor, storage: Attestation["storage"]): Promise<void>;
  addProblem(code: Problem["code"], message: string, error: unknown): void;
}

/** Collects statements and problems while keeping the ceilings. */
function createReader(content: Content, imageDigest: string): Reader {
  const attestations: Attestation[] = [];
  const problems: Problem[] = [];
  let manifestCount = 0;
  let statementBytes = 0;

  function addProblem(code: Problem["code"], message: string, error: unknown): void {
    if (error !== null && !(error instanceof PlimsollError)) throw error;
    const why = error === null ? "." : `: ${printable(error.message)}`;
    problems.push({ code, message: message + why, path: null, layer: null });
  }

  async function readLayer(layer: Descriptor, storage: Attestation["storage"]): Promise<void> {
    const bytes = await content.fetchBlob(layer.digest, statementBytesMax);
    const attestation = readStatement(bytes, storage);
    const declared = layer.annotations["in-toto.io/predicate-type"];
    if (declared === undefined || declared === attestation.predicateType) attestations.push(attestation);
    else addProblem("ATTESTATION_INVALID", `Attestation ${layer.digest} is not of its declared type`, null);
  }

  async function readLayers(manifest: ImageManifest, storage: Attestation["storage"]): Promise<void> {
    for (const layer of manifest.layers.filter(holdsStatement)) {
      statementBytes += layer.sizeBytes;
      if (layer.sizeBytes > statementBytesMax || statementBytes > statementsTotalBytesMax) {
        addProblem("ATTESTATION_INVALID", `Attestation ${layer.digest} is too large to be read`, null);
        continue;
      }
      try {
        await readLayer(layer, storage);
      } catch (error) {
        addProblem("ATTESTATION_INVALID", `Attestation ${layer.digest} cannot be read`, error);
      }
    }
  }

  async function readManifest(entry: Descriptor, storage: Attestation["storage"]): Promise<void> {
    manifestCount += 1;
    if (manifestCount > manifestsMax) {
      if (manifestCount > manifestsMax + 1) return;
      return addProblem("ATTESTATION_INVALID", `More than ${manifestsMax} attestation manifests`, null);
    }
    try {
      const manifest = parseManifest(await content.fetchManifest(entry.digest), entry.mediaType);
      if (manifest.kind === "index") return;
      if (storage === "referrer" && manifest.subject !== imageDigest) {
        return addProblem("ATTESTATION_INVALID", `Referrer ${entry.digest} is about another manifest`, null);
      }
      await readLayers(manifest, storage);
    } catch (error) {
      addProblem("ATTESTATION_INVALID", `Attestation manifest ${entry.digest} cannot be read`, error);
    }
  }

  return { attestations, problems, readManifest, addProblem };
}

function holdsStatement(layer: Descriptor): boolean {
  const { mediaType } = layer;
  return (
    statementMediaTypes.includes(mediaType) ||
    envelopeMediaTypes.includes(mediaType) ||
    /^application\/vnd\.dev\.sigstore\.bundle[a-z0-9.;=]*\+json$/.test(mediaType)
  );
}
