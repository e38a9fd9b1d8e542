/** Commands of cosign for what was verified here. */
import { basename } from "node:path";
import { cosignCommand } from "../../attestations/cosign-command.ts";
import type { ResolvedImage } from "../../domain/image.ts";
import type { ImageSignature, Signer } from "../../domain/signature.ts";
import type { CliContext } from "../context.ts";
import type { TrustOptions } from "../options/trust.ts";
import type { ListedAttestation } from "./open.ts";

/** One for each signer of each; none where the image is in no registry, since cosign knows nothing else. */
export function cosignCommands(
  context: CliContext,
  image: ResolvedImage,
  verified: readonly (ListedAttestation | ImageSignature)[],
  options: TrustOptions,
): readonly string[] {
  if (image.repository === null || image.source !== "registry") return [];
  const commands = verified.flatMap((each) => {
    const isSignature = "storage" in each;
    const signers = isSignature ? (each.signer === null ? [] : [each.signer]) : each.signers;
    const { storage, signed } = isSignature ? { ...each, signed: undefined } : each.attestation;
    return signers.map((signer) =>
      cosignCommand({
        reference: `${image.repository}@${subjectOf(image, each)}`,
        predicateType: isSignature ? null : each.attestation.predicateType,
        signer,
        keyFile: keyFileOf(context, signer, options),
        skipsLog: signer.kind === "key",
        isReferrer: storage !== "tag",
        trustRootFile: options.trustRoot ?? context.config.signing.trustRoot,
        isBundle: isSignature
          ? each.isBundle === true
          : signed?.mediaType.includes("sigstore.bundle") === true,
      }),
    );
  });
  return [...new Set(commands.filter((command) => command !== null))];
}

/** The digest that the statement is about, which may be the index's. */
function subjectOf(image: ResolvedImage, each: ListedAttestation | ImageSignature): string {
  const { digest, indexDigest } = image;
  if ("storage" in each) return each.subject ?? digest ?? "";
  const { subjectDigests } = each.attestation;
  const isOfIndex = indexDigest !== null && subjectDigests.includes(indexDigest);
  return (isOfIndex ? indexDigest : digest) ?? "";
}

function keyFileOf({ config }: CliContext, { name }: Signer, { key = [] }: TrustOptions): string | null {
  return [...key, ...config.signing.trustedKeys].find((path) => basename(path) === name) ?? null;
}
