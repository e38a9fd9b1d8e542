/** The end of the private PostgreSQL. */
import { setTimeout as sleep } from "node:timers/promises";
import { isPostmaster, readPostmaster, removeSocketFolder } from "./postmaster.ts";

/**
 * SIGINT ends the sessions and then the server, with a checkpoint (SIGTERM would wait for the clients to leave). When that takes too
 * long, SIGQUIT ends it at once, and the next start recovers.
 */
export async function stopServer(clusterDir: string, pid: number, socketFolder: string): Promise<void> {
  // A number that was given to another program meanwhile is left alone.
  const isOurs = readPostmaster(clusterDir)?.pid === pid;
  for (const [name, waitMs] of isOurs ? steps : []) {
    if (!isPostmaster(pid, clusterDir)) break;
    send(pid, name);
    const giveUpAt = Date.now() + waitMs;
    while (isPostmaster(pid, clusterDir) && Date.now() < giveUpAt) await sleep(20);
  }
  removeSocketFolder(socketFolder);
}

const steps = [
  ["SIGINT", 60_000],
  ["SIGQUIT", 10_000],
  ["SIGKILL", 10_000],
] as const;

function send(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended in between.
  }
}
