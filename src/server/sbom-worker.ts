/** The thread of `sbom-file.ts`, for one document: an entry of its own in the built package (`sbom-worker.mjs`). */
import { parentPort, workerData } from "node:worker_threads";
import { PlimsollError } from "../domain/error.ts";
import type { SbomReply } from "./sbom-file.ts";
import { writeStoredSbom, type StoredSbom } from "./stored-sbom.ts";

try {
  const bytes = await writeStoredSbom(workerData as StoredSbom);
  parentPort?.postMessage({ kind: "bytes", bytes } satisfies SbomReply, [bytes.buffer]);
} catch (error) {
  if (!(error instanceof PlimsollError)) throw error;
  const { code, message } = error;
  parentPort?.postMessage({ kind: "failed", code, message } satisfies SbomReply);
}
