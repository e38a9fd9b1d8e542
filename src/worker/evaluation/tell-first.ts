/**
 * The event of a first verdict: an image was pushed that does not meet its policies. What the image before it in the repository did
 * not meet either is nothing new.
 */
import { firstVerdictSentence } from "../../monitoring/verdict-change.ts";
import { worstSeverity } from "../../monitoring/worst-severity.ts";
import type { VerdictSnapshot } from "../../monitoring/verdict-snapshot.ts";
import type { StoreTransaction } from "../../store/connect.ts";
import { recordEvent } from "../../store/stores/events.ts";
import { findPush, listUnmetBefore } from "../../store/views/pushed-before.ts";
import type { WorkerContext } from "../context.ts";
import { nameOf } from "./image-name.ts";
import type { EvaluationSources } from "./load-sources.ts";

export interface FirstVerdict {
  readonly orgId: string;
  readonly sources: EvaluationSources;
  readonly evaluationId: string;
  readonly after: VerdictSnapshot;
}

/** Nothing is told of what was there long ago and was found when its registry was connected, nor of what nobody pushed. */
export async function tellFirst(
  tx: StoreTransaction,
  queue: WorkerContext["queue"],
  { orgId, sources, evaluationId, after }: FirstVerdict,
): Promise<void> {
  // What an older version counted and this one cannot read is not the first verdict.
  if (after.status !== "not_met" || sources.image.previousId !== null) return;
  const push = await findPush(tx, orgId, sources.image.id);
  if (push === null) return;
  const unmet = after.results.filter(({ status }) => status === "not_met");
  const before = await listUnmetBefore(tx, orgId, push);
  const isKnown = (policy: string): boolean => before?.has(policy) === true;
  const added = unmet.filter(({ policy }) => !isKnown(policy));
  const isNew = added.length > 0;
  const name = nameOf(sources);
  await recordEvent(tx, queue, {
    orgId,
    kind: "verdict.first",
    title: firstVerdictSentence(
      name,
      (isNew ? added : unmet).map(({ title }) => title),
      isNew,
    ),
    actor: null,
    imageId: sources.image.id,
    repositoryId: push.repositoryId,
    policyId: unmet.length === 1 ? (unmet[0]?.policy ?? null) : null,
    policies: unmet.map(({ policy }) => policy),
    severity: severityOfUnmet(after),
    isNew,
    isNoticed: isNew,
    body: {
      image: name,
      digest: sources.image.digest,
      to: { status: after.status, grade: after.grade },
      policies: unmet.map(({ policy, title }) => ({ policy, title, isNew: !isKnown(policy) })),
      evaluation: evaluationId,
    },
    onceKey: `verdict:${evaluationId}`,
  });
}

/** Of the findings that policies complain of. */
function severityOfUnmet({ results, judged }: VerdictSnapshot) {
  const unmet = results.filter(({ status }) => status === "not_met");
  const named = new Set(
    unmet.flatMap(({ deviations }) => deviations.flatMap(({ vulnerability }) => vulnerability ?? [])),
  );
  return worstSeverity(judged, ({ vulnerability }) => named.has(vulnerability));
}
