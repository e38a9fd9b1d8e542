/** `plimsoll attestation list` */
import type { AttestationsReport } from "../../api/attestation-reports.ts";
import { jsonText } from "../../domain/json-text.ts";
import { printable } from "../../domain/problem.ts";
import type { CliContext } from "../context.ts";
import { writeResult, type OutputOptions } from "../options/output.ts";
import { trustedSigners, type TrustOptions } from "../options/trust.ts";
import { openAttestations, type AttestationOptions, type AttestationsOfImage } from "./open.ts";
import {
  attestationLines,
  signatureLines,
  toAttestationView,
  toImageView,
  toSignatureView,
} from "./views.ts";

export type ListOptions = AttestationOptions & OutputOptions & TrustOptions;

/** @throws PlimsollError of opening the image; KEY_INVALID, TRUST_INVALID */
export async function runList(context: CliContext, reference: string, options: ListOptions): Promise<void> {
  const found = await openAttestations(context, reference, options, await trustedSigners(context, options));
  warnOfProblems(context, found);
  if (options.format === "json") return writeResult(context, options, jsonText(toView(context, found)));
  const { attestations, signatures } = found;
  if (attestations.length + signatures.length === 0 && !found.isUnknown)
    context.stderr.write("The image has no attestations and no signatures.\n");
  const lines = [...signatures.flatMap(signatureLines), ...attestations.flatMap(attestationLines)];
  await writeResult(context, options, lines.map((line) => `${line}\n`).join(""));
}

function toView(context: CliContext, found: AttestationsOfImage): AttestationsReport {
  return {
    schema: "urn:plimsoll:report:attestations:1",
    tool: { name: "plimsoll", version: context.version },
    image: toImageView(found.image),
    complete: !found.isUnknown && found.problems.length === 0,
    attestations: found.attestations.map(toAttestationView),
    signatures: found.signatures.map(toSignatureView),
  };
}

/** What could not be read may be the very thing that is looked for. */
export function warnOfProblems(
  context: CliContext,
  { problems, isUnknown }: Pick<AttestationsOfImage, "problems" | "isUnknown">,
): void {
  for (const { message } of problems.slice(0, 20)) context.stderr.write(`warning: ${printable(message)}\n`);
  if (isUnknown && problems.length === 0)
    context.stderr.write("warning: this kind of source carries no attestations\n");
}
