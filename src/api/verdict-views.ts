/**
 * Policy results and score of JSON reports.
 */
import { z } from "zod";

const count = z.int().min(0);

export const statusView = z.enum(["met", "not_met", "no_data"]);

export const deviationView = z.strictObject({
  message: z.string(),
  purl: z.string().nullable(),
  vulnerability: z.string().nullable(),
  layer: z.string().nullable(),
  columns: z.record(z.string(), z.string()),
  remediation: z.string().nullable(),
});

export const policyResultView = z.strictObject({
  policy: z.string().describe("Stable id of the policy"),
  type: z.string(),
  title: z.string(),
  status: statusView,
  effect: z
    .enum(["report", "warn", "block"])
    .describe("What it does when it is not met: only block stops a gate"),
  reason: z.string().nullable().describe("Why there is no data, or a note"),
  supply: z.string().nullable().describe("Of no_data: what to do so that there is an answer"),
  weight: z.number().min(0),
  lost: z.number().min(0),
  deviations: z.array(deviationView),
  debug: z.array(z.string()),
});

export const scoreView = z.strictObject({
  grade: z.enum(["A", "B", "C", "D", "E", "F"]).nullable(),
  percent: z.int().min(0).max(100).nullable(),
  scored: z.number().min(0),
  total: z.number().min(0),
  reason: z.string().nullable(),
});

export const verdictView = z.strictObject({
  status: statusView,
  metCount: count,
  noDataCount: count,
  policyCount: count,
  score: scoreView,
  results: z.array(policyResultView),
});
