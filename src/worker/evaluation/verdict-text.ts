/** A judgement as the bytes by which it is compared with the same judgement made once more. */
import type { Sbom } from "../../domain/package.ts";
import type { BaseImageFacts, Verdict } from "../../domain/policy.ts";
import { judgedOf, type Judged } from "../../monitoring/judged-findings.ts";
import type { Judgement } from "./judge-inputs.ts";

export interface VerdictText {
  readonly format: number;
  readonly verdict: Verdict;
  readonly base: { readonly facts: BaseImageFacts | null; readonly reason: string | null };
  readonly judged: Judged;
}

/** UTF-8 JSON: the same bytes for the same judgement. */
export function writeVerdictText({ verdict, findings, base }: Judgement, sbom: Sbom): Buffer {
  const { facts, reason } = base;
  const text: VerdictText = {
    format: FORMAT,
    verdict,
    base: { facts, reason },
    judged: judgedOf(sbom, findings),
  };
  return Buffer.from(JSON.stringify(text));
}

/** What `writeVerdictText` wrote; null: another version did. */
export function readVerdictText(bytes: Uint8Array): VerdictText | null {
  const text = JSON.parse(Buffer.from(bytes).toString("utf8")) as VerdictText;
  return text.format === FORMAT ? text : null;
}

const FORMAT = 1;
