/** Signed statements in files: as `--sign-key` writes them beside results, and Sigstore bundles, also many of them line by line. */
import { statSync } from "node:fs";
import { resolve } from "node:path";
import { envelopeOf, unwrapped } from "../../attestations/dsse.ts";
import { parseObject, type JsonObject } from "../../attestations/json.ts";
import { readStatement } from "../../attestations/statement.ts";
import { openTrust } from "../../attestations/trust.ts";
import { judgeStatement } from "../../attestations/verify-image.ts";
import { PlimsollError } from "../../domain/error.ts";
import type { Attestation } from "../../domain/image.ts";
import { printable } from "../../domain/problem.ts";
import type { TrustedSigners } from "../../domain/signature.ts";
import type { CliContext } from "../context.ts";
import { readFile } from "./add.ts";
import { envelopeMediaType } from "./attach.ts";
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
  const read = files.flatMap((file) =>
    documentsIn(file, readFile(context, file)).map((bytes) => ({ file, bytes })),
  );
  return Promise.all(
    read.map(async ({ file, bytes }) => {
      const document = parseObject(bytes, file);
      const attestation = attestationIn(document, bytes);
      const { signers, reason } = await judgeStatement(attestation, trust, digests);
      return { attestation, signers, reason, file };
    }),
  );
}

/** Bundles as `gh attestation download` writes them: one a line. @throws PlimsollError LIMIT_EXCEEDED */
function documentsIn(file: string, bytes: Buffer): readonly Buffer[] {
  if (!file.endsWith(".jsonl")) return [bytes];
  const lines = bytes
    .toString("utf8")
    .split("\n")
    .filter((line) => line.trim() !== "");
  if (lines.length <= linesMax) return lines.map((line) => Buffer.from(line));
  throw new PlimsollError("LIMIT_EXCEEDED", `${printable(file)} has more than ${linesMax} statements.`, {
    details: { limit: "linesMax", max: linesMax },
  });
}

const linesMax = 256;

/** What a file says before anybody verified it. @throws PlimsollError DOCUMENT_INVALID, JSON_INVALID */
function attestationIn(document: JsonObject, bytes: Buffer): Attestation {
  const isBare = document["_type"] !== undefined;
  const statement = isBare ? bytes : envelopeOf(unwrapped(document)).payload;
  const { predicateType, predicate, subjects } = readStatement(statement);
  const digest = digestOf(bytes);
  const storage = "file" as const;
  const mediaType =
    document["dsseEnvelope"] === undefined ? envelopeMediaType : String(document["mediaType"] ?? "");
  return {
    predicateType,
    predicate,
    subjectDigests: subjects.flatMap((subject) => subject.digest ?? []),
    storage,
    trust: "unsigned",
    digest,
    signed: { storage, mediaType, digest, bytes, annotations: {} },
  };
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
