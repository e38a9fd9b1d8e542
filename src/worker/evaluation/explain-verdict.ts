/**
 * Why a new verdict differs from the one before. Where another program made that one, it is made once more by this one first: what
 * differs then is of the program, and only the rest has other causes.
 */
import { isDeepStrictEqual } from "node:util";
import { PlimsollError } from "../../domain/error.ts";
import { engineId } from "../../analysis/engine-id.ts";
import type { TracedCause } from "../../monitoring/finding-causes.ts";
import { judgedOf } from "../../monitoring/judged-findings.ts";
import { causesOf, engineCause } from "../../monitoring/verdict-causes.ts";
import type { RenewedEngine, VerdictSnapshot } from "../../monitoring/verdict-snapshot.ts";
import type { WorkerContext } from "../context.ts";
import { judgeInputs, type Judgement } from "./judge-inputs.ts";
import type { JudgedInputs } from "./judged-inputs.ts";
import { repeatAnswers } from "./judging-ports.ts";
import type { EvaluationSources } from "./load-sources.ts";
import { previousSnapshot } from "./new-evaluation.ts";
import { replayVerdict, type Replay } from "./replay-verdict.ts";

export interface Explained {
  readonly orgId: string;
  readonly now: Date;
  readonly after: VerdictSnapshot;
}

/** Never empty. */
export async function explainVerdict(
  context: Pick<WorkerContext, "store">,
  sources: EvaluationSources,
  { orgId, now, after }: Explained,
): Promise<readonly TracedCause[]> {
  const exceptions = new Map(sources.exceptions.map((exception) => [exception.id, exception]));
  const { previous } = sources;
  const before = previousSnapshot(sources);
  if (previous === null || before === null) return causesOf(before, after, exceptions);
  const engine = renewedEngine(sources);
  const simple = causesOf(before, after, exceptions, engine);
  const isOtherProgram = previous.evaluation.inputs.engine !== engineId();
  const isTime = simple.every(({ cause }) => cause.kind === "time");
  if (!isOtherProgram && !isTime) return simple;
  const replay = await replayed(context, orgId, previous.evaluation.id);
  if (replay === null) return simple;
  if (isOtherProgram && !replay.isSame) {
    const own = engineCause(
      { from: replay.engines.kept, to: replay.engines.current },
      replay.differences.map(({ text }) => text),
    );
    const again = snapshotOfReplay(replay);
    if (saysTheSame(again, after)) return [own];
    return [own, ...causesOf(again, after, exceptions, engine)];
  }
  return isTime && !(await isOfTime(replay, now, after)) ? [KNOWLEDGE] : simple;
}

/** Counts neither advisories nor days: EPSS, the age of the database, and what others were asked. */
const KNOWLEDGE: TracedCause = {
  cause: {
    kind: "analysis",
    text: "What is known beside the advisories has changed: EPSS, the database's own state, or what others answered",
  },
  vulnerabilities: [],
};

/** Null: the findings of none of its packages were changed by the program. */
function renewedEngine({ document, findings, previous }: EvaluationSources): RenewedEngine | null {
  const { positions, turnedByEngine } = findings;
  if (turnedByEngine.size === 0) return null;
  const purls = document.sbom.packages.flatMap(({ purl }, position) =>
    turnedByEngine.has(positions.get(position) ?? -1) ? [purl] : [],
  );
  return { from: previous?.evaluation.inputs.engine ?? null, to: engineId(), purls: new Set(purls) };
}

/** Null: what the verdict rested on is not kept, or this version cannot read it. */
async function replayed(
  context: Pick<WorkerContext, "store">,
  orgId: string,
  evaluationId: string,
): Promise<Replay | null> {
  try {
    return await replayVerdict(context, orgId, evaluationId);
  } catch (error) {
    if (error instanceof PlimsollError && UNREADABLE.includes(error.code)) return null;
    throw error;
  }
}

const UNREADABLE: readonly string[] = ["VERDICT_NOT_KEPT", "IMAGE_DOCUMENT_UNREADABLE"];

function snapshotOfReplay({ inputs, judgement }: Replay): VerdictSnapshot {
  return snapshotOfJudgement(inputs, judgement);
}

function snapshotOfJudgement(
  { policies, document }: JudgedInputs,
  { verdict, findings, base }: Judgement,
): VerdictSnapshot {
  const versions = new Map(policies.map(({ id, version }) => [id, version]));
  return {
    status: verdict.status,
    grade: verdict.score.grade,
    results: verdict.results.map(({ policy, title, status, reason, deviations }) => ({
      policy,
      version: versions.get(policy) ?? 0,
      title,
      status,
      reason,
      deviations,
    })),
    judged: judgedOf(document.sbom, findings),
    base: base.facts,
  };
}

function saysTheSame(one: VerdictSnapshot, two: VerdictSnapshot): boolean {
  const plain = (snapshot: VerdictSnapshot): unknown => JSON.parse(JSON.stringify(snapshot));
  return isDeepStrictEqual(plain(one), plain(two));
}

/** Whether what was known then, judged at the time of now, gives what it gives now. */
async function isOfTime({ inputs, answers }: Replay, now: Date, after: VerdictSnapshot): Promise<boolean> {
  const later = await judgeInputs({ ...inputs, now }, repeatAnswers(answers));
  const { status, results } = snapshotOfJudgement(inputs, later);
  const told = (given: VerdictSnapshot["results"]): unknown =>
    given.map((result) => [result.policy, result.status, result.deviations.length]);
  return status === after.status && isDeepStrictEqual(told(results), told(after.results));
}
