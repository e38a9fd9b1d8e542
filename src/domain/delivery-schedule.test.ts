import assert from "node:assert/strict";
import { test } from "node:test";
import { atOnce, dueAt, isTimeZone, type DeliverySchedule } from "./delivery-schedule.ts";

const night = { from: 22 * 60, to: 7 * 60 };
const berlin = { timeZone: "Europe/Berlin" };

const rows: [name: string, now: string, schedule: Partial<DeliverySchedule>, due: string][] = [
  ["at once", "2026-11-22T12:00:05Z", {}, "2026-11-22T12:00:05Z"],
  ["grouped: a minute later", "2026-11-22T12:00:05Z", { cadence: "grouped" }, "2026-11-22T12:01:05Z"],
  ["hourly: at the full hour", "2026-11-22T12:00:05Z", { cadence: "hourly" }, "2026-11-22T13:00:00Z"],
  [
    "hourly: at the full hour there",
    "2026-11-22T12:00:05Z",
    { cadence: "hourly", timeZone: "Asia/Kolkata" },
    "2026-11-22T12:30:00Z",
  ],
  ["daily: today", "2026-11-22T06:59:59Z", { cadence: "daily", ...berlin }, "2026-11-22T07:00:00Z"],
  ["daily: tomorrow", "2026-11-22T07:00:00Z", { cadence: "daily", ...berlin }, "2026-11-23T07:00:00Z"],
  [
    "daily: when the clocks are put back",
    "2026-10-24T12:00:00Z",
    { cadence: "daily", ...berlin },
    "2026-10-25T07:00:00Z",
  ],
  [
    "daily: when they are put forward",
    "2026-03-28T12:00:00Z",
    { cadence: "daily", ...berlin },
    "2026-03-29T06:00:00Z",
  ],
  ["before the night", "2026-11-22T20:59:59Z", { quietHours: night, ...berlin }, "2026-11-22T20:59:59Z"],
  ["in the evening", "2026-11-22T21:00:00Z", { quietHours: night, ...berlin }, "2026-11-23T06:00:00Z"],
  ["after midnight", "2026-11-23T02:30:10Z", { quietHours: night, ...berlin }, "2026-11-23T06:00:00Z"],
  ["in the morning", "2026-11-23T06:00:00Z", { quietHours: night, ...berlin }, "2026-11-23T06:00:00Z"],
  ["at noon", "2026-11-22T12:30:00Z", { quietHours: { from: 720, to: 780 } }, "2026-11-22T13:00:00Z"],
  [
    "quiet hours of no length",
    "2026-11-22T12:00:00Z",
    { quietHours: { from: 720, to: 720 } },
    "2026-11-22T12:00:00Z",
  ],
  [
    "an hourly one at night",
    "2026-11-22T20:30:00Z",
    { cadence: "hourly", quietHours: night, ...berlin },
    "2026-11-23T06:00:00Z",
  ],
  [
    "the daily one knows no night",
    "2026-11-22T20:30:00Z",
    { cadence: "daily", digestAt: 23 * 60, quietHours: night, ...berlin },
    "2026-11-22T22:00:00Z",
  ],
];
for (const [name, now, schedule, due] of rows) {
  test(`told ${name}`, () => {
    const got = dueAt(new Date(now), { ...atOnce, ...schedule });
    assert.equal(got.toISOString(), new Date(due).toISOString());
  });
}

test("time zones", () => {
  assert.equal(isTimeZone("Europe/Berlin"), true);
  for (const name of ["Europe/Atlantis", "", "../etc"]) assert.equal(isTimeZone(name), false, name);
});
