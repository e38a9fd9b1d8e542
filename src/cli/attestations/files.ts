/** Signed statements in files, as `--sign-key` writes them beside results. */
import { statSync } from "node:fs";
import { resolve } from "node:path";
import { readEnvelope } from "../../attestations/dsse.ts";
import { readStatement } from "../../attestations/statement.ts";
import { openTrust } from "../../attestations/trust.ts";
import { judgeStatement } from "../../attestations/verify-image.ts";
import { PlimsollError } from "../../domain/error.ts";
import { printable } from "../../domain/problem.ts";
import type { TrustedSigners } from "../../domain/signature.ts";
import type { CliContext } from "../context.ts";
import { readFile } from "./add.ts";
import type { AttestationsOfImage, ListedAttestation, NamedImage } from "./open.ts";
import { digestOf, signedEnding } from "./sign-files.ts";

/** An image or a file with what is said of it. */
export interface VerifiableThing extends Omit<AttestationsOfImage, "image"> {
  readonly image: NamedImage;
}

/** @throws PlimsollError FILE_NOT_FOUND, LIMIT_EXCEEDED, DOCUMENT_INVALID, JSON_INVALID, KEY_INVALID */
export async function judgeFiles(
  context: Pick<CliContext, "cwd">,
  files: readonly string[],
  { trusted, digests }: { readonly trusted: TrustedSigners; readonly digests: readonly string[] },
): Promise<readonly ListedAttestation[]> {
  const trust = openTrust(trusted);
  return Promise.all(
    files.map(async (file) => {
      const bytes = readFile(context, file);
      const { predicateType, predicate, subjects } = readStatement(readEnvelope(bytes).payload);
      const digest = digestOf(bytes);
      const attestation = {
        predicateType,
        predicate,
        subjectDigests: subjects.flatMap((subject) => subject.digest ?? []),
        storage: "file" as const,
        trust: "unsigned" as const,
        digest,
        signed: {
          storage: "file" as const,
          mediaType: "application/vnd.dsse.envelope.v1+json",
          digest,
          bytes,
          annotations: {},
        },
      };
      const { signers, reason } = await judgeStatement(attestation, trust, digests);
      return { attestation, signers, reason, file };
    }),
  );
}

/** The one statement that is named, about the file whose name it carries: `report.json.dsse.json` about `report.json`. @throws as `judgeFiles`, USAGE */
export async function openFiles(
  context: Pick<CliContext, "cwd">,
  files: readonly string[],
  trusted: TrustedSigners,
): Promise<VerifiableThing> {
  const [file, ...others] = files;
  if (file === undefined) throw new PlimsollError("USAGE", "Name an image, or a signed statement by --file.");
  if (others.length > 0 || !file.endsWith(signedEnding))
    throw new PlimsollError("USAGE", `Without an image --file names one statement, NAME${signedEnding}.`);
  const about = file.slice(0, -signedEnding.length);
  const path = resolve(context.cwd, about);
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true)
    throw new PlimsollError("FILE_NOT_FOUND", `There is no ${printable(about)} that it could be about.`);
  const digest = digestOf(readFile(context, about));
  const attestations = await judgeFiles(context, files, { trusted, digests: [digest] });
  const image = { source: "fs", reference: about, repository: null, digest, indexDigest: null } as const;
  return { image, attestations, signatures: [], problems: [], isUnknown: false };
}
