/**
 * PostgreSQL's programs, run under the server's account.
 *
 * Root's data mostly stands below folders that no other account may enter (`/root` is 0700). Rather than open those, the program
 * is started inside the folder that is its own and told to find it as its working directory: `/proc/self/cwd` leads there without
 * passing through the parents. PostgreSQL before 16 walks the path of its own program by changing folders and cannot come back;
 * there the folder must be within reach.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { PlimsollError } from "../../domain/error.ts";
import { printable } from "../../domain/problem.ts";
import { POSTGRES_MAJOR_MIN } from "./find-binaries.ts";
import { isWithinReach, type ServerAccount } from "./server-account.ts";

export interface ServerPrograms {
  readonly binDir: string;
  readonly major: number;
  readonly account: ServerAccount;
  /** What a program started in `folder` must call it. @throws PlimsollError POSTGRES_START_FAILED when it cannot get there */
  seenFrom(folder: string): string;
}

/** @throws PlimsollError POSTGRES_START_FAILED when the programs do not run; POSTGRES_VERSION when they are too old */
export async function openPrograms(binDir: string, account: ServerAccount): Promise<ServerPrograms> {
  const programs = { binDir, account, major: 0, seenFrom: (folder: string) => folder };
  const run = await runAs(programs, "postgres", ["--version"], { cwd: "/", timeoutMs: 20_000, signal: null });
  const major = Number(/ (\d{1,3})[.\w]*/.exec(run.output)?.[1] ?? 0);
  if (run.exitCode !== 0 || major === 0) {
    const reason = lastLines(run.output, 3) || printable(run.reason ?? "it said nothing");
    throw new PlimsollError(
      "POSTGRES_START_FAILED",
      `${printable(binDir)}/postgres does not run: ${reason}`,
      { details: { binDir } },
    );
  }
  if (major < POSTGRES_MAJOR_MIN) {
    throw new PlimsollError(
      "POSTGRES_VERSION",
      `PostgreSQL ${major} is too old; ${POSTGRES_MAJOR_MIN} is needed.`,
      {
        details: { major },
      },
    );
  }
  return { ...programs, major, seenFrom: (folder) => seenFrom(folder, account, major) };
}

function seenFrom(folder: string, account: ServerAccount, major: number): string {
  if (isWithinReach(folder, account)) return folder;
  if (major >= 16 && existsSync("/proc/self/cwd")) return "/proc/self/cwd";
  throw new PlimsollError(
    "POSTGRES_START_FAILED",
    `The account ${account.name}, under which PostgreSQL ${major} runs, may not enter ${printable(folder)}. ` +
      `Choose a data folder that it can get to, such as one below /var/lib.`,
    { details: { folder, account: account.name } },
  );
}

export interface ProgramEnd {
  /** Null: it was killed, or never ran. */
  readonly exitCode: number | null;
  /** Both outputs, their last 16 KB. */
  readonly output: string;
  readonly reason: string | null;
}

/** Runs one of the programs to its end. Nothing of our environment is passed on. Never throws. */
export function runAs(
  programs: Pick<ServerPrograms, "binDir" | "account">,
  name: "initdb" | "postgres",
  args: readonly string[],
  options: { readonly cwd: string; readonly timeoutMs: number; readonly signal: AbortSignal | null },
): Promise<ProgramEnd> {
  const { promise, resolve } = Promise.withResolvers<ProgramEnd>();
  const child = spawn(`${programs.binDir}/${name}`, args, {
    ...identity(programs.account),
    cwd: options.cwd,
    env: programEnvironment,
    stdio: ["ignore", "pipe", "pipe"],
    timeout: options.timeoutMs,
    killSignal: "SIGKILL",
    ...(options.signal === null ? {} : { signal: options.signal }),
  });
  let output = "";
  const add = (piece: string): void => {
    output = (output + piece).slice(-16_384);
  };
  child.stdout.setEncoding("utf8").on("data", add);
  child.stderr.setEncoding("utf8").on("data", add);
  child.on("error", (error) => resolve({ exitCode: null, output: output.trim(), reason: error.message }));
  child.on("close", (exitCode, killed) => {
    const reason = killed === null ? null : `it was ended by ${killed}`;
    resolve({ exitCode, output: output.trim(), reason });
  });
  return promise;
}

/** The end of what a program said, on one line and safe to print. */
export function lastLines(text: string, count: number): string {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return lines
    .slice(-count)
    .map((line) => printable(line.trim()))
    .join(" | ");
}

/** Of the spawned process. Its supplementary groups go with the uid. */
export function identity(account: ServerAccount): { readonly uid?: number; readonly gid?: number } {
  return account.dropped ? { uid: account.uid, gid: account.gid } : {};
}

/** Messages in English whatever the user's language, and no setting of the user's for other PostgreSQLs. */
export const programEnvironment: Readonly<Record<string, string>> = {
  LC_ALL: "C",
  PATH: "/usr/bin:/bin",
  TZ: "UTC",
};
