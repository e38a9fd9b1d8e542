/** What else than policies bears on the answer: the set itself, the time that is judged by, and states of the image. */
import { isAfter, type Undated } from "../../analysis/as-of.ts";
import { isPolicySetOld, policySetAgeDays, type TakenPolicySet } from "../../domain/policy-set.ts";
import type { CheckReason } from "../../domain/gate-check.ts";
import type { PolicyResult } from "../../domain/policy.ts";
import type { GateDecision } from "../../policies/gate.ts";
import { countText } from "../../reports/shared/words.ts";

export const acceptable = ["unverified", "old", "no-data"] as const satisfies readonly CheckReason["kind"][];
export type Acceptable = (typeof acceptable)[number];

/** Why the set is no word of its gate. */
export function reasonsOf({ set, signer, signerReason }: TakenPolicySet, now: Date): readonly CheckReason[] {
  const age = countText(policySetAgeDays(set, now), "day");
  const lasts = countText(set.maxAgeDays, "day");
  return [
    ...(signer === null
      ? [
          {
            kind: "unverified" as const,
            message: `it is not verified whose set it is: ${signerReason ?? ""}`,
          },
        ]
      : []),
    ...(isPolicySetOld(set, now)
      ? [
          {
            kind: "old" as const,
            message: `the set is ${age} old and good for ${lasts}: there is another one by now`,
          },
        ]
      : []),
  ];
}

/** A gate that lets pass what has no data lets pass what has none there; here it may only be that nobody could ask. */
export function missingAnswers(results: readonly PolicyResult[]): readonly CheckReason[] {
  const open = results.filter(({ status, effect = "block" }) => status === "no_data" && effect === "block");
  if (open.length === 0) return [];
  const listed = open.map(({ title, reason }) => (reason === null ? title : `${title} (${reason})`));
  return [
    {
      kind: "no-data",
      message: `the gate may have an answer where there is none here: ${listed.join("; ")}`,
    },
  ];
}

/** The time that is judged by, and what was seen of it. */
export interface AskedTime {
  readonly taken: TakenPolicySet;
  readonly now: Date;
  readonly at: Date;
  readonly undated: Undated;
}

/** What nobody knows of another time than now. */
export function caveatsOf({ taken, at, undated, now }: AskedTime): readonly string[] {
  if (at.getTime() === now.getTime()) return [];
  const isPast = at < now;
  const { createdAt, version } = taken.set;
  return [
    ...(isPast
      ? ["fixes, scores and statements are those of today where nothing tells when they came"]
      : ["what will be published until then is not known"]),
    ...(isAfter(createdAt, at) ? [`the set ${version} was made after that, at ${createdAt}`] : []),
    ...(isPast && undated.size > 0
      ? [
          `${countText(undated.size, "advisory")} without a date ${undated.size === 1 ? "is" : "are"} counted as known then`,
        ]
      : []),
    "tags of base images are asked now",
  ];
}

/** Causes of a gate that no policy asks for. */
export const STATES: ReadonlySet<string> = new Set(["unverified", "incomplete", "stale", "undetermined"]);

const stateAdvice: Readonly<Record<string, string>> = {
  unverified: "Check the image in a registry or as an OCI layout, or add --verify.",
  incomplete: "Run plimsoll db update, and look at the problems that plimsoll sbom --debug lists.",
  stale: "Run plimsoll db update.",
  undetermined: "plimsoll explain says why a version could not be compared.",
};

/** A state as if a policy had asked for it. */
export function stateResult({ cause, message }: GateDecision["causes"][number]): PolicyResult {
  const supply = stateAdvice[cause];
  return {
    policy: cause,
    type: cause,
    title: message,
    status: "no_data",
    reason: "the gate stops for it",
    deviations: [],
    weight: 0,
    lost: 0,
    debug: [],
    ...(supply === undefined ? {} : { supply }),
  };
}
