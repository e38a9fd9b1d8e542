/** `plimsoll check`: an image judged by a policy set, as the gate that keeps the set would judge it. */
import type { Analysis } from "../../domain/analysis.ts";
import type { ChangePlan } from "../../domain/change-plan.ts";
import type { CheckOutcome, GateCheck } from "../../domain/gate-check.ts";
import { isPolicySetOld, policySetAgeDays, type PolicySet } from "../../domain/policy-set.ts";
import type { PolicyResult } from "../../domain/policy.ts";
import { printable } from "../../domain/problem.ts";
import { isAfter, type Undated } from "../../analysis/as-of.ts";
import { readTrustedSigners } from "../../analysis/read-signers.ts";
import type { GateDecision } from "../../policies/gate.ts";
import { countText } from "../../reports/shared/words.ts";
import type { CliContext } from "../context.ts";
import type { DatabaseOptions } from "../options/database.ts";
import { closeGate } from "../options/gate.ts";
import { chosenPlatform, type ImageOptions } from "../options/image.ts";
import type { OutputOptions } from "../options/output.ts";
import { writeReport } from "../options/render.ts";
import { takePolicySet, type PolicySetWithPolicies, type TakeOptions } from "../policy-set/take.ts";
import { runAnalysis, type AnalysisRequest } from "../run-analysis.ts";

export const acceptable = ["unverified", "old"] as const;
export type Acceptable = (typeof acceptable)[number];

export interface CheckOptions extends ImageOptions, DatabaseOptions, OutputOptions, TakeOptions {
  readonly against: string;
  readonly at?: Date;
  readonly accept?: readonly Acceptable[];
  /** Commander's form of --no-plan. */
  readonly plan: boolean;
  readonly baseImage?: string;
}

/** 0: it would be accepted; 2: it would be refused, or nobody knows. @throws as sets are taken and images analysed */
export async function runCheck(
  context: CliContext,
  reference: string,
  options: CheckOptions,
): Promise<number> {
  const now = context.clock();
  const at = options.at ?? now;
  // The rules first: without them nothing can be said, however long the image takes.
  const taken = await takePolicySet(context, options.against, options);
  const gate = gateContext(context, taken.set);
  const undated: Undated = { count: 0 };
  const request = requestOf(gate, options, { taken, at, undated });
  const analysis = await runAnalysis(gate, { ...request, reference });
  const decision = await decide(analysis, taken);
  const reasons = reasonsOf(taken, now);
  const accepted = new Set<Acceptable>(options.accept ?? []);
  const open = reasons.filter(({ kind }) => !accepted.has(kind));
  const outcome: CheckOutcome = !decision.pass ? "refused" : open.length > 0 ? "unknown" : "accepted";
  const check: GateCheck = {
    taken,
    now,
    at,
    caveats: caveatsOf({ taken, at, undated }, now),
    outcome,
    causes: decision.causes,
    reasons: reasons.map(({ message }) => message),
    plan:
      decision.pass || !options.plan
        ? null
        : await planOf(gate, { analysis, taken, request, decision, options, at, now }),
  };
  await writeReport(context, options, { view: "check", analysis, check });
  closeGate(context, decision);
  if (outcome === "unknown")
    for (const { message } of open) context.stderr.write(`gate: policy-set: ${printable(message, 1000)}\n`);
  return outcome === "accepted" ? 0 : 2;
}

/** The gate takes a database for stale by its own hours. */
function gateContext(context: CliContext, { databaseMaxAgeHours }: PolicySet): CliContext {
  if (databaseMaxAgeHours === null) return context;
  const changes: Partial<CliContext> = {
    config: { ...context.config, databaseAgeHoursMax: databaseMaxAgeHours },
  };
  return Object.create(context, Object.getOwnPropertyDescriptors(changes)) as CliContext;
}

interface Judging {
  readonly taken: PolicySetWithPolicies;
  readonly at: Date;
  readonly undated: Undated;
}

