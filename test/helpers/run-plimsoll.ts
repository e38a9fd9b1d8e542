/**
 * Runs the command line: as a process of its own (`runProcess`), or in this process with its streams caught (`runInProcess`).
 */
import { spawn } from "node:child_process";
import { join, resolve } from "node:path";
import { runCommandLine } from "../../src/cli/main.ts";
import { programVersion, type CliContext } from "../../src/cli/context.ts";
import { readConfig } from "../../src/config/config.ts";

export const repositoryRoot = resolve(import.meta.dirname, "../..");

export interface Run {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunSettings {
  readonly cwd?: string;
  readonly stdin?: string;
  /** Replaces the environment but for PATH. Scans fetch nothing by themselves unless `PLIMSOLL_OFFLINE` is given here. */
  readonly env?: Readonly<Record<string, string>>;
  readonly now?: Date;
  /** What the person at the terminal answers, in order; absent: nobody sits there. Only `runInProcess`. */
  readonly answers?: readonly string[];
}

/** Runs `src/cli/main.ts` in a process. */
export function runProcess(args: readonly string[], settings: RunSettings = {}): Promise<Run> {
  const env = { PLIMSOLL_OFFLINE: "1", ...settings.env };
  const program = [join(repositoryRoot, "src/cli/main.ts"), ...args];
  return runCommand(process.execPath, program, settings.env === undefined ? settings : { ...settings, env });
}

/** Runs any program to its end; never throws for an exit code. */
export function runCommand(
  program: string,
  args: readonly string[],
  settings: RunSettings = {},
): Promise<Run> {
  return new Promise((done, failed) => {
    const env = settings.env === undefined ? process.env : { PATH: process.env["PATH"], ...settings.env };
    const child = spawn(program, [...args], { cwd: settings.cwd ?? repositoryRoot, env });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.on("error", failed);
    child.on("close", (code, signal) =>
      done({ exitCode: code ?? (signal === null ? 1 : 128), stdout, stderr }),
    );
    child.stdin.on("error", () => {});
    child.stdin.end(settings.stdin ?? "");
  });
}

/** Runs a verb in this process. `env` is the whole environment it sees. */
export async function runInProcess(args: readonly string[], settings: RunSettings = {}): Promise<Run> {
  let stdout = "";
  let stderr = "";
  const cwd = settings.cwd ?? repositoryRoot;
  const answers = [...(settings.answers ?? [])];
  const env = { PLIMSOLL_OFFLINE: "1", ...settings.env };
  const context: CliContext = {
    config: readConfig(env, "/nonexistent", cwd),
    env,
    home: "/nonexistent",
    cwd,
    version: programVersion,
    stdout: { write: (text) => void (stdout += text), isTerminal: false, width: 120 },
    stderr: { write: (text) => void (stderr += text), isTerminal: false, width: 120 },
    stdin: (async function* () {
      if (settings.stdin !== undefined) yield Buffer.from(settings.stdin);
    })(),
    ask:
      settings.answers === undefined
        ? null
        : async ({ text }) => {
            stderr += text;
            return answers.shift() ?? "";
          },
    clock: () => settings.now ?? new Date(),
    monotonicMs: () => performance.now(),
  };
  const exitCode = await runCommandLine(args, context);
  return { exitCode, stdout, stderr };
}
