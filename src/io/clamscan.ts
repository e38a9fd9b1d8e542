/**
 * ClamAV's scanner, where it is installed: what is handed to its standard input, or a folder, is searched for what its signatures
 * know. It runs as a program of its own; past its limits it says so, so that nothing counts as clean that it left out.
 * Source: clamscan(1).
 */
import { spawn } from "node:child_process";

export interface ClamscanRun {
  /** A stream of bytes (an archive is looked into), or the absolute path of a folder or file. */
  readonly input: AsyncIterable<Uint8Array> | string;
  readonly timeoutMs: number;
  /** Where PATH leads to the program. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal | null;
}

export interface ClamscanHit {
  /** In the folder; null for a stream. */
  readonly path: string | null;
  /** `Win.Test.EICAR_HDB-1` */
  readonly signature: string;
}

export type ClamscanOutcome =
  | {
      readonly kind: "scanned";
      /** Sorted by path and signature, each once. */
      readonly hits: readonly ClamscanHit[];
      /** What it did not look into, in words; null: nothing. */
      readonly leftOut: string | null;
    }
  | { readonly kind: "not_found" }
  | { readonly kind: "failed"; readonly reason: string };

/** Never throws but what the stream throws, and the signal's reason. */
export async function runClamscan({ input, timeoutMs, env, signal }: ClamscanRun): Promise<ClamscanOutcome> {
  signal?.throwIfAborted();
  const target = typeof input === "string" ? ["--recursive", "--", input] : ["-"];
  const child = spawn("clamscan", [...OPTIONS, ...target], { env: { ...env }, windowsHide: true });
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      if (output[name].length < outputLengthMax) output[name] += text;
      else child.kill("SIGKILL");
    });
  }
  let ending: "not_found" | "timeout" | null = null;
  const timer = setTimeout(() => {
    ending = "timeout";
    child.kill("SIGKILL");
  }, timeoutMs);
  const onAbort = (): void => void child.kill("SIGKILL");
  signal?.addEventListener("abort", onAbort, { once: true });
  const ended = new Promise<number | null>((resolve) => {
    child.on("error", () => {
      ending ??= "not_found";
      resolve(null);
    });
    child.on("close", resolve);
  });
  // It may end before it has read everything.
  child.stdin.on("error", () => {});
  try {
    if (typeof input !== "string") await feed(child.stdin, input);
    child.stdin.end();
    const exitCode = await ended;
    signal?.throwIfAborted();
    if (ending === "not_found") return { kind: "not_found" };
    if (ending === "timeout") return { kind: "failed", reason: "ClamAV took too long" };
    return outcomeOf(exitCode, output.stdout, output.stderr, typeof input === "string" ? input : null);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
    if (child.exitCode === null && ending === null) child.kill("SIGKILL");
  }
}

/** 2 GB is the most that ClamAV takes; past any limit it reports a hit `Heuristics.Limits.Exceeded…`. */
const OPTIONS = [
  "--no-summary",
  "--infected",
  "--allmatch",
  "--alert-exceeds-max=yes",
  "--max-filesize=2047M",
  "--max-scansize=2047M",
  "--max-files=0",
  "--max-scantime=0",
];
const outputLengthMax = 4 * 1024 ** 2;

/** Each chunk is written before the next is asked for, as chunks may share their bytes. */
async function feed(stdin: NodeJS.WritableStream, input: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const chunk of input) {
    const isOpen = await new Promise<boolean>((resolve) => {
      stdin.write(chunk, (error) => resolve(error === null || error === undefined));
    });
    if (!isOpen) return;
  }
}

const FOUND = /^(.*): (\S+) FOUND$/;
const LIMIT = "Heuristics.Limits.Exceeded";

/** Exit codes: 0 nothing found, 1 something found, 2 an error, after which hits may still have been printed. */
function outcomeOf(
  exitCode: number | null,
  stdout: string,
  stderr: string,
  folder: string | null,
): ClamscanOutcome {
  const hits = new Map<string, ClamscanHit>();
  let isCut = false;
  for (const line of stdout.split("\n")) {
    const [, place = "", signature] = FOUND.exec(line) ?? [];
    if (signature === undefined) continue;
    if (signature.startsWith(LIMIT)) isCut = true;
    else hits.set(`${place}\n${signature}`, { path: pathIn(folder, place), signature });
  }
  const sorted = [...hits].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, hit]) => hit);
  if (exitCode !== 0 && exitCode !== 1 && sorted.length === 0) {
    const [first = ""] = stderr
      .split("\n")
      .filter((line) => line.includes("ERROR") || line.includes("Error"));
    return {
      kind: "failed",
      reason: first === "" ? "ClamAV failed" : `ClamAV failed: ${first.slice(0, 300)}`,
    };
  }
  if (exitCode !== 0 && exitCode !== 1) return scanned(sorted, "ClamAV could not read everything");
  return scanned(sorted, isCut ? "ClamAV's limits were reached, so it left something out" : null);
}

function scanned(hits: readonly ClamscanHit[], leftOut: string | null): ClamscanOutcome {
  return { kind: "scanned", hits, leftOut };
}

function pathIn(folder: string | null, place: string): string | null {
  if (folder === null) return null;
  return place.startsWith(`${folder}/`) ? place.slice(folder.length + 1) : place;
}
