/**
 * OPA's functions of time, which WebAssembly leaves to its host. Times are nanoseconds since 1970, as whole numbers of any size; zones
 * are those of the IANA's database, as the runtime knows them; nothing is said of the zone of the machine.
 */
import { formatTime, weekdayOf, type WallTime } from "./opa-time-format.ts";
import type { HostFunction } from "./runtime.ts";

const NS_PER_MS = 1_000_000n;
const RFC3339 = /^(\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d)(?:\.(\d{1,9})\d*)?([Zz]|[+-]\d\d:\d\d)$/;

/** `now`: RFC 3339; a verdict has one time. `unknown` is told of zones. */
export function timeFunctions(
  now: string,
  unknown: (reason: string) => void,
): Readonly<Record<string, HostFunction>> {
  const nowNs = parseRfc3339(now);
  const wallTimeOf = (time: unknown): WallTime | undefined => {
    const [ns, zone = "UTC"] = [time].flat();
    if (zone === "Local") unknown("times in the zone Local are not worked out here");
    return typeof zone === "string"
      ? wallTime(whole(ns) ?? OUT_OF_RANGE, zone === "" ? "UTC" : zone)
      : undefined;
  };
  const dateOf = (time: unknown): Date | undefined => wallTimeOf(time)?.date;
  const onDate =
    (answer: (date: Date) => unknown): HostFunction =>
    (time) => {
      const date = dateOf(time);
      return date === undefined ? undefined : answer(date);
    };
  return {
    "time.add_date": (time, years, months, days) => {
      const date = dateOf(time);
      if (date === undefined) return undefined;
      const before = BigInt(date.getTime());
      date.setUTCFullYear(
        date.getUTCFullYear() + Number(years),
        date.getUTCMonth() + Number(months),
        date.getUTCDate() + Number(days),
      );
      if (Number.isNaN(date.getTime())) return undefined;
      return (whole([time].flat()[0]) ?? 0n) + (BigInt(date.getTime()) - before) * NS_PER_MS;
    },
    "time.clock": onDate((date) => [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()]),
    "time.date": onDate((date) => [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()]),
    "time.diff": (left, right) => {
      // Both as the clocks of the first one's zone show them.
      const [from, to] = [dateOf(left), dateOf([[right].flat()[0], [left].flat()[1] ?? "UTC"])];
      return from === undefined || to === undefined ? undefined : difference(from, to);
    },
    "time.format": (time) => {
      const [, zone = "UTC", layout = "RFC3339Nano"] = [time].flat();
      const wall = wallTimeOf(time);
      if (wall === undefined || typeof layout !== "string") return undefined;
      const text = formatTime(wall, layout);
      if (text === undefined) unknown(`the letters of the zone ${String(zone)} are not known here`);
      return text;
    },
    "time.now_ns": () => nowNs,
    "time.parse_duration_ns": (text) => (typeof text === "string" ? parseDuration(text) : undefined),
    "time.parse_rfc3339_ns": (text) => (typeof text === "string" ? parseRfc3339(text) : undefined),
    "time.weekday": onDate(weekdayOf),
  };
}

/** Undefined: there is no such moment or zone. */
function wallTime(ns: bigint, zone: string): WallTime | undefined {
  const ms = Number(floorDivide(ns, NS_PER_MS));
  const offset = new Date(ms).getTime() === ms ? offsetAt(ms, zone) : undefined;
  if (offset === undefined) return undefined;
  const second = 1_000n * NS_PER_MS;
  return {
    date: new Date(ms + offset * 60_000),
    nanoseconds: Number(ns - floorDivide(ns, second) * second),
    offsetMinutes: offset,
    isUtc: zone === "UTC",
  };
}

/** Names of Go's: neither in other letters nor as numbers. */
const ZONE = /^[A-Z][A-Za-z0-9_+-]{1,40}(?:\/[A-Z][A-Za-z0-9_+-]{1,40}){0,2}$/;

/** Minutes east of UTC at that moment. */
function offsetAt(ms: number, zone: string): number | undefined {
  if (zone === "UTC") return 0;
  if (!ZONE.test(zone)) return undefined;
  try {
    const parts = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset" });
    const name = parts.formatToParts(ms).find(({ type }) => type === "timeZoneName")?.value ?? "";
    const [, sign, hours = "0", minutes = "0"] = /^GMT(?:([+-])(\d\d):(\d\d))?/.exec(name) ?? [];
    return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
  } catch {
    return undefined;
  }
}

/** Beyond what a date can be. */
const OUT_OF_RANGE = 10n ** 30n;

function whole(value: unknown): bigint | null {
  if (typeof value === "bigint") return value;
  return typeof value === "number" && Number.isFinite(value) ? BigInt(Math.trunc(value)) : null;
}

function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value % by < 0n ? quotient - 1n : quotient;
}

function parseRfc3339(text: string): bigint | undefined {
  const [, seconds, fraction = "", zone = "Z"] = RFC3339.exec(text) ?? [];
  if (seconds === undefined) return undefined;
  const ms = Date.parse(`${seconds}${zone}`.toUpperCase());
  return Number.isNaN(ms) ? undefined : BigInt(ms) * NS_PER_MS + BigInt(fraction.padEnd(9, "0"));
}

/** Years, months, days, hours, minutes and seconds from the earlier to the later. */
function difference(left: Date, right: Date): readonly number[] {
  const [from, to] = left <= right ? [left, right] : [right, left];
  let months = (to.getUTCFullYear() - from.getUTCFullYear()) * 12 + (to.getUTCMonth() - from.getUTCMonth());
  let days = to.getUTCDate() - from.getUTCDate();
  let seconds = secondsOfDay(to) - secondsOfDay(from);
  if (seconds < 0) {
    seconds += 86_400;
    days -= 1;
  }
  if (days < 0) {
    days += new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + 1, 0)).getUTCDate();
    months -= 1;
  }
  const hours = Math.floor(seconds / 3600);
  return [Math.floor(months / 12), months % 12, days, hours, Math.floor(seconds / 60) % 60, seconds % 60];
}

function secondsOfDay(date: Date): number {
  return date.getUTCHours() * 3600 + date.getUTCMinutes() * 60 + date.getUTCSeconds();
}

const UNIT_NS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

/** Go's durations: `1h30m`, `-1.5s`. */
function parseDuration(text: string): number | undefined {
  const [, sign = "", rest = ""] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  const parts = [...rest.matchAll(/(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)/g)];
  if (rest === "" || parts.map(([all]) => all).join("") !== rest) return undefined;
  const sum = parts.reduce(
    (ns, [, value = "0", unit = "ns"]) => ns + Number(value) * (UNIT_NS[unit] ?? 0),
    0,
  );
  return sign === "-" ? -sum : sum;
}
