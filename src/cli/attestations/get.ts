/** `plimsoll attestation get`: one statement, or its predicate, on standard output. */
import { envelopeOf, unwrapped } from "../../attestations/dsse.ts";
import { isPredicateType, wantedTypeOf } from "../../attestations/predicate-types.ts";
import { PlimsollError } from "../../domain/error.ts";
import type { Attestation } from "../../domain/image.ts";
import { jsonText } from "../../domain/json-text.ts";
import { printable } from "../../domain/problem.ts";
import type { CliContext } from "../context.ts";
import { writeResult, type OutputOptions } from "../options/output.ts";
import { trustedSigners, type TrustOptions } from "../options/trust.ts";
import { cosignCommands } from "./cosign.ts";
import { warnOfProblems } from "./list.ts";
import { openAttestations, type AttestationOptions, type ListedAttestation } from "./open.ts";

export interface GetOptions extends AttestationOptions, Pick<OutputOptions, "output">, TrustOptions {
  readonly predicateType?: string;
  readonly predicate?: true;
}

/**
 * @throws PlimsollError ATTESTATION_NOT_FOUND; ATTESTATION_UNVERIFIED when it has to be verified and is not; USAGE;
 * those of opening the image
 */
export async function runGet(
  context: CliContext,
  reference: string,
  digest: string | undefined,
  options: GetOptions,
): Promise<void> {
  if (options.predicateType === undefined && digest === undefined)
    throw new PlimsollError("USAGE", "Name what to get: --predicate-type, or the digest of an attestation.");
  const trusted = await trustedSigners(context, options);
  const found = await openAttestations(context, reference, options, trusted);
  const wanted = found.attestations.filter(({ attestation }) => isWanted(attestation, digest, options));
  if (wanted.length === 0) {
    warnOfProblems(context, found);
    const what = digest ?? wantedTypeOf(options.predicateType ?? "");
    throw new PlimsollError(
      "ATTESTATION_NOT_FOUND",
      `${printable(reference)} has no attestation ${printable(what)}.`,
    );
  }
  const chosen = choose(wanted, options.verify === true);
  if (options.verify === true) {
    const commands = cosignCommands(context, found.image, [chosen], options);
    for (const command of commands) context.stderr.write(`verified; the same by cosign: ${command}\n`);
  }
  const others = wanted
    .filter((each) => each !== chosen)
    .map(({ attestation }) => attestation.digest ?? "unknown");
  if (others.length > 0)
    context.stderr.write(`There are ${others.length} more of this type: ${others.join(", ")}.\n`);
  const statement = statementOf(chosen.attestation);
  await writeResult(
    context,
    options,
    jsonText(options.predicate === true ? chosen.attestation.predicate : statement),
  );
}

function isWanted(
  { predicateType, digest }: Attestation,
  wanted: string | undefined,
  options: GetOptions,
): boolean {
  if (wanted !== undefined && wanted !== digest) return false;
  return (
    options.predicateType === undefined || isPredicateType(predicateType, wantedTypeOf(options.predicateType))
  );
}

/** What is verified goes before what is not. */
function choose(wanted: readonly ListedAttestation[], mustBeVerified: boolean): ListedAttestation {
  const verified = wanted.find(({ signers }) => signers.length > 0);
  const [first] = wanted;
  if (verified !== undefined) return verified;
  if (first !== undefined && !mustBeVerified) return first;
  throw new PlimsollError(
    "ATTESTATION_UNVERIFIED",
    `The attestation is not verified: ${first?.reason ?? "there is none"}.`,
  );
}

/** As it was stored; what lay in an envelope without it. */
function statementOf({ signed, predicate, predicateType, subjectDigests }: Attestation): unknown {
  const bytes = signed?.bytes;
  if (bytes === undefined) return { predicateType, subjects: subjectDigests, predicate };
  const document = JSON.parse(Buffer.from(bytes).toString("utf8")) as Record<string, unknown>;
  if (document["_type"] !== undefined) return document;
  const { payload } = envelopeOf(unwrapped(document));
  return JSON.parse(payload.toString("utf8"));
}
