/** When somebody wants to be told, in their own time zone: quiet hours, and messages that gather an hour or a day. */

/**
 * `each`: a message an event. `grouped`: what belongs together and happens at about the same time is one message. `hourly`, `daily`: one
 * message of everything.
 */
export const cadences = ["each", "grouped", "hourly", "daily"] as const;
export type Cadence = (typeof cadences)[number];

export interface DeliverySchedule {
  readonly cadence: Cadence;
  /** IANA: `Europe/Berlin` */
  readonly timeZone: string;
  /** Minutes of the day; `from` after `to` is a night. Null: none. */
  readonly quietHours: { readonly from: number; readonly to: number } | null;
  /** Minute of the day of the daily message. */
  readonly digestAt: number;
}

/** Told of each event at once. */
export const atOnce: DeliverySchedule = { cadence: "each", timeZone: "UTC", quietHours: null, digestAt: 480 };

/**
 * When what happens at `now` is told. Quiet hours move a message to their end, but not the daily one, whose time somebody chose.
 * @throws RangeError for a time zone that does not exist
 */
export function dueAt(now: Date, schedule: DeliverySchedule): Date {
  const { cadence, timeZone, digestAt } = schedule;
  if (cadence === "daily") return nextMinute(now, digestAt, timeZone);
  const due =
    cadence === "hourly" ? nextHour(now, timeZone) : cadence === "grouped" ? later(now, GROUP_MS) : now;
  return afterQuiet(due, schedule);
}

/** How long what belongs together is waited for. */
const GROUP_MS = 60_000;

/** Whether the time zone is known here. */
export function isTimeZone(name: string): boolean {
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
}

function afterQuiet(at: Date, { quietHours, timeZone }: DeliverySchedule): Date {
  if (quietHours === null || quietHours.from === quietHours.to) return at;
  const { from, to } = quietHours;
  const minute = minuteOfDay(at, timeZone);
  const isQuiet = from < to ? minute >= from && minute < to : minute >= from || minute < to;
  return isQuiet ? nextMinute(at, to, timeZone) : at;
}

/** The next time after `at` when the clock there shows this minute of the day. */
function nextMinute(at: Date, minute: number, timeZone: string): Date {
  const ahead = (minute - minuteOfDay(at, timeZone) + DAY) % DAY;
  const guess = later(wholeMinute(at), (ahead === 0 ? DAY : ahead) * 60_000);
  // Clocks may have been put forward or back in between.
  const off = minute - minuteOfDay(guess, timeZone);
  const shift = off > DAY / 2 ? off - DAY : off < -DAY / 2 ? off + DAY : off;
  const moved = later(guess, shift * 60_000);
  return moved > at ? moved : guess;
}

function nextHour(at: Date, timeZone: string): Date {
  return later(wholeMinute(at), (60 - (minuteOfDay(at, timeZone) % 60)) * 60_000);
}

const DAY = 1_440;

function later(at: Date, ms: number): Date {
  return new Date(at.getTime() + ms);
}

function wholeMinute(at: Date): Date {
  return new Date(Math.floor(at.getTime() / 60_000) * 60_000);
}

function minuteOfDay(at: Date, timeZone: string): number {
  const parts = formatOf(timeZone).formatToParts(at);
  const valueOf = (type: string): number => Number(parts.find((part) => part.type === type)?.value ?? 0);
  return valueOf("hour") * 60 + valueOf("minute");
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat("en-US", { timeZone, hourCycle: "h23", hour: "2-digit", minute: "2-digit" });
}
