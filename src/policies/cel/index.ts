/**
 * Policy type `cel`: rules that people wrote, in the Common Expression Language, over the published facts. They are judged
 * apart, within limits of steps, memory and time: see `judgedApart` of the contract, and `judge.ts`.
 */
import { z } from "zod";
import { ENTRIES_MAX } from "../shared/limits.ts";
import type { OutsideNeeds, PolicyType } from "../types.ts";

/** Most characters of a rule, and most rules. */
const RULE_LENGTH_MAX = 10_000;
const RULES_MAX = 50;

const asked = ["secrets", "hygiene", "quality_gate", "base_attestations", "system_files"] as const;

const options = z.strictObject({
  rules: z
    .array(z.string().trim().min(1).max(RULE_LENGTH_MAX))
    .max(RULES_MAX)
    .default([])
    .meta({
      title: "Rules",
      description:
        "CEL over the facts of docs/reference/facts.md. A bool is met when it is true; of a list each element is a deviation. All rules must hold.",
      examples: [
        ["findings.filter(f, f.counted && f.kev && f.fixedVersion != null)"],
        ['image.user == "root" ? ["The image runs as root."] : []'],
      ],
    }),
  optional: z
    .array(z.string().min(1).max(100))
    .max(ENTRIES_MAX)
    .default([])
    .meta({
      title: "Optional facts",
      description:
        "Facts whose absence the rules handle themselves (`baseImage == null`); without one that is not listed there is no data.",
      examples: [["baseImage"]],
    }),
  asks: z
    .array(z.enum(asked))
    .max(asked.length)
    .default([])
    .meta({
      title: "Asks for",
      description: "Facts that are found out only when a policy asks, because they cost time.",
      examples: [["secrets"]],
    }),
});
type Options = z.output<typeof options>;

export const cel: PolicyType<Options> = Object.freeze({
  id: "cel",
  title: "Custom rules (CEL)",
  description: "Rules of your own, written in the Common Expression Language over the facts of an image.",
  specs: ["https://github.com/google/cel-spec/blob/master/doc/langdef.md"],
  version: 1,
  needs: [],
  options,
  judgedApart: true,
  comparesFiles: ({ asks }) => asks.includes("system_files"),
  asks: ({ asks }): Partial<OutsideNeeds> => ({
    examines: asks.includes("hygiene") ? "all" : asks.includes("secrets") ? "secrets" : null,
    qualityGate: asks.includes("quality_gate"),
    baseAttestations: asks.includes("base_attestations"),
  }),
  evaluate: () => ({ status: "no_data", reason: "rules are judged apart" }),
} satisfies PolicyType<Options>);
