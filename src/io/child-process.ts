/**
 * One short-lived program: its input, its bounded output, its end. No shell is involved.
 */
import { spawn } from "node:child_process";

export interface ProgramRun {
  /** Name looked up on PATH, or an absolute path. */
  readonly command: string;
  readonly args: readonly string[];
  /** For its standard input. */
  readonly input: string | Uint8Array;
  readonly timeoutMs: number;
  /** Ceiling of standard output, and of standard error. */
  readonly outputBytesMax: number;
  readonly signal: AbortSignal | null;
  /** Its environment; absent: this process's own. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** `failed` means that its output must not be used. */
export type ProgramOutcome =
  | { readonly kind: "exited"; readonly exitCode: number; readonly stdout: string; readonly stderr: string }
  | { readonly kind: "failed"; readonly reason: ProgramFailure };

export type ProgramFailure =
  "not_found" | "not_executable" | "timeout" | "output_too_large" | "killed" | "aborted";

/** Runs it to its end. Never throws; past a limit it is killed. */
export function runProgram(run: ProgramRun): Promise<ProgramOutcome> {
  const { promise, resolve } = Promise.withResolvers<ProgramOutcome>();
  if (run.signal?.aborted === true) return Promise.resolve({ kind: "failed", reason: "aborted" });
  const child = spawn(run.command, run.args, { env: run.env ?? process.env, windowsHide: true });
  let failure: ProgramFailure | null = null;
  const stop = (reason: ProgramFailure): void => {
    failure ??= reason;
    child.kill("SIGKILL");
    // A grandchild may hold the pipes open; its output is of no use any more.
    child.stdout.destroy();
    child.stderr.destroy();
  };
  const timer = setTimeout(() => stop("timeout"), run.timeoutMs);
  const onAbort = (): void => stop("aborted");
  run.signal?.addEventListener("abort", onAbort, { once: true });
  const settle = (outcome: ProgramOutcome): void => {
    clearTimeout(timer);
    run.signal?.removeEventListener("abort", onAbort);
    resolve(outcome);
  };
  const stdout = collect(child.stdout, run.outputBytesMax, () => stop("output_too_large"));
  const stderr = collect(child.stderr, run.outputBytesMax, () => stop("output_too_large"));
  child.on("error", (error: NodeJS.ErrnoException) => {
    settle({ kind: "failed", reason: failure ?? (error.code === "ENOENT" ? "not_found" : "not_executable") });
  });
  child.on("close", (exitCode) => {
    if (failure !== null) return settle({ kind: "failed", reason: failure });
    if (exitCode === null) return settle({ kind: "failed", reason: "killed" });
    settle({ kind: "exited", exitCode, stdout: stdout(), stderr: stderr() });
  });
  // A program that does not read its input closes it: no failure.
  child.stdin.on("error", () => {});
  child.stdin.end(run.input);
  return promise;
}

function collect(stream: NodeJS.ReadableStream, bytesMax: number, onTooLarge: () => void): () => string {
  const pieces: Buffer[] = [];
  let size = 0;
  stream.on("data", (piece: Buffer) => {
    size += piece.byteLength;
    if (size > bytesMax) return onTooLarge();
    pieces.push(piece);
  });
  return () => Buffer.concat(pieces).toString("utf8");
}
