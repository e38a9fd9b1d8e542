/** Days between instants, as policies count them. */

export const DAY_MS = 86_400_000;

/** Whole days from `start` (a date or RFC 3339) to `now`, negative when it is to come; null when it is no date. */
export function daysSince(start: string | null, now: Date): number | null {
  const ms = Date.parse(start ?? "");
  return Number.isNaN(ms) ? null : Math.floor((now.getTime() - ms) / DAY_MS);
}

/** `1 day`, `90 days` */
export function daysText(days: number): string {
  return days === 1 ? "1 day" : `${days} days`;
}
