/**
 * A new database takes the place of the one at hand only when its judge has nothing against it. Who judges knows how packages and
 * advisories are matched; here is known when: all files are written, and no reader sees them yet.
 */
import { PlimsollError } from "../domain/error.ts";
import type { AdvisoryDatabase } from "../domain/ports.ts";
import { printable } from "../domain/problem.ts";
import { databaseOf } from "./database.ts";
import { partKey, type Manifest } from "./manifest.ts";
import { openParts } from "./open-parts.ts";

/** Reasons against `candidate`, for people; `current`: the database that it replaces, null when the two cannot be compared. */
export type JudgeDatabase = (
  candidate: AdvisoryDatabase,
  current: AdvisoryDatabase | null,
) => readonly string[];

/** Reasons that the message names. */
const REASONS_NAMED_MAX = 5;

/** @throws PlimsollError DATABASE_HELD_BACK: nothing has been changed */
export function holdBackWorse(dir: string, next: Manifest, current: Manifest, judge: JudgeDatabase): void {
  const candidate = databaseOf(next, openParts(dir, next));
  try {
    const reasons = isComparable(next, current)
      ? judgeBoth(dir, candidate, current, judge)
      : judge(candidate, null);
    if (reasons.length === 0) return;
    const named = reasons.slice(0, REASONS_NAMED_MAX).map((reason) => printable(reason, 300));
    const more = reasons.length > named.length ? ` (and ${reasons.length - named.length} more)` : "";
    throw new PlimsollError(
      "DATABASE_HELD_BACK",
      `The new vulnerability database is held back: ${named.join("; ")}${more}.`,
      { details: { reasons: reasons.length } },
    );
  } finally {
    candidate.close();
  }
}

function judgeBoth(
  dir: string,
  candidate: AdvisoryDatabase,
  manifest: Manifest,
  judge: JudgeDatabase,
): readonly string[] {
  const current = databaseOf(manifest, openParts(dir, manifest));
  try {
    return judge(candidate, current);
  } finally {
    current.close();
  }
}

/** What somebody leaves out on purpose is no loss. */
function isComparable(next: Manifest, current: Manifest): boolean {
  const kept = new Set(next.parts.map(partKey));
  return current.parts.length > 0 && current.parts.every((part) => kept.has(partKey(part)));
}