/** As the gate judges: by approved exceptions and trusted signatures alone; what a repository or an image says for itself is told. */
function requestOf(context: CliContext, options: CheckOptions, judging: Judging): CheckRequest {
  const { taken, at, undated } = judging;
  const { exceptions, trust } = taken.set;
  const { trustRoot = null } = readTrustedSigners(context.config.signing);
  return {
    platform: chosenPlatform(options),
    options,
    database: "required",
    policies: taken.policies,
    debugPolicies: false,
    keepsFacts: true,
    organisation: {
      exceptions: exceptions.filter(({ decidedAt }) => !isAfter(decidedAt, at)),
      ...(trust === null ? {} : { signers: { ...trust, trustRoot } }),
    },
    ...(options.at === undefined ? {} : { asOf: { at, undated } }),
  };
}

type CheckRequest = Omit<AnalysisRequest, "reference">;

/** The gate is always active: that is what it is asked about. */
async function decide(analysis: Analysis, { set }: PolicySetWithPolicies): Promise<GateDecision> {
  const { decideGate } = await import("../../policies/gate.ts");
  return decideGate({
    verdict: analysis.verdict,
    findingsLeft: null,
    completeness: analysis.sbom.completeness,
    verification: analysis.sbom.verification,
    database: analysis.database,
    undeterminedCount: countUndetermined(analysis.findings),
    options: { exitCode: true, failOn: set.failOn },
  });
}

function countUndetermined(findings: Analysis["findings"]): number {
  return (findings ?? []).filter(({ status }) => status === "undetermined").length;
}

/** Why the set is no word of its gate. */
function reasonsOf(
  { set, signer, signerReason }: PolicySetWithPolicies,
  now: Date,
): readonly { readonly kind: Acceptable; readonly message: string }[] {
  const age = countText(policySetAgeDays(set, now), "day");
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
            message: `the set is ${age} old and good for ${countText(set.maxAgeDays, "day")}: there is another one by now`,
          },
        ]
      : []),
  ];
}

/** What nobody knows of another time than now. */
function caveatsOf({ taken, at, undated }: Judging, now: Date): readonly string[] {
  if (at.getTime() === now.getTime()) return [];
  const isPast = at < now;
  const { createdAt, version } = taken.set;
  return [
    ...(isPast
      ? ["fixes, scores and statements are those of today where nothing tells when they came"]
      : ["what will be published until then is not known"]),
    ...(isAfter(createdAt, at) ? [`the set ${version} was made after that, at ${createdAt}`] : []),
    ...(isPast && undated.count > 0
      ? [
          `${countText(undated.count, "advisory")} without a date ${undated.count === 1 ? "is" : "are"} counted as known then`,
        ]
      : []),
    "tags of base images are asked now",
  ];
}

interface Planning extends Pick<Judging, "taken" | "at"> {
  readonly analysis: Analysis;
  readonly request: CheckRequest;
  readonly decision: GateDecision;
  readonly options: CheckOptions;
  readonly now: Date;
}

/** Beside the policies a gate may stop for states of the image, which stay unless the changes take them away. */
async function planOf(context: CliContext, planning: Planning): Promise<ChangePlan | null> {
  const { analysis, taken, request, decision, options, at, now } = planning;
  const { facts } = analysis;
  if (facts === undefined) return null;
  const { planChanges } = await import("./plan.ts");
  const plan = await planChanges(context, {
    analysis,
    facts,
    request,
    policies: taken.policies,
    failOn: taken.set.failOn,
    namedBase: options.baseImage ?? null,
    asOf: { at, now },
  });
  const states = decision.causes.filter(
    ({ cause }) =>
      STATES.has(cause) && (cause !== "undetermined" || countUndetermined(plan.facts.findings) > 0),
  );
  return { ...plan, remaining: [...plan.remaining, ...states.map(stateResult)] };
}

const STATES: ReadonlySet<string> = new Set(["unverified", "incomplete", "stale", "undetermined"]);

const stateAdvice: Readonly<Record<string, string>> = {
  unverified: "Check the image in a registry or as an OCI layout, or add --verify.",
  incomplete: "Run plimsoll db update, and look at the problems that plimsoll sbom --debug lists.",
  stale: "Run plimsoll db update.",
  undetermined: "plimsoll explain says why a version could not be compared.",
};

/** A state as if a policy had asked for it. */
function stateResult({ cause, message }: GateDecision["causes"][number]): PolicyResult {
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
