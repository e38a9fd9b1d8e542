/** What a file in `commands/` exports. */
import type { Command } from "commander";
import type { CliContext } from "./context.ts";

/** Makes the command; `finish` receives the exit code: 0, 1 for an operational error, 2 when a gate fails. */
export type CommandMaker = (context: CliContext, finish: (exitCode: number) => void) => Command;
