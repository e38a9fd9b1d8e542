/** When a command ends with exit code 2. */
import { Option, type Command } from "commander";
import { PlimsollError } from "../../domain/error.ts";
import type { GateCause, GateDecision } from "../../policies/gate.ts";
import type { CliContext } from "../context.ts";
import { collectList } from "./output.ts";

export interface GateOptions {
  readonly exitCode?: true;
  readonly failOn?: readonly string[];
  readonly strict?: true;
}

const CAUSES: readonly GateCause[] = ["no-data", "incomplete", "stale", "undetermined"];

/** Adds --exit-code, --fail-on and --strict. `what` completes "exit 2 when …". */
export function addGateOptions(command: Command, what: string): Command {
  return command
    .option("-e, --exit-code", `exit 2 when ${what}`)
    .addOption(
      new Option("--fail-on <causes>", `also exit 2 on: ${CAUSES.join(", ")} (comma separated)`).argParser(
        collectList,
      ),
    )
    .option("--strict", `the same as --exit-code --fail-on ${CAUSES.join(",")}`);
}

/** @throws PlimsollError USAGE on a cause that does not exist */
export function gateOptions(options: GateOptions): { exitCode: boolean; failOn: readonly GateCause[] } {
  if (options.strict === true) return { exitCode: true, failOn: CAUSES };
  const failOn = (options.failOn ?? []).map((name) => {
    const cause = CAUSES.find((known) => known === name);
    if (cause !== undefined) return cause;
    throw new PlimsollError("USAGE", `--fail-on does not know "${name}"; it takes ${CAUSES.join(", ")}.`);
  });
  return { exitCode: options.exitCode === true, failOn };
}

/** After what tells that content was not verified. */
export const VERIFY_ADVICE = "; with --verify it is";

/** Says on standard error why the gate failed and which policies warn, and returns the exit code. */
export function closeGate(context: CliContext, decision: GateDecision): number {
  for (const warning of decision.warnings) context.stderr.write(`warning: policy: ${warning}\n`);
  for (const { cause, message } of decision.causes) {
    const advice = cause === "unverified" ? VERIFY_ADVICE : "";
    context.stderr.write(`gate: ${cause}: ${message}${advice}\n`);
  }
  return decision.pass ? 0 : 2;
}
