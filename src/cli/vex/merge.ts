/** `plimsoll vex merge`: documents of any format as one. Nothing is decided: all statements stay, with their times, where the format has room for them. */
import { printable } from "../../domain/problem.ts";
import { PlimsollError } from "../../domain/error.ts";
import type { VexStatement } from "../../domain/vex.ts";
import { readVexDocument } from "../../vex/read.ts";
import type { CliContext } from "../context.ts";
import { readVexFile, writeVexDocument, type DocumentOptions } from "./document-options.ts";

/** @throws PlimsollError VEX_NOT_FOUND when the documents hold no statement; VEX_INVALID, FILE_NOT_FOUND, USAGE, OUTPUT_FAILED */
export async function runMerge(
  context: CliContext,
  names: readonly string[],
  options: DocumentOptions,
): Promise<void> {
  const statements: VexStatement[] = [];
  for (const name of names) {
    const reading = readVexDocument(await readVexFile(context, name), name);
    for (const statement of reading.statements) statements.push(statement);
    for (const { message } of reading.problems) context.stderr.write(`${printable(message)}\n`);
  }
  if (statements.length === 0)
    throw new PlimsollError("VEX_NOT_FOUND", "The documents hold no statement that can be used.");
  await writeVexDocument(context, options, statements);
}
