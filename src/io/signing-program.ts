/**
 * A program that reaches a key which nobody may copy: what is to be signed on its standard input, the signature in base64 on its
 * output. A program and no shell: what it is given as arguments stands in a script of its own.
 */
import { resolve } from "node:path";
import { PlimsollError } from "../domain/error.ts";
import { printable } from "../domain/problem.ts";
import { runProgram } from "./child-process.ts";

export interface SigningProgram {
  /** Looked up on PATH, or a path. */
  readonly program: string;
  /** Folder of relative paths. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The signature. @throws PlimsollError SIGNER_FAILED */
export async function signByProgram(
  { program, cwd, env }: SigningProgram,
  input: Uint8Array,
): Promise<Uint8Array> {
  const outcome = await runProgram({
    command: program.includes("/") ? resolve(cwd, program) : program,
    args: [],
    input,
    timeoutMs: PROGRAM_TIMEOUT_MS,
    outputBytesMax: SIGNATURE_BYTES_MAX,
    signal: null,
    env,
  });
  if (outcome.kind === "failed") throw signerFailed(program, outcome.reason.replaceAll("_", " "));
  if (outcome.exitCode !== 0) throw signerFailed(program, `ended with ${outcome.exitCode}`);
  // base64 breaks its lines unless it is told not to.
  const text = outcome.stdout.replaceAll(/\s/g, "");
  if (!/^[A-Za-z0-9+/]{16,}={0,2}$/.test(text)) throw signerFailed(program, "wrote no base64");
  return Buffer.from(text, "base64");
}

function signerFailed(program: string, why: string): PlimsollError {
  return new PlimsollError("SIGNER_FAILED", `${printable(program)}: ${why}.`, { details: { program } });
}

const PROGRAM_TIMEOUT_MS = 60_000;
const SIGNATURE_BYTES_MAX = 64 * 1024;
