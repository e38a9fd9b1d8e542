/** The event of an evaluation: a verdict that turned, or findings that changed without turning one. */
import type { TracedCause } from "../../monitoring/finding-causes.ts";
import { changeOf, findingsSentence, isWorse, verdictSentence } from "../../monitoring/verdict-change.ts";
import { keyOf } from "../../monitoring/judged-findings.ts";
import type { VerdictSnapshot } from "../../monitoring/verdict-snapshot.ts";
import { worstSeverity } from "../../monitoring/worst-severity.ts";
import type { StoreTransaction } from "../../store/connect.ts";
import { recordEvent } from "../../store/stores/events.ts";
import type { WorkerContext } from "../context.ts";
import { nameOf } from "./image-name.ts";
import type { EvaluationSources } from "./load-sources.ts";

export interface ToldChange {
  readonly orgId: string;
  readonly sources: EvaluationSources;
  readonly evaluationId: string;
  readonly before: VerdictSnapshot;
  readonly after: VerdictSnapshot;
  readonly causes: readonly TracedCause[];
}

/** Nothing is told of a verdict that says the same on other grounds. */
export async function tellChange(
  tx: StoreTransaction,
  queue: WorkerContext["queue"],
  { orgId, sources, evaluationId, before, after, causes }: ToldChange,
): Promise<void> {
  const change = changeOf(before, after);
  const { added, removed } = change.findings;
  if (!change.isTurned && added.length === 0 && removed.length === 0) return;
  const name = nameOf(sources);
  const { isTurned, turned } = change;
  await recordEvent(tx, queue, {
    orgId,
    kind: isTurned ? "verdict.changed" : "findings.changed",
    title: isTurned
      ? verdictSentence(name, { before, after, change }, causes)
      : findingsSentence(name, change, causes),
    actor: null,
    imageId: sources.image.id,
    repositoryId: sources.places[0]?.repositoryId ?? null,
    // Of one policy that turned, the event is about it.
    policyId: turned.length === 1 ? (turned[0]?.policy ?? null) : null,
    policies: turned.map(({ policy }) => policy),
    severity: severityOf(added, removed, { before, after }),
    isNew: isWorse(change, { before, after }),
    body: {
      image: name,
      digest: sources.image.digest,
      from: { status: before.status, grade: before.grade },
      to: { status: after.status, grade: after.grade },
      policies: turned,
      findings: { added: added.length, removed: removed.length },
      causes: causes.slice(0, CAUSES_MAX).map(({ cause }) => cause),
      evaluation: evaluationId,
    },
    onceKey: `${isTurned ? "verdict" : "findings"}:${evaluationId}`,
  });
}

/** Of an event; the evaluation has all. */
const CAUSES_MAX = 10;

/** Of what came; where nothing came, of what went. */
function severityOf(
  added: readonly string[],
  removed: readonly string[],
  { before, after }: Pick<ToldChange, "before" | "after">,
) {
  const [came, went] = [new Set(added), new Set(removed)];
  if (came.size > 0) return worstSeverity(after.judged, (finding) => came.has(keyOf(finding)));
  return worstSeverity(before.judged, (finding) => went.has(keyOf(finding)));
}
