/** Statements and exceptions that would decide findings, were they trusted. */
import type { FindingFacts } from "../../domain/policy.ts";
import { proposalText } from "./words.ts";

export interface Proposal {
  readonly vulnerability: string;
  readonly purl: string;
  /** One sentence: what is said, by whom, and where. */
  readonly text: string;
}

/** In report order; empty where nothing is proposed or no finding is known. */
export function findProposals(findings: readonly FindingFacts[] | null): readonly Proposal[] {
  return (findings ?? []).flatMap((finding): Proposal[] => {
    const text = proposalText(finding);
    return text === null ? [] : [{ vulnerability: finding.vulnerability, purl: finding.package.purl, text }];
  });
}
