/** `policy --sign-key`: the verdict as a signed statement beside each file that was written. */
import { verdictType } from "../../attestations/predicates.ts";
import type { SigningKey } from "../../attestations/keys.ts";
import { renderReport } from "../../reports/render.ts";
import type { Report } from "../../reports/types.ts";
import type { Analysis } from "../../domain/analysis.ts";
import { signFiles } from "../attestations/sign-files.ts";
import type { CliContext } from "../context.ts";
import type { WrittenFile } from "../options/output.ts";
import { renderOptions } from "../options/render.ts";

export interface VerdictSigning {
  readonly key: SigningKey;
  readonly report: Report;
  /** Of the platforms that were judged: each of them is a subject. */
  readonly analyses: readonly Analysis[];
}

/** @throws PlimsollError OUTPUT_FAILED; what the key throws */
export async function signVerdict(
  context: CliContext,
  written: readonly WrittenFile[],
  { key, report, analyses }: VerdictSigning,
): Promise<void> {
  const predicate: unknown = JSON.parse(renderReport("json", report, renderOptions(context, {})));
  const images = analyses.map(({ image }) => image);
  await signFiles(context, written, { key, images, type: verdictType, predicate });
}
