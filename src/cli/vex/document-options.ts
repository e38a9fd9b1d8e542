/** What the verbs that write a VEX document have in common: who speaks, in which format, and what is read back from files. */
import { readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { Command } from "commander";
import { PlimsollError } from "../../domain/error.ts";
import { printable } from "../../domain/problem.ts";
import type { VexStatement } from "../../domain/vex.ts";
import { DOCUMENT_BYTES_MAX, vexFormats } from "../../vex/read.ts";
import type { CliContext } from "../context.ts";
import { addOutputOptions, writeOutputs, type OutputOptions } from "../options/output.ts";

export interface DocumentOptions extends OutputOptions {
  readonly author?: string;
  readonly id?: string;
}

/** Adds --format, --output, --author and --id. */
export function addDocumentOptions(command: Command): Command {
  const formats = vexFormats.map(({ id }) => id);
  return addOutputOptions(command, formats, "openvex")
    .option("--author <name>", 'who makes the statements: "Example Ltd <security@example.com>"')
    .option("--id <iri>", "id of the document; default: one made of its content");
}

/** The documents of these statements, in the formats and places that the options say. @throws PlimsollError USAGE, OUTPUT_FAILED */
export async function writeVexDocument(
  context: CliContext,
  options: DocumentOptions,
  statements: readonly VexStatement[],
): Promise<void> {
  const author = options.author ?? soleAuthor(statements);
  const writing = { statements, author, timestamp: context.clock(), id: options.id ?? null };
  await writeOutputs(context, options, (format) => {
    const found = vexFormats.find(({ id }) => id === format);
    if (found === undefined) throw new PlimsollError("USAGE", `There is no format ${format}.`);
    return found.write(writing);
  });
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
