/** The gate where no server can be asked: a verdict that it signed before, and the public key of whoever may admit. */
import type { GateReport } from "../../api/command-reports.ts";
import { readGateVerdict, refusalsOf } from "../../attestations/gate-verdict.ts";
import { openTrust, trustsAnybody } from "../../attestations/trust.ts";
import { verifySigned } from "../../attestations/verify.ts";
import { PlimsollError } from "../../domain/error.ts";
import { readFile } from "../attestations/add.ts";
import { envelopeMediaType } from "../attestations/attach.ts";
import { digestOf } from "../attestations/sign-files.ts";
import type { CliContext } from "../context.ts";
import { trustedSigners, type TrustOptions } from "../options/trust.ts";

export interface OfflineQuestion {
  readonly repository: string;
  readonly digest: string;
  readonly environment: string | null;
  /** Null: of any that the key signs for. */
  readonly organisation: string | null;
  /** As it was named. */
  readonly file: string;
}

/**
 * What is not signed by who is trusted is not looked at any further.
 * @throws PlimsollError USAGE where nobody is trusted, FILE_NOT_FOUND, KEY_INVALID; DOCUMENT_INVALID for a signed statement of another kind
 */
export async function gateOffline(
  context: CliContext,
  question: OfflineQuestion,
  options: TrustOptions,
): Promise<GateReport> {
  const trusted = await trustedSigners(context, options);
  if (!trustsAnybody(trusted))
    throw new PlimsollError("USAGE", "Name whose verdicts count: --key or PLIMSOLL_TRUSTED_KEYS.");
  const bytes = readFile(context, question.file);
  const signed = {
    storage: "file",
    mediaType: envelopeMediaType,
    digest: digestOf(bytes),
    bytes,
    annotations: {},
  } as const;
  const { content, signers, reason } = await verifySigned(signed, openTrust(trusted));
  const { repository, digest, environment, organisation } = question;
  const report = {
    schema: "urn:plimsoll:report:gate:1",
    repository,
    digest,
    environment,
    evidence: null,
    demonstration: false,
    page: null,
  } as const;
  if (signers.length === 0 || content?.kind !== "statement") {
    const message = reason ?? "it is no statement";
    return { ...report, pass: false, causes: [{ cause: "unsigned", message }] };
  }
  const verdict = readGateVerdict(content.statement);
  const asked = { digest, environment, organisation, now: context.clock() };
  const causes = refusalsOf(content.statement, verdict, asked);
  return {
    ...report,
    pass: causes.length === 0,
    causes: [...causes],
    evidence: {
      evaluatedAt: verdict.evaluatedAt,
      databaseUpdatedAt: verdict.database?.updatedAt ?? null,
      databaseDigest: verdict.database?.digest ?? null,
      policyDigest: verdict.policy.digest,
    },
    demonstration: verdict.demonstration,
  };
}
