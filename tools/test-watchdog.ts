/**
 * Ends a test run that hangs. The watch is kept by a thread of its own, because a loop that never ends also stops every timer
 * of the thread it runs in.
 */
import { Worker } from "node:worker_threads";

export interface Watchdog {
  /** Something happened; `what` is named if it was the last thing to happen. */
  heard(what: string): void;
  stop(): Promise<void>;
}

/** Kills this process when nothing is heard for `silenceMs`, after naming what was heard last on standard error. */
export function startWatchdog(silenceMs: number): Watchdog {
  const worker = new Worker(watch, { eval: true, workerData: { silenceMs, pid: process.pid } });
  worker.unref();
  return {
    heard: (what) => worker.postMessage(what),
    stop: async () => void (await worker.terminate()),
  };
}

// `writeSync`, because the streams of a worker wait for the main thread, which hangs. It throws where nobody reads any more.
const watch = `
const { parentPort, workerData } = require("node:worker_threads");
const { writeSync } = require("node:fs");
let last = "nothing";
let timer = null;
function arm() {
  clearTimeout(timer);
  timer = setTimeout(() => {
    try {
      writeSync(2, "\\nhangs: nothing was heard for " + workerData.silenceMs + " ms; the last was: " + last + "\\n");
    } finally {
      process.kill(workerData.pid, "SIGKILL");
    }
  }, workerData.silenceMs);
}
parentPort.on("message", (what) => { last = what; arm(); });
arm();
`;
