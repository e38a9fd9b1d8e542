/** The command line in a process that is killed after a while. */
import { spawn } from "node:child_process";
import { watch } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../helpers/run-plimsoll.ts";

export interface CliRun {
  /** Null when it was killed. */
  readonly exitCode: number | null;
  readonly killed: boolean;
  readonly stderr: string;
  readonly ms: number;
}

/** After how many milliseconds; or as soon as the new manifest is written beside the old one; or is in its place. */
export type KillAt = number | "before the swap" | "after the swap";

/** Runs `plimsoll …` on the database in `dir`; SIGKILL at `killAt`, or never (null). */
export function runCli(args: readonly string[], dir: string, killAt: KillAt | null): Promise<CliRun> {
  return new Promise((done, failed) => {
    const env = {
      PATH: process.env["PATH"],
      HOME: dir,
      PLIMSOLL_DB_DIR: dir,
      PLIMSOLL_CACHE_DIR: join(dir, "..", "cache"),
    };
    const started = performance.now();
    const child = spawn(process.execPath, [join(repositoryRoot, "src/cli/main.ts"), ...args], {
      env,
      stdio: ["ignore", "ignore", "pipe"],
    });
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    const disarm = arm(() => child.kill("SIGKILL"), dir, killAt);
    child.on("error", failed);
    child.on("close", (exitCode, signal) => {
      disarm();
      done({ exitCode, killed: signal === "SIGKILL", stderr, ms: performance.now() - started });
    });
  });
}

/** Returns how to call it off. */
function arm(kill: () => void, dir: string, killAt: KillAt | null): () => void {
  if (killAt === null) return () => {};
  if (typeof killAt === "number") {
    const timer = setTimeout(kill, killAt);
    return () => clearTimeout(timer);
  }
  const watched = killAt === "after the swap" ? /^manifest\.json$/ : /^\.manifest\.json\./;
  const watcher = watch(dir, (_, name) => {
    if (watched.test(name ?? "")) kill();
  });
  return () => watcher.close();
}
