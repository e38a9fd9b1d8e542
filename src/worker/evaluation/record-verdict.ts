/** A verdict written with everything that follows from it, in one transaction; or nothing, where it says nothing new. */
import { isDeepStrictEqual } from "node:util";
import { causesOf } from "../../monitoring/verdict-causes.ts";
import { judgedOf, writeJudged, type Judged } from "../../monitoring/judged-findings.ts";
import type { StoreTransaction } from "../../store/connect.ts";
import { asEngine } from "../../store/in-org.ts";
import { retryDeadlocks } from "../../store/retry-deadlocks.ts";
import { storableJson } from "../../store/storable.ts";
import { insertEvaluation, lockEvaluation, restoreEvaluation } from "../../store/stores/evaluations.ts";
import { compressDocument, recordJudged } from "../../store/stores/image-documents.ts";
import { recordBase } from "../../store/stores/images.ts";
import { recordLabels } from "../../store/stores/labelled-findings.ts";
import type { WorkerContext } from "../context.ts";
import type { Judgement } from "./judge-image.ts";
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
  if (!isBaseNew && !isVerdictNew && restored === null) return "unchanged";
  const body = await compressDocument(writeJudged(judged));
  const record = async (tx: StoreTransaction): Promise<RecordOutcome> => {
    const newest = await lockEvaluation(tx, orgId, image.id);
    if (newest === null) return "gone";
    const isSame = newest.evaluationId === image.evaluationId && newest.outdatedCount === image.outdatedCount;
    if (!isSame) return "overtaken";
    if (isBaseNew) await recordBase(tx, orgId, image.id, judgement.base);
    if (restored !== null) await restoreEvaluation(tx, orgId, image.id, restored);
    if (!isVerdictNew) return "unchanged";
    await write(tx, queue, { orgId, sources, judgement, evaluation, judged, body });
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
  readonly judged: Judged;
  /** `judged`, compressed. */
  readonly body: Buffer;
}

async function write(
  tx: StoreTransaction,
  queue: WorkerContext["queue"],
  { orgId, sources, judgement, evaluation, judged, body }: Write,
): Promise<void> {
  const { image, exceptions } = sources;
  const before = previousSnapshot(sources);
  const after = snapshotOf(evaluation, judged, judgement.base.facts);
  const causes = causesOf(before, after, new Map(exceptions.map((exception) => [exception.id, exception])));
  const told = withCauses(
    evaluation,
    causes.map(({ cause }) => cause),
  );
  const evaluationId = await insertEvaluation(tx, orgId, image.id, told);
  await recordLabels(tx, orgId, image.id, labelsOf(sources, judgement));
  await recordJudged(tx, orgId, image.id, body);
  if (before !== null) await tellChange(tx, queue, { orgId, sources, evaluationId, before, after, causes });
}
