/** `plimsoll policy test`: policies judged on facts that a file gives, and compared with what it expects. */
import { PlimsollError } from "../../domain/error.ts";
import { jsonText } from "../../domain/json-text.ts";
import { recordOf, type JsonRecord } from "../../domain/json-record.ts";
import { printable } from "../../domain/problem.ts";
import type { PolicyCaseResult } from "../../policies/cases.ts";
import { toResultView } from "../../reports/json/verdict-view.ts";
import type { CliContext } from "../context.ts";
import { writeResult, type OutputOptions } from "../options/output.ts";
import { choosePolicies } from "../options/policy.ts";
import { checkFormat } from "./format.ts";
import { answersApart, readJsonFile } from "./recorded.ts";

export interface PolicyTestOptions extends OutputOptions {
  readonly policyConfig?: string;
  readonly facts?: string;
}

/** Exit code 2 when a test fails. @throws PlimsollError FILE_NOT_FOUND, JSON_INVALID, POLICY_TEST_INVALID, POLICY_CONFIG_INVALID */
export async function runPolicyTest(
  context: CliContext,
  files: readonly string[],
  options: PolicyTestOptions,
): Promise<number> {
  checkFormat(options);
  const { readPolicyCases, runPolicyCase } = await import("../../policies/cases.ts");
  const { policies } = await choosePolicies(context, options);
  const facts = options.facts === undefined ? {} : await readFacts(context, options.facts);
  const rows: { readonly file: string; readonly result: PolicyCaseResult }[] = [];
  for (const file of files) {
    const cases = readPolicyCases(await readJsonFile(context, file), policies, facts);
    for (const one of cases) {
      const outcomes = await answersApart(one.facts, one.policies);
      rows.push({ file, result: runPolicyCase(one, outcomes) });
    }
  }
  const failed = rows.filter(({ result }) => result.failures.length > 0).length;
  const text =
    options.format === "json"
      ? jsonText({
          schema: "urn:plimsoll:report:policy-test:1",
          tool: { name: "plimsoll", version: context.version },
          passed: rows.length - failed,
          failed,
          tests: rows.map(({ file, result: { name, failures, results } }) => ({
            file,
            name,
            failures,
            results: results.map(toResultView),
          })),
        })
      : rows.map(({ result }) => linesOf(result)).join("") +
        `${rows.length - failed} passed, ${failed} failed\n`;
  await writeResult(context, options, text);
  return failed === 0 ? 0 : 2;
}

function linesOf({ name, failures }: PolicyCaseResult): string {
  const head = `${failures.length === 0 ? "✓" : "!"} ${printable(name)}\n`;
  return head + failures.map((failure) => `    ${printable(failure, 1000)}\n`).join("");
}

/** Those of a result file's first image that was judged; any other document is facts itself. */
async function readFacts(context: CliContext, file: string): Promise<JsonRecord> {
  const document = recordOf(await readJsonFile(context, file));
  const images = document?.["images"];
  const inputs = Array.isArray(images)
    ? images.map((image) => recordOf(recordOf(image)?.["inputs"]))
    : [document];
  const found = inputs.find((input) => input !== null);
  if (found !== undefined && found !== null) return found;
  throw new PlimsollError(
    "POLICY_TEST_INVALID",
    `${printable(file)} holds no facts: no image in it was judged.`,
  );
}
