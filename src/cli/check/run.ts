/** `plimsoll check`: an image judged by a policy set, as the gate that keeps the set would judge it. */
import type { Analysis } from "../../domain/analysis.ts";
import type { ChangePlan } from "../../domain/change-plan.ts";
import { formatPlatform, type Platform } from "../../domain/image.ts";
import type { CheckOutcome, CheckReason, GateCheck, PlatformCheck } from "../../domain/gate-check.ts";
import type { PolicySet } from "../../domain/policy-set.ts";
import { printable } from "../../domain/problem.ts";
import { isAfter, type Undated } from "../../analysis/as-of.ts";
import { readTrustedSigners } from "../../analysis/read-signers.ts";
import type { GateDecision } from "../../policies/gate.ts";
import type { CliContext } from "../context.ts";
import type { DatabaseOptions } from "../options/database.ts";
import { closeGate } from "../options/gate.ts";
import { chosenPlatform, type ImageOptions } from "../options/image.ts";
import { judgeIfThere, isSeveral, wantedPlatforms } from "../judge-platforms.ts";
import { splitList, type OutputOptions } from "../options/output.ts";
import { writeReport } from "../options/render.ts";
import { takePolicySet, type PolicySetWithPolicies, type TakeOptions } from "../policy-set/take.ts";
import { caveatsOf, missingAnswers, reasonsOf, STATES, stateResult, type Acceptable } from "./states.ts";
import { runAnalysis, type AnalysisRequest } from "../run-analysis.ts";

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
  // The rules first: without them nothing can be said, however long the image takes.
  const taken = await takePolicySet(context, options.against, options);
  const accepted = new Set<Acceptable>(options.accept ?? []);
  const judging: Judging = {
    context: gateContext(context, taken.set),
    taken,
    now,
    at: options.at ?? now,
    undated: new Set(),
    reasons: reasonsOf(taken, now),
    accepted,
  };
  const checked = await checkPlatforms(judging, reference, options);
  const [worst] = checked.toSorted((a, b) => ranks[a.outcome] - ranks[b.outcome]);
  const shown = [worst, ...checked].find((each) => each?.analysis !== null && each !== undefined);
  if (worst === undefined || shown === undefined || shown.analysis === null) return 1;
  const check: GateCheck = {
    taken,
    now,
    at: judging.at,
    caveats: caveatsOf(judging),
    outcome: worst.outcome,
    causes: shown.causes,
    reasons: shown.reasons,
    plan: shown.plan,
    platforms: isSeveral(splitList(options.platform)) ? checked : [],
  };
  await writeReport(context, options, { view: "check", analysis: shown.analysis, check });
  for (const { decision } of checked) if (decision !== null) closeGate(context, decision);
  for (const { platform, reason } of checked)
    if (reason !== null) context.stderr.write(`gate: no-data: ${platform}: ${reason}\n`);
  const open = worst.outcome === "unknown" ? shown.reasons.filter(({ kind }) => !accepted.has(kind)) : [];
  for (const { kind, message } of open)
    context.stderr.write(`gate: ${kind === "no-data" ? kind : "policy-set"}: ${printable(message, 1000)}\n`);
  return worst.outcome === "accepted" ? 0 : 2;
}

/** The worst first. */
const ranks: Readonly<Record<CheckOutcome, number>> = { refused: 0, unknown: 1, accepted: 2 };

interface Judging {
  /** As the gate sets it up. */
  readonly context: CliContext;
  readonly taken: PolicySetWithPolicies;
  readonly now: Date;
  /** The time that is judged by. */
  readonly at: Date;
  readonly undated: Undated;
  /** Why the set cannot be relied on. */
  readonly reasons: readonly CheckReason[];
  /** What the user relies on all the same. */
  readonly accepted: ReadonlySet<Acceptable>;
}

type Checked = PlatformCheck & { readonly decision: GateDecision | null };

/** @throws PlimsollError when not even one platform can be judged */
async function checkPlatforms(
  judging: Judging,
  reference: string,
  options: CheckOptions,
): Promise<readonly Checked[]> {
  const { context } = judging;
  if (!isSeveral(splitList(options.platform)))
    return [await checkOne(judging, reference, options, chosenPlatform(options))];
  const checked: Checked[] = [];
  const wanted = await wantedPlatforms(context, reference, options);
  for (const platform of wanted) {
    const { value, reason } = await judgeIfThere(() => checkOne(judging, reference, options, platform));
    checked.push(
      value ?? {
        platform: formatPlatform(platform),
        outcome: "unknown",
        causes: [],
        reasons: [],
        plan: null,
        analysis: null,
        reason,
        decision: null,
      },
    );
  }
  if (checked.every(({ analysis }) => analysis === null))
    await checkOne(judging, reference, options, wanted[0] ?? null);
  return checked;
}

async function checkOne(
  judging: Judging,
  reference: string,
  options: CheckOptions,
  platform: Platform | null,
): Promise<Checked> {
  const { context, taken, accepted } = judging;
  const request = { ...requestOf(judging, options), platform };
  const analysis = await runAnalysis(context, { ...request, reference });
  const decision = await decide(analysis, taken);
  const reasons = [
    ...judging.reasons,
    ...(decision.pass ? missingAnswers(analysis.verdict?.results ?? []) : []),
  ];
  const isRelied = reasons.every(({ kind }) => accepted.has(kind));
  return {
    platform: formatPlatform(analysis.image.config.platform),
    outcome: !decision.pass ? "refused" : isRelied ? "accepted" : "unknown",
    causes: decision.causes,
    reasons,
    plan:
      decision.pass || !options.plan ? null : await planOf(judging, { analysis, request, decision, options }),
    analysis: withOwnTime(analysis, judging),
    reason: null,
    decision,
  };
}

/** Judged by as if it were as fresh then as it is now, the database is still told by the time that it is of. */
function withOwnTime(analysis: Analysis, { at, now }: Judging): Analysis {
  const { database } = analysis;
  const judgedBy = Date.parse(database?.updatedAt ?? "");
  if (database === null || Number.isNaN(judgedBy)) return analysis;
  const updatedAt = new Date(judgedBy - at.getTime() + now.getTime()).toISOString();
  return { ...analysis, database: { ...database, updatedAt } };
}

/** The gate takes a database for stale by its own hours. */
function gateContext(context: CliContext, { databaseMaxAgeHours }: PolicySet): CliContext {
  if (databaseMaxAgeHours === null) return context;
  const changes: Partial<CliContext> = {
    config: { ...context.config, databaseAgeHoursMax: databaseMaxAgeHours },
  };
  return Object.create(context, Object.getOwnPropertyDescriptors(changes)) as CliContext;
}

/** As the gate judges: by approved exceptions and trusted signatures alone; what a repository or an image says for itself is told. */
function requestOf({ context, taken, at, undated }: Judging, options: CheckOptions): CheckRequest {
  const { exceptions, trust } = taken.set;
  const { trustRoot = null } = readTrustedSigners(context.config.signing);
  return {
    platform: null,
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

interface Planning {
  readonly analysis: Analysis;
  readonly request: CheckRequest;
  readonly decision: GateDecision;
  readonly options: CheckOptions;
}

/** Beside the policies a gate may stop for states of the image, which stay unless the changes take them away. */
async function planOf(
  { context, taken, at, now }: Judging,
  { analysis, request, decision, options }: Planning,
): Promise<ChangePlan | null> {
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
