/** What was unpacked before, as it lies on the worker's disk: apart for each organisation. */
import { openCaches } from "../../analysis/caches.ts";
import { printable } from "../../domain/problem.ts";
import type { WorkerContext } from "../context.ts";

/** Null where the cache is switched off. A cache that cannot be written is logged, and nothing else. */
export function diskCachesOf(
  { config, log }: Pick<WorkerContext, "config" | "log">,
  orgId: string,
): ReturnType<typeof openCaches> | null {
  if (!config.useCache) return null;
  return openCaches({
    folder: config.cacheDir,
    bytesMax: config.cacheBytesMax,
    owner: orgId,
    onWriteFailure: (error) => log(`the cache cannot be written: ${printable(String(error))}`),
  });
}
