/** Statements attached to an image in its registry, or in another repository. */
import { sealEnvelope, statementPayloadType } from "../../attestations/dsse.ts";
import type { SigningKey } from "../../attestations/keys.ts";
import { readStatement } from "../../attestations/statement.ts";
import {
  signatureAnnotation,
  simpleSigningMediaType,
  writeSimpleSigning,
} from "../../attestations/simple-signing.ts";
import { PlimsollError } from "../../domain/error.ts";
import type { ResolvedImage } from "../../domain/image.ts";
import { createRegistryClient } from "../../oci/client.ts";
import { createRegistryWriter } from "../../oci/push.ts";
import { pushReferrer, pushUnderTag, type RegistryAccess } from "../../oci/push-referrer.ts";
import { parseReference, type ImageReference } from "../../oci/reference.ts";
import type { CliContext } from "../context.ts";
import { namedRegistry } from "../db/registry.ts";

/** `referrer`: a DSSE envelope or a bare statement; `bundle`: a Sigstore bundle, as cosign 3 reads; `tag`: cosign's `.att`. */
export type AttachAs = "referrer" | "bundle" | "tag";

/** What is signed goes where cosign looks for it too. */
export function attachForm(wanted: AttachAs | undefined, { isSigned }: ReadyStatement): AttachAs {
  return wanted ?? (isSigned ? "bundle" : "referrer");
}

export interface AttachOptions {
  /** `sha256:…` of the manifest or index that it is about. */
  readonly subject: string;
  readonly as: AttachAs;
  readonly referrerRepository?: string;
  readonly insecureRegistry?: readonly string[];
}

/** A statement as it is to be stored. */
export interface ReadyStatement {
  /** An envelope or, unsigned, the statement itself. */
  readonly bytes: Buffer;
  readonly predicateType: string;
  readonly isSigned: boolean;
  /** Of the key that signed it; null: not known, or nobody did. */
  readonly keyId: string | null;
  /** It is a Sigstore bundle already, whose certificate and log entry no other form has room for. */
  readonly isBundle?: true;
}

export interface Attached {
  readonly digest: string;
  readonly repository: string;
}

export const envelopeMediaType = "application/vnd.dsse.envelope.v1+json";
const statementMediaType = "application/vnd.in-toto+json";
const bundleMediaType = "application/vnd.dev.sigstore.bundle.v0.3+json";

/** Signs a statement, or leaves it as it is without a key. @throws what the key throws; PlimsollError DOCUMENT_INVALID */
export async function makeReady(statement: Buffer, key: SigningKey | null): Promise<ReadyStatement> {
  const { predicateType } = readStatement(statement);
  if (key === null) return { bytes: statement, predicateType, isSigned: false, keyId: null };
  const envelope = await sealEnvelope(statementPayloadType, statement, key);
  return { bytes: Buffer.from(envelope), predicateType, isSigned: true, keyId: key.keyId };
}

/** @throws PlimsollError USAGE where the image is in no registry; OciError REGISTRY_… */
export async function attach(
  context: CliContext,
  image: ResolvedImage,
  ready: ReadyStatement,
  options: AttachOptions,
): Promise<Attached> {
  const digest = options.subject;
  if (image.source !== "registry" || image.repository === null)
    throw new PlimsollError("USAGE", "Attestations are attached to images in registries.");
  if (options.as !== "referrer" && !ready.isSigned)
    throw new PlimsollError("USAGE", `Only what is signed is stored as a ${options.as}: give --sign-key.`);
  if (options.as !== "bundle" && ready.isBundle === true)
    throw new PlimsollError("USAGE", `A Sigstore bundle is stored as a bundle, not as a ${options.as}.`);
  const home = parseReference(`${image.repository}@${digest}`);
  const place = options.referrerRepository === undefined ? home : parseReference(options.referrerRepository);
  const repository = `${place.registry}/${place.path}`;
  const access = accessTo(context, place, options.insecureRegistry);
  if (options.as === "tag") {
    const layer = { bytes: ready.bytes, mediaType: envelopeMediaType, annotations: cosignAnnotations(ready) };
    const tag = `${digest.replace(":", "-")}.att`;
    return { digest: await pushUnderTag(access, place, tag, layer), repository };
  }
  const subject = await accessTo(context, home, options.insecureRegistry).client.fetchManifest(home, digest);
  const { bytes, mediaType } = options.as === "bundle" ? toBundle(ready) : stored(ready);
  const annotations =
    options.as === "bundle"
      ? {
          "dev.sigstore.bundle.content": "dsse-envelope",
          "dev.sigstore.bundle.predicateType": ready.predicateType,
        }
      : { "in-toto.io/predicate-type": ready.predicateType };
  const pushed = await pushReferrer(access, place, {
    subject: { digest, mediaType: subject.mediaType, sizeBytes: subject.bytes.length },
    artifactType: options.as === "bundle" ? bundleMediaType : statementMediaType,
    layer: { bytes, mediaType, annotations: { "in-toto.io/predicate-type": ready.predicateType } },
    annotations,
  });
  return { digest: pushed, repository };
}

function accessTo(
  context: CliContext,
  place: ImageReference,
  insecure: readonly string[] | undefined,
): RegistryAccess {
  const options = namedRegistry(context, place, insecure);
  return { client: createRegistryClient({ ...options, mirrors: {} }), writer: createRegistryWriter(options) };
}

function stored({ bytes, isSigned }: ReadyStatement) {
  return { bytes, mediaType: isSigned ? envelopeMediaType : statementMediaType };
}

/** A bundle by a key: a hint of it, as cosign writes it, stands where a certificate would. */
function toBundle({ bytes, keyId, isBundle }: ReadyStatement) {
  if (isBundle === true) return { bytes, mediaType: bundleMediaType };
  const dsseEnvelope = JSON.parse(bytes.toString("utf8")) as unknown;
  const hint = keyId === null ? "" : `${keyId.replace(/^SHA256:/, "")}=`;
  const bundle = { mediaType: bundleMediaType, verificationMaterial: { publicKey: { hint } }, dsseEnvelope };
  return { bytes: Buffer.from(JSON.stringify(bundle)), mediaType: bundleMediaType };
}

/** cosign wants the first one to be there, and finds the signatures in the envelope. */
function cosignAnnotations({ predicateType }: ReadyStatement): Record<string, string> {
  return { [signatureAnnotation]: "", predicateType };
}

/** Signs the image of `subject` as cosign 2 does, under its tag `.sig`. @throws as `attach`; what the key throws */
export async function attachSignature(
  context: CliContext,
  image: Pick<ResolvedImage, "source" | "repository">,
  key: SigningKey,
  options: Pick<AttachOptions, "insecureRegistry" | "subject">,
): Promise<Attached> {
  const { subject } = options;
  if (image.source !== "registry" || image.repository === null)
    throw new PlimsollError("USAGE", "Images are signed in registries.");
  const place = parseReference(`${image.repository}@${subject}`);
  const bytes = writeSimpleSigning(image.repository, subject);
  const signature = Buffer.from(await key.sign(bytes)).toString("base64");
  const layer = {
    bytes,
    mediaType: simpleSigningMediaType,
    annotations: { [signatureAnnotation]: signature },
  };
  const access = accessTo(context, place, options.insecureRegistry);
  const digest = await pushUnderTag(access, place, `${subject.replace(":", "-")}.sig`, layer);
  return { digest, repository: image.repository };
}
