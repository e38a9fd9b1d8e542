/**
 * One image judged by everything that is stored about it. A verdict is written only when it differs from the one before, or rests on
 * something else; then its causes are written with it, and what turned is told, all in one transaction.
 */
import { PlimsollError } from "../../domain/error.ts";
import type { ImageDocument } from "../../analysis/image-document.ts";
import type { WorkerContext } from "../context.ts";
import { analyseAgain, lacksComparison } from "./analyse-again.ts";
import { judgeImage } from "./judge-image.ts";
import { loadSources } from "./load-sources.ts";
import { recordVerdict, type RecordOutcome } from "./record-verdict.ts";
import { resolveBaseTag } from "./resolve-base-tag.ts";

/** `document`: of the image, where the caller has it. @throws whatever the store throws */
export async function evaluateImage(
  context: WorkerContext,
  orgId: string,
  imageId: string,
  document: ImageDocument | null = null,
  signal: AbortSignal | null = null,
): Promise<Exclude<RecordOutcome, "overtaken">> {
  const resolveTag = resolveBaseTag(context, orgId, signal);
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const now = context.clock();
    const sources = await loadSources(context, orgId, imageId, { now, known: document });
    if (sources === null) return "gone";
    // The verdict is given all the same, and given anew after that analysis.
    if (document === null && lacksComparison(sources)) await analyseAgain(context, orgId, imageId);
    const judgement = await judgeImage(context, sources, { orgId, now, resolveTag });
    const outcome = await recordVerdict(context, sources, { orgId, now, judgement });
    if (outcome !== "overtaken") return outcome;
  }
  throw new PlimsollError("CONFLICT", "Other evaluations of the image were faster each time.");
}

/** Each lost round means that somebody else has written a verdict in between. */
const ROUNDS_MAX = 5;
