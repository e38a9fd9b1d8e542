/**
 * One writer at a time: a lock file that names its owner. Readers never look at it.
 * A lock whose owner is gone is taken over: the owner's process is dead, or its process number belongs to another process now,
 * or (another host or container, whose processes cannot be seen) it has not been touched for two minutes.
 */
import { randomBytes } from "node:crypto";
import {
  accessSync,
  constants,
  linkSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { PlimsollError } from "../domain/error.ts";
import { printable } from "../domain/problem.ts";
import { makeFolder } from "../io/make-folder.ts";
import { lockPath } from "./layout.ts";

const heartbeatMs = 15_000;
const staleMs = 120_000;

/**
 * Runs `work` while holding the lock of the database in `dir`, which is made when missing.
 * @throws PlimsollError DATABASE_LOCKED; DATABASE_UNWRITABLE when the folder cannot be made; and what `work` throws
 */
export async function withLock<T>(dir: string, work: () => Promise<T>): Promise<T> {
  await makeDatabaseFolder(dir);
  const path = lockPath(dir);
  const own = JSON.stringify({ ...self(), token: randomBytes(8).toString("hex") });
  acquire(dir, path, own);
  const heartbeat = setInterval(() => touch(path), heartbeatMs);
  heartbeat.unref();
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    if (read(path) === own) rmSync(path, { force: true });
  }
}

async function makeDatabaseFolder(dir: string): Promise<void> {
  try {
    await makeFolder(dir);
    accessSync(dir, constants.W_OK | constants.X_OK);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new PlimsollError(
      "DATABASE_UNWRITABLE",
      `${printable(dir)} cannot be written: ${printable(reason)}.`,
      {
        cause: error,
        details: { dir },
      },
    );
  }
}

interface Owner {
  readonly pid: number;
  /** Host and process number space: process numbers mean something only inside one. */
  readonly place: string;
  /** When the process started, in the kernel's ticks; null where that cannot be read. */
  readonly startedAt: string | null;
}

function self(): Owner {
  return { pid: process.pid, place: place(), startedAt: processStart(process.pid) };
}

/** The lock appears with its content: a temporary file is linked to its name, which fails when the name is taken. */
function acquire(dir: string, path: string, own: string): void {
  const temporary = join(dir, `.lock.${process.pid}.${randomBytes(6).toString("hex")}.tmp`);
  writeFileSync(temporary, own, { flag: "wx" });
  try {
    if (tryLink(temporary, path)) return;
    const seen = read(path);
    if (seen !== null && !isStale(path, seen)) throw locked(dir, seen);
    takeOver(dir, path, temporary, seen);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Only one process at a time may take over, else two could each replace the other's fresh lock. */
function takeOver(dir: string, path: string, temporary: string, seen: string | null): void {
  const guard = `${path}.takeover`;
  if (ageMs(guard) > staleMs) rmSync(guard, { force: true });
  if (!tryLink(temporary, guard)) throw locked(dir, seen);
  try {
    const now = read(path);
    if (now === null ? !tryLink(temporary, path) : now !== seen) throw locked(dir, now);
    if (now !== null) renameSync(temporary, path);
  } finally {
    rmSync(guard, { force: true });
  }
}

function locked(dir: string, owner: string | null): PlimsollError {
  const pid = owner === null ? null : (parseOwner(owner)?.pid ?? null);
  const who = pid === null ? "Another process" : `Process ${pid}`;
  return new PlimsollError("DATABASE_LOCKED", `${who} is changing the vulnerability database.`, {
    details: { dir, pid },
  });
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

function read(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

function isStale(path: string, content: string): boolean {
  const owner = parseOwner(content);
  if (owner === null || owner.place !== place()) return ageMs(path) > staleMs;
  if (!isAlive(owner.pid)) return true;
  const startedAt = processStart(owner.pid);
  return owner.startedAt !== null && startedAt !== null && startedAt !== owner.startedAt;
}

function parseOwner(content: string): Owner | null {
  try {
    const owner = JSON.parse(content) as Partial<Owner> | null;
    if (typeof owner?.pid !== "number" || typeof owner.place !== "string") return null;
    return { pid: owner.pid, place: owner.place, startedAt: owner.startedAt ?? null };
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives and belongs to someone else.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

function place(): string {
  try {
    return `${hostname()} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return hostname();
  }
}

/** Field 22 of `/proc/<pid>/stat`, counted after the name, which may hold blanks and brackets. */
function processStart(pid: number): string | null {
  const stat = read(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
}

/** Infinity when the file is not there. */
function ageMs(path: string): number {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? Infinity : Date.now() - stats.mtimeMs;
}

function touch(path: string): void {
  try {
    const now = Date.now() / 1_000;
    utimesSync(path, now, now);
  } catch {
    // The lock was removed by hand; the next heartbeat or the end of the work will show.
  }
}
