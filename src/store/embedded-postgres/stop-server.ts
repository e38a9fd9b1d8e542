/** The end of the private PostgreSQL. */
import { setTimeout as sleep } from "node:timers/promises";
import { isPostmaster, readPostmaster, removeSocketFolder } from "./postmaster.ts";

/**
 * SIGINT ends the sessions and then the server, with a checkpoint (SIGTERM would wait for the clients to leave). When that takes too
 * long, SIGQUIT ends it at once, and the next start recovers.
 */
export async function stopServer(clusterDir: string, pid: number, socketFolder: string): Promise<void> {
  for (const [name, waitMs] of [
    ["SIGINT", 60_000],
    ["SIGQUIT", 10_000],
    ["SIGKILL", 10_000],
  ] as const) {
    if (!isOurs(clusterDir, pid)) break;
    send(pid, name);
    const giveUpAt = Date.now() + waitMs;
    while (isOurs(clusterDir, pid) && Date.now() < giveUpAt) await sleep(20);
  }
  removeSocketFolder(socketFolder);
}

/** A number that was given to another program meanwhile is left alone. */
function isOurs(clusterDir: string, pid: number): boolean {
  return readPostmaster(clusterDir)?.pid === pid && isPostmaster(pid, clusterDir);
}

function send(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended in between.
  }
}
