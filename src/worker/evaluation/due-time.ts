/**
 * When time alone may turn a verdict: grace periods and clocks that end, images and data that get too old. Each is a number of days or
 * hours in a policy's options, counted from a date that the judgement knows.
 */
import { PlimsollError } from "../../domain/error.ts";
import type { FindingFacts } from "../../domain/policy.ts";
import { readOptions } from "../../policies/policy-types.ts";
import type { JudgedInputs } from "./judged-inputs.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * The first such instant after `now`; null: none. It may come to nothing, which costs one evaluation; what is not found here (the end
 * of a distribution's support, times in a policy's own code) is found by the daily one.
 */
export function dueTime(
  { policies, document, database, now }: JudgedInputs,
  findings: readonly FindingFacts[] | null,
): Date | null {
  const periods = policies.flatMap((policy) => periodsOf(optionsOf(policy)));
  if (periods.length === 0) return null;
  const starts = [
    ...(findings ?? []).flatMap((finding) => [
      finding.publishedAt,
      finding.fixedAt,
      finding.context.kev?.dateAdded,
    ]),
    document.image.config.createdAt,
    database?.updatedAt,
  ];
  let first = Infinity;
  for (const start of new Set(starts)) {
    const startMs = Date.parse(start ?? "");
    if (Number.isNaN(startMs)) continue;
    for (const period of periods) {
      const dueMs = startMs + period;
      if (dueMs > now.getTime() && dueMs < first) first = dueMs;
    }
  }
  return first === Infinity ? null : new Date(first);
}

/** With their defaults; none of a policy that cannot be used. */
function optionsOf({ type, config, title }: JudgedInputs["policies"][number]): object {
  try {
    return Object(readOptions({ type, config }, title).options) as object;
  } catch (error) {
    if (error instanceof PlimsollError) return {};
    throw error;
  }
}

/** `grace_period_days: 30` ends after 30 days, `critical_days: 7` is missed after 8. */
function periodsOf(config: object): readonly number[] {
  return Object.entries(config).flatMap(([name, value]: readonly [string, unknown]) => {
    if (typeof value !== "number" || value < 0 || value > PERIOD_MAX) return [];
    if (name.endsWith("_days")) return [value * DAY_MS, (value + 1) * DAY_MS];
    return name.endsWith("_hours") ? [value * HOUR_MS, (value + 1) * HOUR_MS] : [];
  });
}

/** Longer ones are beyond any date. */
const PERIOD_MAX = 100_000;
