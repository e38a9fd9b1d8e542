/** A verdict written with everything that follows from it, in one transaction; or nothing, where it says nothing new. */
import { isDeepStrictEqual } from "node:util";
import type { TracedCause } from "../../monitoring/finding-causes.ts";
import { judgedOf, writeJudged } from "../../monitoring/judged-findings.ts";
import type { VerdictSnapshot } from "../../monitoring/verdict-snapshot.ts";
import type { StoreTransaction } from "../../store/connect.ts";
import { asEngine } from "../../store/in-org.ts";
import { retryDeadlocks } from "../../store/retry-deadlocks.ts";
import { storableJson } from "../../store/storable.ts";
import { recordDue } from "../../store/stores/due-evaluations.ts";
import { insertEvaluation, lockEvaluation, restoreEvaluation } from "../../store/stores/evaluations.ts";
import { compressDocument, recordJudged } from "../../store/stores/image-documents.ts";
import { recordBase } from "../../store/stores/images.ts";
import { insertKept, type Kept } from "../../store/stores/kept-evaluations.ts";
import { recordLabels } from "../../store/stores/labelled-findings.ts";
import type { WorkerContext } from "../context.ts";
import { dueTime } from "./due-time.ts";
import { explainVerdict } from "./explain-verdict.ts";
import type { Judgement } from "./judge-image.ts";
import { keepInputs } from "./kept-inputs.ts";
import type { EvaluationSources } from "./load-sources.ts";
import {
  isNews,
  labelsOf,
  newEvaluation,
  previousSnapshot,
  snapshotOf,
  withCauses,
  type Unexplained,
} from "./new-evaluation.ts";
import { tellChange } from "./tell-change.ts";
import { tellFirst } from "./tell-first.ts";

export interface VerdictRecord {
  readonly orgId: string;
  readonly now: Date;
  readonly judgement: Judgement;
}

/**
 * `written`: there is a new evaluation; `unchanged`: none was needed; `gone`: there is no such analysed image; `overtaken`: another
 * evaluation of it was written since the sources were read.
 */
export type RecordOutcome = "written" | "unchanged" | "gone" | "overtaken";

/** In one transaction with its events and the jobs that they ask for; repeated when the database breaks a deadlock. */
export async function recordVerdict(
  { store, queue }: Pick<WorkerContext, "store" | "queue">,
  sources: EvaluationSources,
  { orgId, now, judgement }: VerdictRecord,
): Promise<RecordOutcome> {
  const { image } = sources;
  const judged = judgedOf(sources.document.sbom, judgement.findings);
  const evaluation = newEvaluation(sources, judgement, judged, now);
  const isBaseNew = !isStored(judgement.base, image);
  const isVerdictNew = isNews(evaluation, sources.previous?.evaluation ?? null);
  const { previousId } = image;
  const restored = isVerdictNew || image.evaluationId !== null ? null : previousId;
  const dueAt = dueTime(judgement.inputs, judgement.findings);
  const isDueNew = dueAt?.getTime() !== image.dueAt?.getTime();
  if (!isBaseNew && !isVerdictNew && !isDueNew && restored === null) return "unchanged";
  const body = await compressDocument(writeJudged(judged));
  const after = snapshotOf(evaluation, judged, judgement.base.facts);
  const news = isVerdictNew
    ? {
        kept: await keepInputs(judgement, image),
        causes: await explainVerdict({ store }, sources, { orgId, now, after }),
      }
    : null;
  const record = async (tx: StoreTransaction): Promise<RecordOutcome> => {
    const newest = await lockEvaluation(tx, orgId, image.id);
    if (newest === null) return "gone";
    const isSame = newest.evaluationId === image.evaluationId && newest.outdatedCount === image.outdatedCount;
    if (!isSame) return "overtaken";
    if (isDueNew) await recordDue(tx, orgId, image.id, dueAt);
    if (isBaseNew) await recordBase(tx, orgId, image.id, judgement.base);
    if (restored !== null) await restoreEvaluation(tx, orgId, image.id, restored);
    if (news === null) return "unchanged";
    await write(tx, queue, { orgId, sources, judgement, evaluation, after, body, ...news });
    return "written";
  };
  return retryDeadlocks(() => asEngine(store, record));
}

function isStored({ facts, reason }: Judgement["base"], image: EvaluationSources["image"]): boolean {
  return isDeepStrictEqual(JSON.parse(storableJson(facts)), image.base) && reason === image.baseReason;
}

interface Write {
  readonly orgId: string;
  readonly sources: EvaluationSources;
  readonly judgement: Judgement;
  readonly evaluation: Unexplained;
  readonly after: VerdictSnapshot;
  readonly kept: Kept;
  readonly causes: readonly TracedCause[];
  /** What was judged, compressed. */
  readonly body: Buffer;
}

async function write(
  tx: StoreTransaction,
  queue: WorkerContext["queue"],
  { orgId, sources, judgement, evaluation, after, kept, causes, body }: Write,
): Promise<void> {
  const { image } = sources;
  const before = previousSnapshot(sources);
  const told = withCauses(
    evaluation,
    causes.map(({ cause }) => cause),
  );
  const evaluationId = await insertEvaluation(tx, orgId, image.id, told);
  await insertKept(tx, orgId, evaluationId, kept);
  await recordLabels(tx, orgId, image.id, labelsOf(sources, judgement));
  await recordJudged(tx, orgId, image.id, body);
  if (before === null) await tellFirst(tx, queue, { orgId, sources, evaluationId, after });
  else await tellChange(tx, queue, { orgId, sources, evaluationId, before, after, causes });
}
