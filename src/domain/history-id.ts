/**
 * History IDs: one digest for a step of an image's build and all before it, as chain IDs are for layers. An image that is built on
 * another one repeats its history, so that two images with the same layers can be told apart: the base from a sibling.
 */
import { createHash } from "node:crypto";
import type { HistoryEntry } from "./image.ts";

/** The history ID of every prefix of the steps, shortest first. */
export function historyIds(history: readonly HistoryEntry[]): readonly string[] {
  const ids: string[] = [];
  for (const { createdBy, emptyLayer } of history) {
    const step = JSON.stringify([ids.at(-1) ?? "", createdBy, emptyLayer]);
    ids.push(`sha256:${createHash("sha256").update(step).digest("hex")}`);
  }
  return ids;
}
