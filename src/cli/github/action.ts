/**
 * What the GitHub Action does: runs the commands that its inputs ask for, one after the other until one fails, and tells the result where
 * people of GitHub look: log, outputs, job summary, annotations, one comment on the pull request. The exit code is that of the command
 * that failed. What GitHub refuses is a warning and changes no verdict.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PlimsollError } from "../../domain/error.ts";
import type { CliContext } from "../context.ts";
import { annotationsOf } from "./choose-annotations.ts";
import { commandCalls } from "./commands.ts";
import type { CommandResult } from "./command-result.ts";
import { readInputs, type Inputs } from "./inputs.ts";
import { findPullRequest, type PullRequest } from "./pull-request.ts";
import { runCall, type RunCommandLine } from "./run-call.ts";
import { cutMarkdown, OUTPUT_BYTES_MAX, writeOutputValues, writeSummary } from "./runner-files.ts";
import { tellPullRequest } from "./tell-pull-request.ts";
import { annotationText } from "./workflow-commands.ts";

/** Resolves to the exit code of the step. @throws PlimsollError USAGE for inputs that cannot be used; CREDENTIALS_INVALID */
export async function runAction(context: CliContext, run: RunCommandLine): Promise<number> {
  try {
    return await runCalls(context, run);
  } catch (error) {
    if (error instanceof PlimsollError) {
      const { code, message, advice } = error;
      const annotation = { level: "error", title: code, file: null, line: null } as const;
      context.stdout.write(annotationText({ ...annotation, message: `${message}\n${advice}` }));
    }
    throw error;
  }
}

async function runCalls(context: CliContext, run: RunCommandLine): Promise<number> {
  const inputs = readInputs(context.env);
  const folder = mkdtempSync(join(context.env["RUNNER_TEMP"] || tmpdir(), "plimsoll-action-"));
  try {
    const debug = context.env["RUNNER_DEBUG"] === "1";
    const calls = commandCalls(inputs, (command, ending) => join(folder, `${command}.${ending}`), debug);
    const pull = inputs.isOn("write-comment")
      ? await findPullRequest(context.env, inputs.text("pull-request"))
      : null;
    const results: CommandResult[] = [];
    for (const call of calls) {
      const result = await runCall(context, run, { inputs, call, folder });
      results.push(result);
      if (result.exitCode !== 0) break;
    }
    await tell(context, { inputs, pull, results });
    return results.at(-1)?.exitCode ?? 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Told {
  readonly inputs: Inputs;
  /** That gets a comment; null: none does. */
  readonly pull: PullRequest | null;
  readonly results: readonly CommandResult[];
}

async function tell(context: CliContext, { inputs, pull, results }: Told): Promise<void> {
  if (inputs.isOn("annotations")) {
    for (const annotation of annotationsOf(context, inputs, results))
      context.stdout.write(annotationText(annotation));
  }
  const summaryFile = context.env["GITHUB_STEP_SUMMARY"] ?? "";
  if (summaryFile !== "" && inputs.isOn("summary")) await writeSummary(summaryFile, summaryOf(results));
  const comment = pull === null ? null : await tellPullRequest(context, pull, { inputs, results });
  const outputFile = context.env["GITHUB_OUTPUT"] ?? "";
  if (outputFile === "") return;
  await writeOutputValues(outputFile, {
    ...Object.fromEntries(
      results.map((result) => [result.command, cutMarkdown(textOf(result), OUTPUT_BYTES_MAX)]),
    ),
    "exit-code": String(results.at(-1)?.exitCode ?? 0),
    "comment-url": comment === null || comment.kind === "refused" ? "" : comment.comment.page,
  });
}

/** Characters of a log that stands for a result: a document of packages is longer, and a part of it is none. */
const LOG_LENGTH_MAX = 8_000;

/** What a result is as Markdown; of a command that has none, its log as it stands. */
function textOf({ markdown, log }: CommandResult): string {
  if (markdown !== null) return markdown;
  if (log.length > LOG_LENGTH_MAX)
    return "The result is in the log of the step; the input `output` writes it to a file.\n";
  // The longest run of backticks inside must not end it.
  const fence = "`".repeat(Math.max(3, ...[...log.matchAll(/`+/g)].map(([run]) => run.length + 1)));
  return `${fence}text\n${log.trimEnd()}\n${fence}\n`;
}

function summaryOf(results: readonly CommandResult[]): string {
  return results.map((result) => `## plimsoll ${result.command}\n\n${textOf(result)}\n`).join("\n");
}
