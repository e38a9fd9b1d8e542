/** From a judgement to the evaluation that is stored, and whether it says anything that the one before did not. */
import { isDeepStrictEqual } from "node:util";
import type { EvaluationInputs, VerdictCause } from "../../domain/verdict-history.ts";
import { engineId } from "../../analysis/engine-id.ts";
import { digestOfFindings, type Judged } from "../../monitoring/judged-findings.ts";
import type { PolicySnapshot, VerdictSnapshot } from "../../monitoring/verdict-snapshot.ts";
import { countFindings } from "../../reports/shared/counts.ts";
import { storableJson } from "../../store/storable.ts";
import type { NewEvaluation } from "../../store/stores/evaluations.ts";
import type { LabelledFinding } from "../../store/stores/labelled-findings.ts";
import type { StoredEvaluation } from "../../store/views/evaluation-sources.ts";
import type { Judgement } from "./judge-image.ts";
import type { EvaluationSources } from "./load-sources.ts";

export type Unexplained = Omit<NewEvaluation, "causes">;

/** A verdict as it is stored, but for what turned it. */
export function newEvaluation(
  sources: EvaluationSources,
  { findings, verdict }: Judgement,
  judged: Judged,
  now: Date,
): Unexplained {
  const { critical, high, medium, low, unspecified, suppressed, undetermined } = countFindings(
    findings ?? [],
  );
  const policies = new Map(sources.policies.map((policy) => [policy.id, policy]));
  const results = verdict.results.flatMap((result) => {
    const policy = policies.get(result.policy);
    return policy === undefined ? [] : [{ ...result, version: policy.version, effect: policy.effect }];
  });
  return {
    status: verdict.status,
    grade: verdict.score.grade,
    percent: verdict.score.percent,
    scoreReason: verdict.score.reason,
    inputs: inputsOf(sources, judged),
    counts: { critical, high, medium, low, unspecified, suppressed, undetermined },
    hasFindings: findings !== null,
    evaluatedAt: now,
    results,
  };
}

function inputsOf({ database, policies }: EvaluationSources, judged: Judged): EvaluationInputs {
  const applied = (judged.findings ?? []).flatMap(({ exception }) => exception ?? []);
  const versions = policies.map(({ id, version }) => [id, version] as const);
  return {
    database: judged.findings === null ? null : (database?.digest ?? null),
    policies: Object.fromEntries(versions.toSorted(([a], [b]) => (a < b ? -1 : 1))),
    exceptions: [...new Set(applied)].sort(),
    findings: digestOfFindings(judged),
    engine: engineId(),
  };
}

/**
 * Whether it is worth a row. A newer database that says the same of the image is not: it comes every day, and the row would say so
 * and nothing else.
 */
export function isNews(evaluation: Unexplained, previous: StoredEvaluation | null): boolean {
  if (previous === null) return true;
  return !isDeepStrictEqual(essence(evaluation), essence(previous));
}

function essence(evaluation: Unexplained | StoredEvaluation): unknown {
  const { status, grade, percent, scoreReason, inputs, counts, hasFindings, results } = evaluation;
  // A program that says the same is no news either.
  const { engine: _engine, ...rest } = inputs;
  const essential = {
    verdict: [status, grade, percent, scoreReason, hasFindings],
    counts: Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)),
    inputs: { ...rest, database: inputs.database !== null },
    results: results.map((result) => ({
      policy: "policy" in result ? result.policy : result.policyId,
      version: "version" in result ? result.version : result.policyVersion,
      said: [result.title, result.type, result.effect, result.status, result.reason],
      points: [result.weight, result.lost],
      deviations: result.deviations,
    })),
  };
  // As it comes back from the store.
  return JSON.parse(storableJson(essential));
}

/** The verdict as it is compared with the one before. */
export function snapshotOf(
  { status, grade, results }: Unexplained,
  judged: Judged,
  base: VerdictSnapshot["base"],
): VerdictSnapshot {
  const snapshots = results.map(({ policy, version, title, status, reason, deviations }): PolicySnapshot => ({
    policy,
    version,
    title,
    status,
    reason,
    deviations,
  }));
  return { status, grade, results: snapshots, judged, base };
}

/** The verdict before, as it was stored. */
export function previousSnapshot({ previous, image }: EvaluationSources): VerdictSnapshot | null {
  if (previous === null) return null;
  const { evaluation, judged } = previous;
  return {
    status: evaluation.status,
    grade: evaluation.grade,
    results: evaluation.results.map((result) => ({
      policy: result.policyId,
      version: result.policyVersion,
      title: result.title,
      status: result.status,
      reason: result.reason,
      deviations: result.deviations,
    })),
    judged,
    base: image.base,
  };
}

/** With the text of the causes, the evaluation is whole. */
export function withCauses(evaluation: Unexplained, causes: readonly VerdictCause[]): NewEvaluation {
  return { ...evaluation, causes };
}

/** Findings that a statement or an exception labelled. */
export function labelsOf(
  { document, findings: stored }: EvaluationSources,
  { findings }: Judgement,
): readonly LabelledFinding[] {
  const ids = new Map(document.sbom.packages.map((pkg, position) => [pkg, stored.positions.get(position)]));
  return (findings ?? []).flatMap((finding) => {
    const packageId = ids.get(finding.package);
    if (packageId === undefined || (finding.statement === null && finding.exception === null)) return [];
    const { vulnerability, status, suppressed, statement, exception } = finding;
    return [{ packageId, vulnerability, status, suppressed, statement, exception: exception?.id ?? null }];
  });
}
