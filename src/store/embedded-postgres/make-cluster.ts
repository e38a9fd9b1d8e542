/**
 * Makes PostgreSQL's data folder. It is made under another name and renamed when it is whole, so that a `cluster` that is there is
 * a cluster that works; what a killed start left behind is removed by the next one.
 */
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { PlimsollError } from "../../domain/error.ts";
import type { ClusterLayout } from "./layout.ts";
import { isAlive } from "./postmaster.ts";
import type { ServerAccount } from "./server-account.ts";
import { lastLines, runAs, type ServerPrograms } from "./server-programs.ts";

/** @throws PlimsollError POSTGRES_START_FAILED with the end of what `initdb` said */
export async function makeCluster(
  layout: ClusterLayout,
  programs: ServerPrograms,
  superuserPassword: string,
  signal: AbortSignal | null,
): Promise<void> {
  const temporary = join(layout.folder, `init.${process.pid}.${randomBytes(4).toString("hex")}.tmp`);
  mkdirSync(temporary, { mode: 0o700 });
  try {
    handOver(temporary, programs.account);
    const passwordFile = join(temporary, "password");
    writeFileSync(passwordFile, `${superuserPassword}\n`, { mode: 0o600 });
    handOver(passwordFile, programs.account);
    await initialise(programs, temporary, signal);
    finish(layout, temporary);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

async function initialise(
  programs: ServerPrograms,
  temporary: string,
  signal: AbortSignal | null,
): Promise<void> {
  const cluster = join(temporary, "cluster");
  mkdirSync(cluster, { mode: 0o700 });
  handOver(cluster, programs.account);
  // Written with the dots, not joined: from inside the folder it is the one way to its neighbour.
  const folder = programs.seenFrom(cluster);
  const args = [
    "-D",
    folder,
    "-U",
    "postgres",
    `--pwfile=${folder}/../password`,
    "--auth-local=scram-sha-256",
    "--auth-host=scram-sha-256",
    "--encoding=UTF8",
    "--data-checksums",
    "--no-instructions",
    ...localeOptions(programs.major),
  ];
  const run = await runAs(programs, "initdb", args, { cwd: cluster, timeoutMs: 120_000, signal });
  if (run.exitCode === 0) return;
  signal?.throwIfAborted();
  const said = lastLines(run.output, 6) || (run.reason ?? "it said nothing");
  throw new PlimsollError("POSTGRES_START_FAILED", `initdb failed: ${said}`);
}

/**
 * The order of text must not depend on the machine: the builtin provider has none of the system's in it. 15 and 16 have no such
 * provider; our columns are `COLLATE "C"` all the same.
 */
function localeOptions(major: number): string[] {
  if (major >= 17) return ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"];
  return ["--locale=C"];
}

function finish(layout: ClusterLayout, temporary: string): void {
  try {
    renameSync(join(temporary, "cluster"), layout.clusterDir);
  } catch (error) {
    // Another start was faster; its cluster has the same passwords.
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (!["ENOTEMPTY", "EEXIST"].includes(code)) throw error;
  }
}

/** What starts that are no more left behind: of a process that is dead, or older than an hour. */
export function removeLeftovers(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = /^init\.(\d{1,10})\.[0-9a-f]+\.tmp$/.exec(name)?.[1];
    if (pid === undefined) continue;
    const path = join(folder, name);
    const ageMs = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0);
    if (isAlive(Number(pid)) && ageMs <= 3_600_000) continue;
    try {
      rmSync(path, { recursive: true, force: true });
    } catch {
      // An initdb without a parent still writes there; it is in nobody's way, and the next start removes it.
    }
  }
}

function handOver(path: string, account: ServerAccount): void {
  if (!account.dropped) return;
  chownSync(path, account.uid, account.gid);
  chmodSync(path, statSync(path).mode & 0o700);
}
