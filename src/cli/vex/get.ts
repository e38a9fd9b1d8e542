/** `plimsoll vex get`: all VEX attestations of an image as one document. */
import { PlimsollError } from "../../domain/error.ts";
import { printable } from "../../domain/problem.ts";
import { imageStatements } from "../../analysis/image-statements.ts";
import { openAttestations, type AttestationOptions } from "../attestations/open.ts";
import type { CliContext } from "../context.ts";
import { trustedSigners, type TrustOptions } from "../options/trust.ts";
import { writeVexDocument, type DocumentOptions } from "./document-options.ts";

export type GetOptions = AttestationOptions & TrustOptions & DocumentOptions;

/**
 * @throws PlimsollError VEX_NOT_FOUND; ATTESTATION_UNVERIFIED with --verify when none of them was signed by a trusted signer; those
 * of opening the image
 */
export async function runGet(context: CliContext, reference: string, options: GetOptions): Promise<void> {
  const { image, attestations } = await openAttestations(
    context,
    reference,
    options,
    await trustedSigners(context, options),
  );
  const listed = attestations.map(({ attestation, signers }) => ({
    ...attestation,
    trust: signers.length > 0 ? ("verified" as const) : ("unsigned" as const),
  }));
  const { statements, problems } = await imageStatements({ ...image, attestations: listed }, {}, null);
  for (const { message } of problems) context.stderr.write(`${printable(message)}\n`);
  if (statements.length === 0)
    throw new PlimsollError("VEX_NOT_FOUND", `No VEX is attested for ${printable(reference)}.`);
  const kept = options.verify === true ? statements.filter(({ tier }) => tier === "approved") : statements;
  if (kept.length === 0)
    throw new PlimsollError(
      "ATTESTATION_UNVERIFIED",
      `VEX is attested for ${printable(reference)}, and no trusted signer signed it.`,
    );
  if (kept.length < statements.length)
    context.stderr.write(
      `left out ${statements.length - kept.length} statements that no trusted signer signed\n`,
    );
  await writeVexDocument(context, options, kept, image);
}
