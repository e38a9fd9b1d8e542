/** Lists of supported tags that `plimsoll base support update` loaded, kept beside the known bases. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { recordOf } from "../../domain/json-record.ts";
import { writeFileAtomic } from "../../io/atomic-file.ts";
import { makeFolder } from "../../io/make-folder.ts";
import type { TagList } from "../../policies/shared/supported-tags.ts";
import type { CliContext } from "../context.ts";

export interface KeptLists {
  /** RFC 3339. */
  readonly loadedAt: string;
  /** Address without sign-in, folder or file. */
  readonly from: string;
  readonly lists: readonly TagList[];
}

const VERSION = 1;
/** Publishers drop tags every few weeks: what an older list calls supported may be so no more. */
export const keptDaysMax = 60;

function pathOf({ config }: CliContext): string {
  return join(config.imagesDir, "supported-tags.json");
}

/** Null: none were loaded, or the file is of another version or broken. */
export async function readKeptLists(context: CliContext): Promise<KeptLists | null> {
  const text = await readFile(pathOf(context), "utf8").catch(() => null);
  if (text === null) return null;
  try {
    const document = recordOf(JSON.parse(text));
    const { version, loadedAt, from, lists } = document ?? {};
    if (version !== VERSION || typeof loadedAt !== "string" || typeof from !== "string") return null;
    return Array.isArray(lists) ? { loadedAt, from, lists: lists.flatMap(readList) } : null;
  } catch {
    return null;
  }
}

function readList(value: unknown): readonly TagList[] {
  const { name, tags, source } = recordOf(value) ?? {};
  if (typeof name !== "string" || typeof source !== "string" || !Array.isArray(tags)) return [];
  return [{ name, source, tags: tags.filter((tag) => typeof tag === "string") }];
}

/** @throws Error of the file system */
export async function writeKeptLists(context: CliContext, kept: KeptLists): Promise<void> {
  await makeFolder(context.config.imagesDir);
  await writeFileAtomic(pathOf(context), `${JSON.stringify({ version: VERSION, ...kept })}\n`);
}

/** Whole days since the lists were loaded. */
export function ageDays({ loadedAt }: KeptLists, now: Date): number {
  return Math.floor((now.getTime() - Date.parse(loadedAt)) / 86_400_000);
}
