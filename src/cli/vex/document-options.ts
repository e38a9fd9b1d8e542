/** What the verbs that write a VEX document have in common: who speaks, in which format, and what is read back from files. */
import { readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { Command } from "commander";
import type { SigningKey } from "../../attestations/keys.ts";
import { vexType } from "../../attestations/predicates.ts";
import { PlimsollError } from "../../domain/error.ts";
import type { ResolvedImage } from "../../domain/image.ts";
import { printable } from "../../domain/problem.ts";
import type { VexStatement } from "../../domain/vex.ts";
import { DOCUMENT_BYTES_MAX, vexFormats } from "../../vex/read.ts";
import type { CliContext } from "../context.ts";
import { addOutputOptions, writeOutputs, type OutputOptions, type WrittenFile } from "../options/output.ts";
import { addSignOption, outputKey, type SignOptions } from "../options/sign.ts";

export interface DocumentOptions extends OutputOptions, SignOptions {
  readonly author?: string;
  readonly id?: string;
}

/** Adds --format, --output, --author, --id and --sign-key. */
export function addDocumentOptions(command: Command): Command {
  const formats = vexFormats.map(({ id }) => id);
  return addSignOption(addOutputOptions(command, formats, "openvex"))
    .option("--author <name>", 'who makes the statements: "Example Ltd <security@example.com>"')
    .option("--id <iri>", "id of the document; default: one made of its content");
}

/**
 * The documents of these statements, in the formats and places that the options say; signed as being about `image` too, where there
 * is one. @throws PlimsollError USAGE, OUTPUT_FAILED, KEY_INVALID, KEY_PASSWORD_WRONG
 */
export async function writeVexDocument(
  context: CliContext,
  options: DocumentOptions,
  statements: readonly VexStatement[],
  image: ResolvedImage | null = null,
): Promise<void> {
  const key = await outputKey(context, options, options.output);
  const author = options.author ?? soleAuthor(statements);
  const writing = { statements, author, timestamp: context.clock(), id: options.id ?? null };
  const written = await writeOutputs(context, options, (format) => {
    const found = vexFormats.find(({ id }) => id === format);
    if (found === undefined) throw new PlimsollError("USAGE", `There is no format ${format}.`);
    return found.write(writing);
  });
  if (key === null) return;
  const { openvex } = await import("../../vex/openvex/index.ts");
  await signVex(context, written, { key, image, document: openvex.write(writing) });
}

interface VexSigning {
  readonly key: SigningKey;
  readonly image: ResolvedImage | null;
  /** Text in OpenVEX, which is the predicate whatever the files are written in. */
  readonly document: string;
}

/** @throws PlimsollError OUTPUT_FAILED; what the key throws */
export async function signVex(
  context: CliContext,
  written: readonly WrittenFile[],
  { key, image, document }: VexSigning,
): Promise<void> {
  const { signFiles } = await import("../attestations/sign-files.ts");
  const predicate: unknown = JSON.parse(document);
  await signFiles(context, written, { key, images: image === null ? [] : [image], type: vexType, predicate });
}

/** Of statements by several people none can be the author of the whole. @throws PlimsollError USAGE */
function soleAuthor(statements: readonly VexStatement[]): string {
  const authors = new Set(statements.map(({ author }) => author));
  const [first] = authors;
  if (authors.size === 1 && first !== undefined) return first;
  throw new PlimsollError("USAGE", "Statements of several authors become one document: name its --author.");
}

/** The bytes of a file that may hold a VEX document. @throws PlimsollError FILE_NOT_FOUND, LIMIT_EXCEEDED */
export async function readVexFile(context: CliContext, name: string): Promise<Uint8Array> {
  const path = resolve(context.cwd, name);
  const facts = await stat(path).catch(() => null);
  if (facts === null || !facts.isFile())
    throw new PlimsollError("FILE_NOT_FOUND", `There is no VEX document at ${printable(name)}.`);
  if (facts.size > DOCUMENT_BYTES_MAX)
    throw new PlimsollError("LIMIT_EXCEEDED", `${printable(name)}: the document is too large.`);
  return readFile(path);
}
