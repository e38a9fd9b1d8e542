/** The command line in a process that is killed after a while. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { repositoryRoot } from "../helpers/run-plimsoll.ts";

export interface CliRun {
  /** Null when it was killed. */
  readonly exitCode: number | null;
  readonly killed: boolean;
  readonly stderr: string;
  readonly ms: number;
}

/** Runs `plimsoll …` on the database in `dir`; SIGKILL after `killMs`, or never (null). */
export function runCli(args: readonly string[], dir: string, killMs: number | null): Promise<CliRun> {
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
    const timer = killMs === null ? null : setTimeout(() => child.kill("SIGKILL"), killMs);
    child.on("error", failed);
    child.on("close", (exitCode, signal) => {
      if (timer !== null) clearTimeout(timer);
      done({ exitCode, killed: signal === "SIGKILL", stderr, ms: performance.now() - started });
    });
  });
}
