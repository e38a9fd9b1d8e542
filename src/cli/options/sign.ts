/** `--sign-key` of verbs that write results: a signed statement beside each file. Loaded by every scan, so it imports nothing heavy. */
import type { Command } from "commander";
import type { SigningKey } from "../../attestations/keys.ts";
import { PlimsollError } from "../../domain/error.ts";
import type { CliContext } from "../context.ts";
import type { OutputFile } from "./output.ts";

export interface SignOptions {
  readonly signKey?: string;
}

/** Adds --sign-key. */
export function addSignOption(command: Command): Command {
  return command.option(
    "--sign-key <key>",
    "private key in PEM, or exec:PROGRAM: beside each file of --output a signed statement, FILE.dsse.json",
  );
}

/**
 * The key that is named; null: nothing is to be signed. Opened before the work, so that a wrong password does not cost a scan.
 * @throws PlimsollError USAGE where no file is written; KEY_INVALID, KEY_PASSWORD_WRONG
 */
export async function outputKey(
  context: CliContext,
  { signKey }: SignOptions,
  output: readonly OutputFile[] | undefined,
): Promise<SigningKey | null> {
  if (signKey === undefined) return null;
  if (output === undefined || output.length === 0)
    throw new PlimsollError("USAGE", "--sign-key signs files: name one by --output.");
  const { openSigningKey } = await import("./trust.ts");
  return openSigningKey(context, signKey);
}
