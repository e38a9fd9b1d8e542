/** How old the vulnerability database is: the one rule of command line, server and worker. */
import type { DatabaseStatus } from "./advisory.ts";

export interface DatabaseAge {
  /** Whole hours, never below 0. */
  readonly ageHours: number;
  readonly stale: boolean;
}

/** What makes a database stale. */
export interface AgeLimit {
  readonly now: Date;
  /** May be a fraction: 0.5 is half an hour. */
  readonly ageHoursMax: number;
}

/** Demonstration data is a fixed example, whose age says nothing: it is never stale. */
export function databaseAgeOf(
  { updatedAt, demonstration }: Pick<DatabaseStatus, "updatedAt" | "demonstration">,
  { now, ageHoursMax }: AgeLimit,
): DatabaseAge {
  const ageMs = now.getTime() - Date.parse(updatedAt);
  return {
    ageHours: Math.max(0, Math.floor(ageMs / HOUR_MS)),
    stale: !demonstration && ageMs > ageHoursMax * HOUR_MS,
  };
}

const HOUR_MS = 3_600_000;
