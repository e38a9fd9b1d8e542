/** Answers of mirrors that were kept, a file each; safe for many processes, and one that is damaged is not there. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { recordOf } from "../domain/json-record.ts";
import type { NewestVersion } from "../domain/newest-version.ts";
import { writeFileAtomic } from "../io/atomic-file.ts";

export interface KeptAnswer {
  /** Null: the mirror does not know the package. */
  readonly newest: NewestVersion | null;
  /** Milliseconds since 1970. */
  readonly fetchedMs: number;
}

/** By the address that was asked and the reader that read it. */
export function openAnswers(folder: string) {
  const pathOf = (key: string): string =>
    join(folder, "newest", `${createHash("sha256").update(key).digest("hex")}.json`);
  return {
    async get(key: string): Promise<KeptAnswer | null> {
      const text = await readFile(pathOf(key), "utf8").catch(() => null);
      return text === null ? null : readKept(text);
    },
    put: (key: string, answer: KeptAnswer): Promise<void> =>
      writeFileAtomic(pathOf(key), JSON.stringify(answer)),
  };
}

function readKept(text: string): KeptAnswer | null {
  try {
    const value = recordOf(JSON.parse(text));
    const fetchedMs = value?.["fetchedMs"];
    if (typeof fetchedMs !== "number") return null;
    return { newest: toNewest(value?.["newest"]), fetchedMs };
  } catch {
    return null;
  }
}

/** `{ "version": "1.2.3", "releasedAt": "2030-01-01", "deprecated": "use other" }`, or null for anything else. */
export function toNewest(value: unknown): NewestVersion | null {
  const record = recordOf(value);
  const version = record?.["version"];
  if (typeof version !== "string") return null;
  const text = (field: string): string | null => {
    const found = record?.[field];
    return typeof found === "string" ? found : null;
  };
  return { version, releasedAt: text("releasedAt"), deprecated: text("deprecated") };
}
