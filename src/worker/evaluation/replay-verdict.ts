/** An old verdict made once more from what was kept of it, by the program of now and without asking anybody. */
import type { PolicyResult } from "../../domain/policy.ts";
import { printable } from "../../domain/problem.ts";
import type { ReplayDifference } from "../../domain/verdict-history.ts";
import { engineId } from "../../analysis/engine-id.ts";
import { keyOf, type Judged } from "../../monitoring/judged-findings.ts";
import { PlimsollError } from "../../domain/error.ts";
import { findKept, findParts } from "../../store/stores/kept-evaluations.ts";
import type { WorkerContext } from "../context.ts";
import { judgeInputs, type Judgement } from "./judge-inputs.ts";
import type { JudgedInputs } from "./judged-inputs.ts";
import { repeatAnswers, type NotedAnswers } from "./judging-ports.ts";
import { readInputs } from "./kept-inputs.ts";
import { readVerdictText, writeVerdictText, type VerdictText } from "./verdict-text.ts";

export interface Replay {
  /** Of the program that made it, and of this one. */
  readonly engines: { readonly kept: string; readonly current: string };
  readonly inputs: JudgedInputs;
  readonly answers: NotedAnswers;
  readonly judgement: Judgement;
  /** The verdict of then; null: a version wrote it that this one cannot read. */
  readonly before: VerdictText | null;
  /** The bytes of the two are equal. */
  readonly isSame: boolean;
  /** Empty where it is the same. */
  readonly differences: readonly ReplayDifference[];
}

/** @throws PlimsollError VERDICT_NOT_KEPT; IMAGE_DOCUMENT_UNREADABLE where this version reads no such document */
export async function replayVerdict(
  { store }: Pick<WorkerContext, "store">,
  orgId: string,
  evaluationId: string,
): Promise<Replay> {
  const kept = await findKept(store.engine, orgId, evaluationId);
  if (kept === null) {
    throw new PlimsollError("VERDICT_NOT_KEPT", "What the verdict rested on is not kept.");
  }
  const { inputs, answers, verdict } = await readInputs(kept, (digests) =>
    findParts(store.engine, orgId, evaluationId, digests),
  );
  const judgement = await judgeInputs(inputs, repeatAnswers(answers));
  const again = writeVerdictText(judgement, inputs.document.sbom);
  const [before, after] = [readVerdictText(verdict), readVerdictText(again)];
  const isSame = again.equals(verdict);
  return {
    engines: { kept: kept.engine, current: engineId() },
    inputs,
    answers,
    judgement,
    before,
    isSame,
    differences: isSame ? [] : differencesOf(before, after),
  };
}

/** In words; the first of many. */
function differencesOf(before: VerdictText | null, after: VerdictText | null): readonly ReplayDifference[] {
  if (before === null || after === null)
    return [{ part: "score", text: "the verdict was written in a form that this version does not read" }];
  const told: ReplayDifference[] = [
    ...policyDifferences(before.verdict.results, after.verdict.results),
    ...scoreDifferences(before, after),
    ...findingDifferences(before.judged, after.judged),
  ];
  if (JSON.stringify(before.base) !== JSON.stringify(after.base))
    told.push({ part: "base", text: "what is said of the base image differs" });
  if (told.length === 0) told.push({ part: "score", text: "it differs in what no report shows" });
  if (told.length <= DIFFERENCES_MAX) return told;
  const more = `${told.length - DIFFERENCES_MAX} more differences`;
  return [...told.slice(0, DIFFERENCES_MAX), { part: "finding", text: more }];
}

const DIFFERENCES_MAX = 50;

function policyDifferences(
  before: readonly PolicyResult[],
  after: readonly PolicyResult[],
): readonly ReplayDifference[] {
  const old = new Map(before.map((result) => [result.policy, result]));
  return after.flatMap((result) => {
    const was = old.get(result.policy);
    const title = `“${printable(result.title, 200)}”`;
    if (was === undefined) return [{ part: "policy" as const, text: `${title} was not judged` }];
    if (was.status !== result.status)
      return [
        {
          part: "policy" as const,
          text: `${title} is ${words[result.status]}, and was ${words[was.status]}`,
        },
      ];
    return JSON.stringify(was) === JSON.stringify(result)
      ? []
      : [{ part: "policy" as const, text: `${title} gives other reasons` }];
  });
}

const words = { met: "met", not_met: "not met", no_data: "without data" } as const;

function scoreDifferences(
  { verdict: before }: VerdictText,
  { verdict: after }: VerdictText,
): ReplayDifference[] {
  const [was, is] = [before.score.grade ?? "none", after.score.grade ?? "none"];
  if (was !== is) return [{ part: "score", text: `the grade is ${is}, and was ${was}` }];
  return [];
}

function findingDifferences(before: Judged, after: Judged): readonly ReplayDifference[] {
  const old = new Map((before.findings ?? []).map((finding) => [keyOf(finding), finding]));
  const current = new Map((after.findings ?? []).map((finding) => [keyOf(finding), finding]));
  const tell = (key: string, what: string): ReplayDifference => {
    const [purl = "", id = ""] = key.split("\n");
    return { part: "finding", text: printable(`${id} in ${purl} ${what}`, 400) };
  };
  return [
    ...[...current].flatMap(([key, finding]) => {
      const was = old.get(key);
      if (was === undefined) return [tell(key, "is found, and was not")];
      if (was.suppressed !== finding.suppressed)
        return [tell(key, finding.suppressed ? "is suppressed, and was not" : "is not suppressed any more")];
      return JSON.stringify(was) === JSON.stringify(finding) ? [] : [tell(key, "is told otherwise")];
    }),
    ...[...old.keys()].flatMap((key) => (current.has(key) ? [] : [tell(key, "is not found, and was")])),
  ];
}
