import assert from "node:assert/strict";
import { test } from "node:test";
import { byteSize, counted } from "./amounts.ts";
import { shortDigest } from "./digest.ts";
import { dateOf, exactTime, timeAgo } from "./when.ts";

const now = new Date("2026-11-22T12:00:00Z");
const times: [time: string, shown: string][] = [
  ["2026-11-22T11:59:30Z", "just now"],
  ["2026-11-22T11:59:00Z", "1 minute ago"],
  ["2026-11-22T10:00:01Z", "1 hour ago"],
  ["2026-11-20T12:00:00Z", "2 days ago"],
  ["2026-11-25T13:00:00Z", "in 3 days"],
  ["2026-01-15T12:00:00Z", "2026-01-15"],
  ["never", ""],
];
for (const [time, shown] of times) {
  test(`timeAgo: ${time}`, () => assert.equal(timeAgo(time, now), shown));
}

test("exact times name their zone and are the same instant", () => {
  const shown = exactTime("2026-11-22T12:00:05Z");
  assert.match(shown, /^\d{4}-\d\d-\d\d \d\d:\d\d:05 [+-]\d\d:\d\d$/);
  assert.equal(new Date(shown.replace(" ", "T").replace(" ", "")).toISOString(), "2026-11-22T12:00:05.000Z");
  assert.equal(dateOf("x"), "");
  assert.equal(exactTime("x"), "");
});

const sizes: [bytes: number, shown: string][] = [
  [0, "0 B"],
  [999, "999 B"],
  [1_000, "1.0 kB"],
  [9_960, "10 kB"],
  [999_600, "1.0 MB"],
  [45_300_000, "45 MB"],
  [5e15, "5000 TB"],
];
for (const [bytes, shown] of sizes) {
  test(`byteSize: ${bytes}`, () => assert.equal(byteSize(bytes), shown));
}

test("counted words", () => {
  assert.equal(counted(1, "image"), "1 image");
  assert.equal(counted(1234, "image"), "1,234 images");
  assert.equal(counted(0, "policy", "policies"), "0 policies");
});

test("short digests", () => {
  assert.equal(shortDigest(`sha256:${"ab".repeat(32)}`), "abababababab");
  assert.equal(shortDigest("sha256:abc"), "sha256:abc");
});
