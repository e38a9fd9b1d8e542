/** Times as Go writes them (https://pkg.go.dev/time#Layout), which `time.format` of OPA takes its layouts from. */

/** A moment as the clocks of a zone show it. */
export interface WallTime {
  /** Its UTC fields are what the clocks show. */
  readonly date: Date;
  /** Beyond the second, 0 to 999,999,999. */
  readonly nanoseconds: number;
  /** Of the zone, east of UTC. */
  readonly offsetMinutes: number;
  readonly isUtc: boolean;
}

/** Names that OPA knows for layouts. */
const LAYOUTS: Readonly<Record<string, string>> = {
  ANSIC: "Mon Jan _2 15:04:05 2006",
  UnixDate: "Mon Jan _2 15:04:05 MST 2006",
  RubyDate: "Mon Jan 02 15:04:05 -0700 2006",
  RFC822: "02 Jan 06 15:04 MST",
  RFC822Z: "02 Jan 06 15:04 -0700",
  RFC850: "Monday, 02-Jan-06 15:04:05 MST",
  RFC1123: "Mon, 02 Jan 2006 15:04:05 MST",
  RFC1123Z: "Mon, 02 Jan 2006 15:04:05 -0700",
  RFC3339: "2006-01-02T15:04:05Z07:00",
  RFC3339Nano: "2006-01-02T15:04:05.999999999Z07:00",
};

const WEEKDAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");
const MONTHS = "January February March April May June July August September October November December".split(
  " ",
);

/** The parts of a layout; what is none of them is written as it stands. */
const PART =
  /January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|2006|[Z-]07(?::00(?::00)?|00(?:00)?)?|002|__2|0[1-6]|15|_2(?!006)|PM|pm|[.,](?:0+|9+)(?!\d)|[1-5]/g;

export function weekdayOf(date: Date): string {
  return WEEKDAYS[date.getUTCDay()] ?? "";
}

/** Undefined: it asks for a zone's letters, which are known of UTC alone. */
export function formatTime(time: WallTime, layout: string): string | undefined {
  const parts = LAYOUTS[layout] ?? layout;
  if (!time.isUtc && parts.match(PART)?.includes("MST") === true) return undefined;
  return parts.replace(PART, (part) => writePart(time, part));
}

function writePart(time: WallTime, part: string): string {
  const { date, nanoseconds } = time;
  if (/^[Z-]07/.test(part)) return zoneOf(time, part);
  if (/^[.,]/.test(part)) return fractionOf(nanoseconds, part);
  const hours = date.getUTCHours();
  const day = Math.floor((startOfDay(date) - Date.UTC(date.getUTCFullYear(), 0, 1)) / DAY_MS) + 1;
  const texts: Readonly<Record<string, string>> = {
    January: MONTHS[date.getUTCMonth()] ?? "",
    Jan: (MONTHS[date.getUTCMonth()] ?? "").slice(0, 3),
    Monday: weekdayOf(date),
    Mon: weekdayOf(date).slice(0, 3),
    MST: "UTC",
    2006: padded(date.getUTCFullYear(), 4),
    "06": padded(date.getUTCFullYear() % 100, 2),
    "002": padded(day, 3),
    __2: String(day).padStart(3),
    _2: String(date.getUTCDate()).padStart(2),
    15: padded(hours, 2),
    PM: hours < 12 ? "AM" : "PM",
    pm: hours < 12 ? "am" : "pm",
  };
  const written = texts[part];
  if (written !== undefined) return written;
  const numbers = [
    date.getUTCMonth() + 1,
    date.getUTCDate(),
    hours % 12 === 0 ? 12 : hours % 12,
    date.getUTCMinutes(),
    date.getUTCSeconds(),
  ];
  return padded(numbers[Number(part) - 1] ?? 0, part.length);
}

const DAY_MS = 86_400_000;

function startOfDay(date: Date): number {
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate());
}

function padded(value: number, width: number): string {
  return String(value).padStart(width, "0");
}

/** `Z07:00` is `Z` in UTC, `-07:00` is `+00:00`. */
function zoneOf({ offsetMinutes }: WallTime, part: string): string {
  if (part.startsWith("Z") && offsetMinutes === 0) return "Z";
  const minutes = Math.abs(offsetMinutes);
  const fields = [Math.floor(minutes / 60), minutes % 60, 0].map((field) => padded(field, 2));
  const count = part.slice(1).replaceAll(":", "").length / 2;
  return (offsetMinutes < 0 ? "-" : "+") + fields.slice(0, count).join(part.includes(":") ? ":" : "");
}

/** `.000` has its digits, `.999` leaves out zeros at the end, and itself when nothing is left. */
function fractionOf(nanoseconds: number, part: string): string {
  const digits = padded(nanoseconds, 9)
    .padEnd(part.length - 1, "0")
    .slice(0, part.length - 1);
  if (part[1] === "0") return (part[0] ?? "") + digits;
  const short = digits.replace(/0+$/, "");
  return short === "" ? "" : (part[0] ?? "") + short;
}
