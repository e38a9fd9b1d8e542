/** Runs one command of the action and reads back what it left. */
import { join } from "node:path";
import type { CliContext } from "../context.ts";
import type { CommandCall } from "./commands.ts";
import { readResult, type CommandResult } from "./command-result.ts";
import type { Inputs } from "./inputs.ts";
import { withSignIns } from "./sign-ins.ts";
import { groupBegin, groupEnd, quiet } from "./workflow-commands.ts";

/** Runs a command line and resolves to its exit code. */
export type RunCommandLine = (args: readonly string[], context: CliContext) => Promise<number>;

/** One command, with its log in a part that can be folded and that commands nothing. */
export async function runCall(
  context: CliContext,
  run: RunCommandLine,
  { inputs, call, folder }: { readonly inputs: Inputs; readonly call: CommandCall; readonly folder: string },
): Promise<CommandResult> {
  const env = await withSignIns(context.env, inputs, {
    command: call.command,
    file: join(folder, "sign-ins.json"),
  });
  const { begin, end } = quiet();
  const parts: string[] = [];
  const shown = {
    // One stream: the runner reads two in no certain order, and what is off on one would be on in the other.
    write(text: string): void {
      // Files of this run alone are nobody's business.
      if (text.startsWith("written to ") && text.includes(folder)) return;
      parts.push(text);
      context.stdout.write(text);
    },
    isTerminal: false,
    width: context.stdout.width,
  };
  const changes: Partial<CliContext> = { env, stdout: shown, stderr: shown, ask: null };
  const own = Object.create(context, Object.getOwnPropertyDescriptors(changes)) as CliContext;
  context.stdout.write(`${groupBegin(`plimsoll ${call.command}`)}${begin}`);
  let exitCode = 1;
  try {
    exitCode = await run(call.args, own);
  } finally {
    const log = parts.join("");
    context.stdout.write(`${log === "" || log.endsWith("\n") ? "" : "\n"}${end}${groupEnd}`);
  }
  return readResult(call, { exitCode, log: parts.join("") });
}
