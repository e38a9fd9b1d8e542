/**
 * Statements and signatures out of the manifests that carry them, under ceilings for one image: many and large ones are how
 * verifiers were brought down.
 */
import { PlimsollError } from "../domain/error.ts";
import type { Attestation } from "../domain/image.ts";
import { printable, type Problem } from "../domain/problem.ts";
import type { SignatureStorage, SignedBytes } from "../domain/signature.ts";
import type { Content } from "./content.ts";
import { parseJsonObject } from "./json.ts";
import { type Descriptor, type ImageManifest, parseManifest } from "./manifest.ts";
import { attachedSbomTypes, isStatementType, signatureMediaTypes } from "./media-types.ts";
import { readStoredStatement, statementBytesMax } from "./statement.ts";

/** Ceilings for one image: manifests looked at, bytes of all statements together, signatures and their size. */
const manifestsMax = 64;
const statementsTotalBytesMax = 128 * 1024 ** 2;
const signaturesMax = 64;
const signatureBytesMax = 1024 ** 2;

/** What was read so far. */
export interface AttestationReader {
  readonly content: Content;
  readonly attestations: Attestation[];
  readonly signed: SignedBytes[];
  readonly problems: Problem[];
  /** Of statements that nobody signed too. */
  readonly keepsBytes: boolean;
  /** Where they lie, if not in the image's own repository; else null. */
  readonly repository: string | null;
  manifestCount: number;
  statementBytes: number;
}

export interface AttestationPlace {
  readonly storage: SignatureStorage;
  readonly about: string;
}

/** A manifest that is being read. */
interface ManifestPlace extends AttestationPlace {
  /** `sha256:…` */
  readonly manifestDigest: string;
}

export function createAttestationReader(
  content: Content,
  keepsBytes: boolean,
  repository: string | null = null,
): AttestationReader {
  return {
    keepsBytes,
    repository,
    content,
    attestations: [],
    signed: [],
    problems: [],
    manifestCount: 0,
    statementBytes: 0,
  };
}

/** Reads what a manifest holds into the reader. Never throws for its content. */
export async function readAttestations(
  reader: AttestationReader,
  entry: Pick<Descriptor, "digest" | "mediaType">,
  place: AttestationPlace,
): Promise<void> {
  reader.manifestCount += 1;
  if (reader.manifestCount > manifestsMax) {
    if (reader.manifestCount > manifestsMax + 1) return;
    return addProblem(reader, `More than ${manifestsMax} attestation manifests`, null);
  }
  try {
    const manifest = parseManifest(await reader.content.fetchManifest(entry.digest), entry.mediaType);
    if (manifest.kind === "index") return;
    if (place.storage === "referrer" && manifest.subject !== place.about) {
      return addProblem(reader, `Referrer ${entry.digest} is about another manifest`, null);
    }
    await readLayers(reader, manifest, { ...place, manifestDigest: entry.digest });
  } catch (error) {
    addProblem(reader, `Attestation manifest ${entry.digest} cannot be read`, error);
  }
}

/** Keeps what a registry answered as a problem; whatever else was thrown is thrown on. */
export function addProblem(
  { problems }: AttestationReader,
  message: string,
  error: unknown,
  code: Problem["code"] = "ATTESTATION_INVALID",
): void {
  if (error !== null && !(error instanceof PlimsollError)) throw error;
  const why = error === null ? "." : `: ${printable(error.message)}`;
  problems.push({ code, message: message + why, path: null, layer: null });
}

async function readLayers(
  reader: AttestationReader,
  { layers }: ImageManifest,
  place: ManifestPlace,
): Promise<void> {
  for (const layer of layers) {
    const read = layerReader(layer.mediaType, place);
    if (read === null) continue;
    reader.statementBytes += layer.sizeBytes;
    if (layer.sizeBytes > statementBytesMax || reader.statementBytes > statementsTotalBytesMax) {
      addProblem(reader, `Attestation ${layer.digest} is too large to be read`, null);
      continue;
    }
    try {
      await read(reader, layer, place);
    } catch (error) {
      addProblem(reader, `Attestation ${layer.digest} cannot be read`, error);
    }
  }
}

type ReadLayer = (reader: AttestationReader, layer: Descriptor, place: ManifestPlace) => Promise<void>;

function layerReader(mediaType: string, { storage }: AttestationPlace): ReadLayer | null {
  if (isStatementType(mediaType)) return readStatementLayer;
  if (signatureMediaTypes.includes(mediaType)) return readSignatureLayer;
  return storage === "tag" && attachedSbomTypes[mediaType] !== undefined ? readSbomLayer : null;
}

async function readStatementLayer(
  reader: AttestationReader,
  layer: Descriptor,
  { storage, manifestDigest }: ManifestPlace,
): Promise<void> {
  const bytes = await reader.content.fetchBlob(layer.digest, statementBytesMax);
  const { attestation, isSigned } = readStoredStatement(bytes, storage);
  const declared = layer.annotations["in-toto.io/predicate-type"];
  if (declared !== undefined && declared !== attestation.predicateType) {
    return addProblem(reader, `Attestation ${layer.digest} is not of its declared type`, null);
  }
  const signed =
    isSigned || reader.keepsBytes ? { signed: signedBytes(reader, layer, { storage, bytes }) } : {};
  const lies = { manifestDigest, ...elsewhere(reader) };
  reader.attestations.push({ ...attestation, digest: layer.digest, ...lies, ...signed });
}

async function readSignatureLayer(
  reader: AttestationReader,
  layer: Descriptor,
  { storage }: ManifestPlace,
): Promise<void> {
  if (reader.signed.length < signaturesMax) {
    const bytes = await reader.content.fetchBlob(layer.digest, signatureBytesMax);
    reader.signed.push(signedBytes(reader, layer, { storage, bytes }));
    return;
  }
  const told = `More than ${signaturesMax} signatures`;
  if (!reader.problems.some(({ message }) => message.startsWith(told))) addProblem(reader, told, null);
}

/** An SBOM as it is, under a tag that names the image: it says itself what it is, and nobody signed it. */
async function readSbomLayer(
  reader: AttestationReader,
  { digest, mediaType }: Descriptor,
  { storage, about, manifestDigest }: ManifestPlace,
): Promise<void> {
  const bytes = await reader.content.fetchBlob(digest, statementBytesMax);
  const predicate = parseJsonObject(bytes, "attached SBOM", statementBytesMax);
  const predicateType = attachedSbomTypes[mediaType] ?? mediaType;
  reader.attestations.push({
    predicateType,
    predicate,
    subjectDigests: [about],
    storage,
    digest,
    manifestDigest,
    ...elsewhere(reader),
    trust: "unsigned",
  });
}

function elsewhere({ repository }: AttestationReader): Pick<Attestation, "manifestRepository"> {
  return repository === null ? {} : { manifestRepository: repository };
}

function signedBytes(
  { repository }: AttestationReader,
  { mediaType, digest, annotations }: Descriptor,
  { storage, bytes }: Pick<SignedBytes, "storage" | "bytes">,
): SignedBytes {
  const place = repository === null ? {} : { repository };
  return { storage, mediaType, digest, bytes, annotations, ...place };
}
