/**
 * Policy type `hygiene`: the image passes hygiene checks, chosen by id or by severity. A check that could not be made is no passed one.
 */
import { z } from "zod";
import { severities } from "../../domain/advisory.ts";
import type { HygieneResult } from "../../domain/hygiene.ts";
import type { Deviation, ImageFacts, PolicyOutcome } from "../../domain/policy.ts";
import { deviation, notMet } from "../shared/deviation.ts";
import { ENTRIES_MAX } from "../shared/limits.ts";
import type { PolicyType } from "../types.ts";

const checkIds = z
  .array(
    z
      .string()
      .max(40)
      .regex(/^(?:CIS-DI|DKL-[A-Z]{2}|PLM)-\d{4}$/, "write the id of a check, e.g. CIS-DI-0010"),
  )
  .max(ENTRIES_MAX);

const options = z.strictObject({
  checks: checkIds.default([]).meta({
    title: "Checks",
    description:
      "Ids of checks, as `plimsoll hygiene` names them; none given: every check of the severities below.",
    examples: [["CIS-DI-0001", "PLM-0004"]],
  }),
  severities: z
    .array(
      z
        .string()
        .toLowerCase()
        .pipe(z.enum(severities))
        .meta({ enum: [...severities] }),
    )
    .min(1)
    .max(ENTRIES_MAX)
    .default(["critical", "high"])
    .meta({
      title: "Severities",
      description: "Of the checks, where none are named.",
      examples: [["critical"]],
    }),
  ignored_checks: checkIds.default([]).meta({
    title: "Ignored checks",
    description: "Ids of checks that are left out.",
    examples: [["PLM-0007"]],
  }),
});
type Options = z.output<typeof options>;

export const hygiene: PolicyType<Options> = Object.freeze({
  id: "hygiene",
  title: "Image hygiene",
  description: "The image passes checks of how it is configured and what was left in it.",
  specs: ["docs/guide/secrets-and-hygiene.md"],
  version: 1,
  needs: ["hygiene"],
  examines: "all",
  options,
  evaluate,
} satisfies PolicyType<Options>);

function evaluate(facts: ImageFacts, config: Options, debug: (line: string) => void): PolicyOutcome {
  const results = facts.hygiene ?? [];
  const asked = results.filter(
    ({ check: { id, severity } }) =>
      !config.ignored_checks.includes(id) &&
      (config.checks.length > 0 ? config.checks.includes(id) : config.severities.includes(severity)),
  );
  for (const { check, status, reason } of asked)
    debug(`${check.id}: ${status}${reason === null ? "" : `, ${reason}`}`);
  const failed = asked.filter(({ status }) => status === "failed");
  if (failed.length > 0) return notMet(failed.flatMap(toDeviations));
  const unknown = config.checks.find((id) => !results.some(({ check }) => check.id === id));
  if (unknown !== undefined) return { status: "no_data", reason: `there is no check ${unknown}` };
  const open = asked.find(({ status }) => status === "not_checked");
  if (open !== undefined) {
    return {
      status: "no_data",
      reason: `${open.check.id} was not checked: ${open.reason ?? "no reason given"}`,
    };
  }
  if (asked.length === 0) return { status: "no_data", reason: "no check is left to be made" };
  return { status: "met", note: `${asked.length} checks passed` };
}

function toDeviations({ check, findings, findingCount }: HygieneResult): readonly Deviation[] {
  const { id, title, severity, fix } = check;
  const columns = { Check: id, Severity: severity };
  const listed = findings.map(({ message, path }) =>
    deviation({ message: `${id}: ${message}`, columns: { ...columns, Place: path ?? "" }, remediation: fix }),
  );
  if (listed.length === 0)
    return [deviation({ message: `${id}: not so: ${title}`, columns, remediation: fix })];
  const more = findingCount - listed.length;
  return more <= 0
    ? listed
    : [
        ...listed,
        deviation({ message: `${id}: ${more} more`, columns: { ...columns, Place: "" }, remediation: fix }),
      ];
}
