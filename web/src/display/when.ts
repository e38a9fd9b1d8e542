/** Times for people: how long ago, and exactly. Times come as RFC 3339. */

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** `just now`, `5 minutes ago`, `in 3 days`; from a month on the date. Empty for what is no time. */
export function timeAgo(time: string, now: Date): string {
  const at = Date.parse(time);
  if (Number.isNaN(at)) return "";
  const pastMs = now.getTime() - at;
  const distanceMs = Math.abs(pastMs);
  if (distanceMs < MINUTE_MS) return "just now";
  if (distanceMs >= 30 * DAY_MS) return dateOf(time);
  const [unit, unitMs] =
    distanceMs < HOUR_MS
      ? (["minute", MINUTE_MS] as const)
      : distanceMs < DAY_MS
        ? (["hour", HOUR_MS] as const)
        : (["day", DAY_MS] as const);
  const count = Math.floor(distanceMs / unitMs);
  const words = `${count} ${unit}${count === 1 ? "" : "s"}`;
  return pastMs >= 0 ? `${words} ago` : `in ${words}`;
}

/** `2026-11-22`, in the reader's time zone. */
export function dateOf(time: string): string {
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) return "";
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** `2026-11-22 14:05:09 +01:00`: exact, in the reader's time zone, which it names. */
export function exactTime(time: string): string {
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) return "";
  const eastMinutes = -at.getTimezoneOffset();
  const zone = `${eastMinutes < 0 ? "-" : "+"}${two(Math.floor(Math.abs(eastMinutes) / 60))}:${two(Math.abs(eastMinutes) % 60)}`;
  return `${dateOf(time)} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())} ${zone}`;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
