/** `plimsoll versions`: the order of versions by each ecosystem's own rules. */
import { Command } from "commander";
import { PlimsollError } from "../../domain/error.ts";
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
    .addHelpText("after", COMPARE_EXAMPLES)
    .action(async (a: string | undefined, b: string | undefined, options: { scheme: string }) => {
      const scheme = getVersionScheme(options.scheme);
      if (a === undefined) return finish(await compareLines(context, scheme));
      if (b === undefined)
        throw new PlimsollError(
          "USAGE",
          "Two versions are needed, or none to read pairs from standard input.",
        );
      context.stdout.write(`${scheme.compare(a, b)}\n`);
    });
  command
    .command("list")
    .description("List the version schemes.")
    .action(() => {
      for (const scheme of versionSchemes) context.stdout.write(`${scheme.id.padEnd(10)} ${scheme.title}\n`);
    });
  return command;
};

/**
 * One answer a line, so that answers stay beside their questions: a pair that cannot be compared is answered `invalid`, said
 * on standard error, and ends the command with exit code 1; an empty line is answered by an empty line.
 */
async function compareLines(context: CliContext, scheme: VersionScheme): Promise<number> {
  let lineNumber = 0;
  let invalidCount = 0;
  for await (const line of readLines(context.stdin)) {
    lineNumber += 1;
    if (line?.trim() === "") {
      context.stdout.write("\n");
      continue;
    }
    const answer = compareLine(line, scheme);
    if (answer.error !== null) {
      invalidCount += 1;
      context.stderr.write(`error VERSION_INVALID: line ${lineNumber}: ${answer.error}\n`);
    }
    context.stdout.write(`${answer.text}\n`);
  }
  return invalidCount === 0 ? 0 : 1;
}

function compareLine(line: string | null, scheme: VersionScheme): { text: string; error: string | null } {
  if (line === null) return { text: "invalid", error: "the line is too long" };
  const words = line.includes("\t") ? line.split("\t").map((word) => word.trim()) : line.trim().split(/\s+/);
  const [a, b] = words;
  if (a === undefined || b === undefined || words.length !== 2) {
    return { text: "invalid", error: `a pair of versions is expected, not "${printable(line)}"` };
  }
  try {
    return { text: String(scheme.compare(a, b)), error: null };
  } catch (error) {
    if (error instanceof PlimsollError) return { text: "invalid", error: error.message };
    throw error;
  }
}

const COMPARE_EXAMPLES = `
Examples:
  plimsoll versions compare --scheme deb 1.0~rc1-1 1.0-1
  printf '1.2_alpha1 1.2\\n1.2-r3 1.2-r10\\n' | plimsoll versions compare --scheme apk

A pair that cannot be compared prints "invalid" and makes the exit code 1.`;
