/** `plimsoll versions`: the order of versions by each ecosystem's own rules. */
import { Command, Option } from "commander";
import type { VersionOrderReport, VersionSchemesReport } from "../../api/command-reports.ts";
import { PlimsollError } from "../../domain/error.ts";
import { jsonText } from "../../domain/json-text.ts";
import { printable } from "../../domain/problem.ts";
import { getVersionScheme, versionSchemes } from "../../versions/schemes.ts";
import type { VersionScheme } from "../../versions/types.ts";
import type { CliContext } from "../context.ts";
import type { CommandMaker } from "../command-maker.ts";
import { readLines } from "../read-lines.ts";

export const versions: CommandMaker = (context, finish) => {
  const command = new Command("versions").description("Compare versions by an ecosystem's own rules.");
  command
    .command("compare")
    .description("Compare two versions, or pairs from standard input, one pair a line; prints -1, 0 or 1.")
    .argument("[a]", "a version")
    .argument("[b]", "another version")
    .requiredOption("--scheme <scheme>", `one of: ${versionSchemes.map((scheme) => scheme.id).join(", ")}`)
    .addOption(formatOption())
    .addHelpText("after", COMPARE_EXAMPLES)
    .action(async (a: string | undefined, b: string | undefined, options: CompareOptions) => {
      const scheme = getVersionScheme(options.scheme);
      const isJson = options.format === "json";
      if (a === undefined) return finish(await compareLines(context, scheme, isJson));
      if (b === undefined)
        throw new PlimsollError(
          "USAGE",
          "Two versions are needed, or none to read pairs from standard input.",
        );
      const order = scheme.compare(a, b);
      const pairs = [{ a, b, order: Math.sign(order) as -1 | 0 | 1, error: null }];
      context.stdout.write(isJson ? orderJson(scheme, pairs) : `${order}\n`);
    });
  command
    .command("list")
    .description("List the version schemes.")
    .addOption(formatOption())
    .action(({ format }: { format: string }) => {
      if (format === "json") {
        const schemes = versionSchemes.map(({ id, title }) => ({ id, title }));
        const schema = "urn:plimsoll:report:version-schemes:1";
        context.stdout.write(jsonText({ schema, schemes } satisfies VersionSchemesReport));
        return;
      }
      for (const scheme of versionSchemes) context.stdout.write(`${scheme.id.padEnd(10)} ${scheme.title}\n`);
    });
  return command;
};

/**
 * One answer a line, so that answers stay beside their questions: a pair that cannot be compared is answered `invalid`, said
 * on standard error, and ends the command with exit code 1; an empty line is answered by an empty line.
 */
async function compareLines(context: CliContext, scheme: VersionScheme, isJson: boolean): Promise<number> {
  const pairs: VersionOrderReport["pairs"] = [];
  let lineNumber = 0;
  let invalidCount = 0;
  for await (const line of readLines(context.stdin)) {
    lineNumber += 1;
    if (line?.trim() === "") {
      if (!isJson) context.stdout.write("\n");
      continue;
    }
    const answer = compareLine(line, scheme);
    if (answer.error !== null) {
      invalidCount += 1;
      context.stderr.write(`error VERSION_INVALID: line ${lineNumber}: ${answer.error}\n`);
    }
    if (isJson) pairs.push({ a: answer.a, b: answer.b, order: answer.order, error: answer.error });
    else context.stdout.write(`${answer.order ?? "invalid"}\n`);
  }
  if (isJson) context.stdout.write(orderJson(scheme, pairs));
  return invalidCount === 0 ? 0 : 1;
}

type Answer = VersionOrderReport["pairs"][number];

function compareLine(line: string | null, scheme: VersionScheme): Answer {
  if (line === null) return { a: "", b: "", order: null, error: "the line is too long" };
  const words = line.includes("\t") ? line.split("\t").map((word) => word.trim()) : line.trim().split(/\s+/);
  const [a, b] = words;
  if (a === undefined || b === undefined || words.length !== 2) {
    const error = `a pair of versions is expected, not "${printable(line)}"`;
    return { a: a ?? "", b: b ?? "", order: null, error };
  }
  try {
    return { a, b, order: Math.sign(scheme.compare(a, b)) as -1 | 0 | 1, error: null };
  } catch (error) {
    if (error instanceof PlimsollError) return { a, b, order: null, error: error.message };
    throw error;
  }
}

interface CompareOptions {
  readonly scheme: string;
  readonly format: string;
}

function formatOption(): Option {
  return new Option("--format <format>", "format of the result").choices(["table", "json"]).default("table");
}

function orderJson(scheme: VersionScheme, pairs: VersionOrderReport["pairs"]): string {
  const schema = "urn:plimsoll:report:version-order:1";
  return jsonText({ schema, scheme: scheme.id, pairs } satisfies VersionOrderReport);
}

const COMPARE_EXAMPLES = `
Examples:
  plimsoll versions compare --scheme deb 1.0~rc1-1 1.0-1
  printf '1.2_alpha1 1.2\\n1.2-r3 1.2-r10\\n' | plimsoll versions compare --scheme apk

A pair that cannot be compared prints "invalid" and makes the exit code 1.`;
