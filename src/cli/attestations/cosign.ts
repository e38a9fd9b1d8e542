/** Commands of cosign, and of notation, for what was verified here. */
import { basename } from "node:path";
import { cosignBlobCommand, cosignCommand } from "../../attestations/cosign-command.ts";
import type { ImageSignature, Signer } from "../../domain/signature.ts";
import type { CliContext } from "../context.ts";
import type { TrustOptions } from "../options/trust.ts";
import type { ListedAttestation, NamedImage } from "./open.ts";
import { signedEnding } from "./sign-files.ts";

/** One for each signer of each; of files too, and none of an image in no registry, since cosign knows nothing else. */
export function cosignCommands(
  context: CliContext,
  image: NamedImage,
  verified: readonly (ListedAttestation | ImageSignature)[],
  options: TrustOptions,
): readonly string[] {
  const isInRegistry = image.repository !== null && image.source === "registry";
  const besideBundles = verified.some(isBundle);
  const commands = verified.flatMap((each): readonly (string | null)[] => {
    if (!("storage" in each) && each.file !== undefined)
      return fileCommands(context, each, each.file, options);
    if (!isInRegistry) return [];
    const isSignature = "storage" in each;
    const signers = isSignature ? (each.signer === null ? [] : [each.signer]) : each.signers;
    const { storage } = isSignature ? each : each.attestation;
    const reference = `${image.repository}@${subjectOf(image, each)}`;
    if (isSignature && each.isNotation === true)
      return signers.length === 0 ? [] : [`notation verify ${reference}`];
    return signers.map((signer) =>
      cosignCommand({
        reference,
        predicateType: isSignature ? null : each.attestation.predicateType,
        elsewhere: (isSignature ? each.repository : each.attestation.manifestRepository) ?? null,
        predicate: isSignature ? null : each.attestation.predicate,
        signer,
        keyFile: keyFileOf(context, signer, options),
        skipsLog: signer.kind === "key",
        isReferrer: storage !== "tag",
        trustRootFile: options.trustRoot ?? context.config.signing.trustRoot,
        isBundle: isBundle(each),
        besideBundles,
      }),
    );
  });
  return [...new Set(commands.filter((command) => command !== null))];
}

function isBundle(each: ListedAttestation | ImageSignature): boolean {
  if ("storage" in each) return each.isBundle === true;
  return each.attestation.signed?.mediaType.includes("sigstore.bundle") === true;
}

/** About the file whose name the statement carries; one of another name says nothing of where its subject is. */
function fileCommands(
  context: CliContext,
  { attestation, signers }: ListedAttestation,
  file: string,
  options: TrustOptions,
): readonly string[] {
  if (!file.endsWith(signedEnding)) return [];
  return signers
    .filter(({ kind }) => kind === "key")
    .map((signer) =>
      cosignBlobCommand({
        file: file.slice(0, -signedEnding.length),
        statementFile: file,
        predicateType: attestation.predicateType,
        key: keyFileOf(context, signer, options) ?? signer.name,
      }),
    );
}

/** The digest that the statement is about, which may be the index's. */
function subjectOf(image: NamedImage, each: ListedAttestation | ImageSignature): string {
  const { digest, indexDigest } = image;
  if ("storage" in each) return each.subject ?? digest ?? "";
  const { subjectDigests } = each.attestation;
  const isOfIndex = indexDigest !== null && subjectDigests.includes(indexDigest);
  return (isOfIndex ? indexDigest : digest) ?? "";
}

function keyFileOf({ config }: CliContext, { name }: Signer, { key = [] }: TrustOptions): string | null {
  return [...key, ...config.signing.trustedKeys].find((path) => basename(path) === name) ?? null;
}
