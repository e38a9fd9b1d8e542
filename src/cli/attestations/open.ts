/** What lies beside an image, with its bytes, and what the trusted signers make of it. */
import { verifySignatures } from "../../analysis/verify-signed.ts";
import { openTrust } from "../../attestations/trust.ts";
import { digestsOf, imageSignatureType, judgeStatement, toldBy } from "../../attestations/verify-image.ts";
import type { Attestation, ResolvedImage } from "../../domain/image.ts";
import type { Problem } from "../../domain/problem.ts";
import type { ImageSignature, Signer, TrustedSigners } from "../../domain/signature.ts";
import { openImage } from "../../image/open.ts";
import type { CliContext } from "../context.ts";
import { chosenPlatform, resolveOptions, type ImageOptions } from "../options/image.ts";

export interface AttestationOptions extends ImageOptions {
  readonly referrerRepository?: string;
}

export interface ListedAttestation {
  readonly attestation: Attestation;
  readonly signers: readonly Signer[];
  /** Why no trusted signer stands behind it; null when one does. */
  readonly reason: string | null;
  /** The file that it was read from, as the user named it; absent: it lay beside the image. */
  readonly file?: string;
}

/** What tells of an image by its name and digests alone. */
export type NamedImage = Pick<
  ResolvedImage,
  "source" | "reference" | "repository" | "digest" | "indexDigest"
>;

export interface AttestationsOfImage {
  readonly image: ResolvedImage;
  readonly attestations: readonly ListedAttestation[];
  readonly signatures: readonly ImageSignature[];
  readonly problems: readonly Problem[];
  /** Referrers could not be asked for, and nothing was found: there may be some. */
  readonly isUnknown: boolean;
}

/** @throws PlimsollError of opening the image; KEY_INVALID, TRUST_INVALID */
export async function openAttestations(
  context: CliContext,
  reference: string,
  options: AttestationOptions,
  trusted: TrustedSigners,
): Promise<AttestationsOfImage> {
  const opened = await openImage(reference, {
    ...resolveOptions(context, options, chosenPlatform(options)),
    findsSignatures: true,
    keepsStatements: true,
    referrerRepository: options.referrerRepository ?? null,
  });
  await opened.close();
  const { image, problems } = opened;
  const trust = openTrust(trusted);
  const statements = (image.attestations ?? []).filter(
    ({ predicateType }) => predicateType !== imageSignatureType,
  );
  const attestations: ListedAttestation[] = [];
  for (const attestation of statements) {
    const { statement, signers, reason } = await judgeStatement(attestation, trust, digestsOf(image));
    const told = statement === null ? attestation : { ...attestation, ...toldBy(statement) };
    attestations.push({ attestation: told, signers, reason });
  }
  const { signatures } = await verifySignatures(image, trusted);
  return {
    image,
    attestations,
    signatures: signatures ?? [],
    problems,
    isUnknown: image.attestations === null,
  };
}
