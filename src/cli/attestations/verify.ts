/** `plimsoll attestation verify`: a gate on who signed. */
import type { AttestationVerifyReport } from "../../api/attestation-reports.ts";
import { isPredicateType, wantedTypeOf } from "../../attestations/predicate-types.ts";
import { trustsAnybody } from "../../attestations/trust.ts";
import { digestsOf } from "../../attestations/verify-image.ts";
import { PlimsollError } from "../../domain/error.ts";
import { jsonText } from "../../domain/json-text.ts";
import { printable } from "../../domain/problem.ts";
import type { TrustedSigners } from "../../domain/signature.ts";
import type { CliContext } from "../context.ts";
import { writeResult, type OutputOptions } from "../options/output.ts";
import { trustedSigners, type TrustOptions } from "../options/trust.ts";
import { cosignCommands } from "./cosign.ts";
import { judgeFiles, openFiles, type VerifiableThing } from "./files.ts";
import { warnOfProblems } from "./list.ts";
import { openAttestations, type AttestationOptions } from "./open.ts";
import {
  attestationLines,
  signatureLines,
  toAttestationView,
  toImageView,
  toSignatureView,
} from "./views.ts";

export interface VerifyOptions extends AttestationOptions, OutputOptions, TrustOptions {
  readonly file?: readonly string[];
  readonly predicateType?: readonly string[];
  readonly signature?: true;
}

/** 0 when all that is asked for is verified, else 2. @throws PlimsollError USAGE where nobody is trusted; those of opening the image */
export async function runVerify(
  context: CliContext,
  reference: string | undefined,
  options: VerifyOptions,
): Promise<number> {
  const trusted = await trustedSigners(context, options);
  if (!trustsAnybody(trusted))
    throw new PlimsollError(
      "USAGE",
      "Name who is trusted: --key, --certificate-identity, --notation-trust or PLIMSOLL_TRUSTED_KEYS.",
    );
  const found = await find(context, reference, options, trusted);
  warnOfProblems(context, found);
  const view = toView(context, found, options);
  if (options.format === "json") await writeResult(context, options, jsonText(view));
  else await writeResult(context, options, toText(found, view));
  return view.verified ? 0 : 2;
}

/** What lies beside the image, and in the files that are named; without an image those are about the files beside them. */
async function find(
  context: CliContext,
  reference: string | undefined,
  options: VerifyOptions,
  trusted: TrustedSigners,
): Promise<VerifiableThing> {
  const { file: files = [] } = options;
  if (reference === undefined) return openFiles(context, files, trusted);
  const found = await openAttestations(context, reference, options, trusted);
  const inFiles = await judgeFiles(context, files, { trusted, digests: digestsOf(found.image) });
  return { ...found, attestations: [...found.attestations, ...inFiles] };
}

function toView(
  context: CliContext,
  found: VerifiableThing,
  options: VerifyOptions,
): AttestationVerifyReport {
  const verified = found.attestations.filter(({ signers }) => signers.length > 0);
  const signatures = found.signatures.filter((signature) => signature.verified);
  const types = (options.predicateType ?? []).map(wantedTypeOf);
  const missing = types.filter(
    (type) => !verified.some(({ attestation }) => isPredicateType(attestation.predicateType, type)),
  );
  if (options.signature === true && signatures.length === 0) missing.push("signature");
  const isAnything = types.length === 0 && options.signature !== true;
  if (isAnything && verified.length + signatures.length === 0) missing.push("any signature or attestation");
  return {
    schema: "urn:plimsoll:report:attestation-verify:1",
    tool: { name: "plimsoll", version: context.version },
    image: toImageView(found.image),
    verified: missing.length === 0,
    missing,
    attestations: found.attestations.map(toAttestationView),
    signatures: found.signatures.map(toSignatureView),
    commands: [...cosignCommands(context, found.image, [...signatures, ...verified], options)],
  };
}

function toText({ attestations, signatures }: VerifiableThing, view: AttestationVerifyReport): string {
  const lines = [
    ...signatures.flatMap(signatureLines),
    ...attestations.flatMap(attestationLines),
    view.verified ? "Verified." : `Not verified: ${view.missing.map((each) => printable(each)).join(", ")}.`,
    ...(view.commands.length === 0
      ? []
      : [`The same by ${toolsIn(view.commands)}:`, ...view.commands.map((each) => `  ${each}`)]),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

/** `cosign`, `notation`, `cosign and notation` */
function toolsIn(commands: readonly string[]): string {
  return [...new Set(commands.map((command) => /(?:^| )(cosign|notation) /.exec(command)?.[1] ?? ""))]
    .toSorted()
    .join(" and ");
}
