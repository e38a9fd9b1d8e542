/** Redacted texts of images, one small file each. One that is gone or damaged is a miss. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomic } from "../io/atomic-file.ts";
import type { RedactionCache } from "./redact-once.ts";

/** Nothing is created before the first `put`. */
export function openRedactionCache(folder: string, onWriteFailure: (error: unknown) => void): RedactionCache {
  const pathOf = (key: string): string => join(folder, "redacted", `${key}.json`);
  return {
    get: (key) => readFile(pathOf(key), "utf8").catch(() => null),
    put: (key, text) => writeFileAtomic(pathOf(key), text).catch(onWriteFailure),
  };
}
