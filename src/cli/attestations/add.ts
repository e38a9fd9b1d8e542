/** `plimsoll attestation add`: statements from files, attached to images. */
import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import type { AttestationAddReport } from "../../api/attestation-reports.ts";
import { envelopeOf, statementPayloadType, unwrapped } from "../../attestations/dsse.ts";
import { documentBytesMax, parseObject } from "../../attestations/json.ts";
import type { SigningKey } from "../../attestations/keys.ts";
import { madeTypeOf } from "../../attestations/predicate-types.ts";
import { isAbout, readStatement, writeStatement } from "../../attestations/statement.ts";
import { PlimsollError } from "../../domain/error.ts";
import type { ResolvedImage } from "../../domain/image.ts";
import { jsonText } from "../../domain/json-text.ts";
import { printable } from "../../domain/problem.ts";
import { openImage } from "../../image/open.ts";
import type { CliContext } from "../context.ts";
import { chosenPlatform, resolveOptions, type ImageOptions } from "../options/image.ts";
import { writeResult, type OutputOptions } from "../options/output.ts";
import { openSigningKey } from "../options/trust.ts";
import { attach, attachForm, makeReady, type AttachAs, type ReadyStatement } from "./attach.ts";

export interface AddOptions extends ImageOptions, OutputOptions {
  readonly file: readonly string[];
  readonly predicateType?: string;
  readonly signKey?: string;
  readonly as?: AttachAs;
  readonly referrerRepository?: string;
}

/** @throws PlimsollError FILE_NOT_FOUND, DOCUMENT_INVALID, KEY_INVALID, USAGE; those of opening images and of registries */
export async function runAdd(
  context: CliContext,
  references: readonly string[],
  options: AddOptions,
): Promise<void> {
  const isAsked = options.signKey !== undefined || context.config.signing.signKey !== null;
  const key = isAsked ? await openSigningKey(context, options.signKey) : null;
  const files = options.file.map((file) => ({ file, bytes: readFile(context, file) }));
  const added: AttestationAddReport["added"] = [];
  for (const reference of references) {
    const opened = await openImage(reference, resolveOptions(context, options, chosenPlatform(options)));
    await opened.close();
    for (const { file, bytes } of files) {
      const statement = await ready(bytes, { file, image: opened.image, key, options });
      added.push(await attachOne(context, opened.image, statement, options));
    }
  }
  if (added.some(({ signed }) => !signed))
    context.stderr.write("warning: nobody can tell who wrote what is not signed: give --sign-key\n");
  await tell(context, added, options);
}

/** Of attachments: as JSON, or a line for each. */
export async function tell(
  context: CliContext,
  added: AttestationAddReport["added"],
  options: Pick<OutputOptions, "format" | "output">,
): Promise<void> {
  const schema = "urn:plimsoll:report:attestation-add:1";
  const tool = { name: "plimsoll", version: context.version };
  const lines = added.map(
    (each) =>
      `${printable(each.predicateType)}  ${each.image}\n  ${each.repository}@${each.digest}  ${each.signed ? "signed" : "not signed"}\n`,
  );
  const text = options.format === "json" ? jsonText({ schema, tool, added }) : lines.join("");
  await writeResult(context, options, text);
}

export async function attachOne(
  context: CliContext,
  image: ResolvedImage,
  statement: ReadyStatement & { readonly subject: string },
  options: Pick<AddOptions, "as" | "referrerRepository" | "insecureRegistry">,
): Promise<AttestationAddReport["added"][number]> {
  const as = attachForm(options.as, statement);
  const attached = await attach(context, image, statement, { ...options, as, subject: statement.subject });
  return {
    image: `${image.repository ?? image.reference}@${statement.subject}`,
    predicateType: statement.predicateType,
    ...attached,
    storage: as,
    signed: statement.isSigned,
  };
}

interface FileInput {
  readonly file: string;
  readonly image: ResolvedImage;
  readonly key: SigningKey | null;
  readonly options: AddOptions;
}

/** An envelope stays as it is, a bundle too, a statement is signed, and anything else is the predicate of one that is made. */
async function ready(
  bytes: Buffer,
  { file, image, key, options }: FileInput,
): Promise<ReadyStatement & { readonly subject: string }> {
  const document = bytes.subarray(0, 1).toString() === "[" ? null : parseObject(bytes, file);
  const isBundle = document?.["dsseEnvelope"] !== undefined;
  if (document !== null && (isBundle || document["payloadType"] !== undefined)) {
    const { payload, payloadType, signatures } = envelopeOf(unwrapped(document));
    if (payloadType !== statementPayloadType) throw notAbout(file, "is no envelope of an in-toto statement");
    const { predicateType } = readStatement(payload);
    const subject = subjectIn(payload, image, file);
    const form = isBundle ? { isBundle: true as const } : {};
    return { bytes, predicateType, isSigned: signatures.length > 0, keyId: null, subject, ...form };
  }
  if (document?.["_type"] !== undefined)
    return { ...(await makeReady(bytes, key)), subject: subjectIn(bytes, image, file) };
  if (options.predicateType === undefined)
    throw new PlimsollError("USAGE", `${printable(file)} is a bare predicate: name its --predicate-type.`);
  const subject = needDigest(image);
  const predicate: unknown = JSON.parse(bytes.toString("utf8"));
  const type = madeTypeOf(options.predicateType, predicate);
  const statement = writeStatement(
    { name: image.repository ?? image.reference, digest: subject },
    type,
    predicate,
  );
  return { ...(await makeReady(statement, key)), subject };
}

/** The digest of this image that a statement is about: of the manifest or, else, of the index. */
function subjectIn(statement: Buffer, image: ResolvedImage, file: string): string {
  const read = readStatement(statement);
  const about = [image.digest, image.indexDigest].find((digest) => digest !== null && isAbout(read, digest));
  if (about === undefined || about === null) throw notAbout(file, "is about another image");
  return about;
}

export function needDigest({ digest, reference }: ResolvedImage): string {
  if (digest !== null) return digest;
  throw new PlimsollError("USAGE", `${printable(reference)} has no digest that a statement could be about.`);
}

function notAbout(file: string, why: string): PlimsollError {
  return new PlimsollError("DOCUMENT_INVALID", `${printable(file)} ${why}.`, { details: { file } });
}

/** @throws PlimsollError FILE_NOT_FOUND, LIMIT_EXCEEDED */
export function readFile({ cwd }: Pick<CliContext, "cwd">, file: string): Buffer {
  const path = resolve(cwd, file);
  try {
    if (statSync(path).size <= documentBytesMax) return readFileSync(path);
  } catch (cause) {
    throw new PlimsollError("FILE_NOT_FOUND", `${printable(file)} cannot be read.`, { cause });
  }
  throw new PlimsollError("LIMIT_EXCEEDED", `${printable(file)} is larger than ${documentBytesMax} bytes.`, {
    details: { limit: "documentBytesMax", max: documentBytesMax },
  });
}
