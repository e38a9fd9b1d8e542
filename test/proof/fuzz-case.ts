/** One case of fuzzing: an input made from a target and a number, what came of it, and where a bad one is kept. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { errorCodes } from "../../src/domain/error-codes.ts";
import { PlimsollError } from "../../src/domain/error.ts";
import { repositoryRoot } from "../helpers/run-plimsoll.ts";
import { mutate } from "./fuzz-mutate.ts";
import type { FuzzTarget } from "./fuzz-target.ts";
import { createRandom } from "./random.ts";

export interface FuzzFailure {
  readonly target: string;
  readonly seed: number;
  /** First lines of the error, or why there is none. */
  readonly reason: string;
  readonly input: Uint8Array;
}

/** The input of a target's samples, or of what came of them, and a number; always the same bytes. */
export function makeInput(pool: readonly Buffer[], seed: number): Buffer {
  return mutate(pool, createRandom(seed));
}

/** `accepted`, `refused` by a proper error, or the reason why neither. */
export async function tryInput(
  target: FuzzTarget,
  input: Buffer,
): Promise<"accepted" | "refused" | { reason: string }> {
  try {
    await target.check(input);
    return "accepted";
  } catch (error) {
    if (error instanceof PlimsollError && error.code in errorCodes && error.code !== "INTERNAL")
      return "refused";
    return { reason: describe(error) };
  }
}

/** Where the input is, for the person who looks into it; relative to the repository. */
export function saveInput({ target, seed, reason, input }: FuzzFailure): string {
  const folder = "build/proof";
  const name = `${target.replace(/[^a-z0-9]+/gi, "-")}-${seed}`;
  mkdirSync(join(repositoryRoot, folder), { recursive: true });
  writeFileSync(join(repositoryRoot, folder, `${name}.bin`), input);
  writeFileSync(join(repositoryRoot, folder, `${name}.txt`), `${reason}\n`);
  return `${folder}/${name}.bin`;
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return `thrown: ${String(error)}`;
  const stack = (error.stack ?? "")
    .replaceAll(`file://${repositoryRoot}/`, "")
    .replaceAll(`${repositoryRoot}/`, "");
  const lines = stack.split("\n").filter((line) => !line.includes("node:internal"));
  const cause = error.cause instanceof Error ? `; cause: ${error.cause.message}` : "";
  return `${lines.slice(0, 4).join(" ").slice(0, 600)}${cause}`;
}
