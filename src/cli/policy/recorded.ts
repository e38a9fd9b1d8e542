/** Facts that were recorded, judged again. */
import { readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { judgeApart } from "../../analysis/custom-policies.ts";
import { PlimsollError } from "../../domain/error.ts";
import type { ImageFacts, PolicyResult } from "../../domain/policy.ts";
import { printable } from "../../domain/problem.ts";
import type { EvaluateOptions } from "../../policies/evaluate.ts";
import type { PolicyDefinition } from "../../policies/types.ts";
import type { CliContext } from "../context.ts";

/** Answers of the policies that are judged apart. @throws PolicyError when a policy itself is wrong */
export async function answersApart(
  facts: ImageFacts,
  policies: readonly PolicyDefinition[],
): Promise<NonNullable<EvaluateOptions["outcomes"]>> {
  return judgeApart(facts, policies, { repository: null });
}

/** @throws PolicyError as `evaluatePolicies` */
export async function judgeRecorded(
  facts: ImageFacts,
  policies: readonly PolicyDefinition[],
): Promise<readonly PolicyResult[]> {
  const { evaluatePolicies } = await import("../../policies/evaluate.ts");
  return evaluatePolicies(facts, policies, { outcomes: await answersApart(facts, policies) });
}

const BYTES_MAX = 256 * 1024 ** 2;

/** @throws PlimsollError FILE_NOT_FOUND, LIMIT_EXCEEDED, JSON_INVALID */
export async function readJsonFile(context: CliContext, file: string): Promise<unknown> {
  const path = resolve(context.cwd, file);
  const missing = (cause: unknown): never => {
    throw new PlimsollError("FILE_NOT_FOUND", `The file ${printable(file)} cannot be read.`, { cause });
  };
  // Before a byte of it is in memory.
  if ((await stat(path).catch(missing)).size > BYTES_MAX) {
    throw new PlimsollError("LIMIT_EXCEEDED", `${printable(file)} has more than ${BYTES_MAX} bytes.`, {
      details: { limit: "policyTestBytesMax", max: BYTES_MAX },
    });
  }
  const text = await readFile(path, "utf8").catch(missing);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PlimsollError("JSON_INVALID", `${printable(file)} is not valid JSON.`, { cause });
  }
}
