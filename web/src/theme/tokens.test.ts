/** Every text of the dashboard can be read: WCAG 2.2 AA on each ground, light and dark, computed from tokens.css. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const css = readFileSync(join(import.meta.dirname, "tokens.css"), "utf8");
const tokens = new Map(
  [...css.matchAll(/--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);/g)].map((found) => [
    found[1]!,
    { light: found[2]!, dark: found[3]! },
  ]),
);
const grounds = ["ground", "surface", "sunken", "raised"];
const soft = ["critical", "high", "medium", "low", "unspecified", "met", "not-met", "no-data", "stale"];

/** [text or edge, ground, least contrast] */
const pairs: [string, string, number][] = [
  ...grounds.flatMap((ground): [string, string, number][] => [
    ["text", ground, 7],
    ["muted", ground, 4.5],
    ["accent", ground, 4.5],
    ["danger", ground, 4.5],
    ["focus", ground, 3],
    ["line-strong", ground, 3],
    ...soft.map((name): [string, string, number] => [name, ground, 4.5]),
  ]),
  ...soft.map((name): [string, string, number] => [name, `${name}-soft`, 4.5]),
  ...["a", "b", "c", "d", "e", "f"].map((grade): [string, string, number] => [
    "on-grade",
    `grade-${grade}`,
    4.5,
  ]),
  ["on-accent", "accent", 4.5],
  ["on-accent", "accent-strong", 4.5],
  ["on-danger", "danger", 4.5],
  ["on-danger", "danger-strong", 4.5],
  ["accent", "accent-soft", 4.5],
  ["text", "accent-soft", 7],
  ["muted", "accent-soft", 4.5],
  ["text", "stale-soft", 7],
  ["text", "not-met-soft", 7],
];

for (const mode of ["light", "dark"] as const) {
  test(`contrast in ${mode} mode`, () => {
    const weak = pairs
      .map(([front, back, least]) => ({ front, back, least, is: contrast(colour(front), colour(back)) }))
      .filter(({ least, is }) => is < least)
      .map(({ front, back, least, is }) => `${front} on ${back}: ${is.toFixed(2)} < ${least}`);
    assert.deepEqual(weak, []);
  });

  function colour(name: string): string {
    const found = tokens.get(name);
    assert.ok(found, `no token --${name}`);
    return found[mode];
  }
}

test("every colour is written in the form that is measured", () => {
  const written = [...css.matchAll(/^ {2}--[a-z-]+:/gm)].length;
  assert.equal(tokens.size, written);
});

/** WCAG 2.2, contrast ratio: 1 to 21. */
function contrast(a: string, b: string): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high! + 0.05) / (low! + 0.05);
}

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}
