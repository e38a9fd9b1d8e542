/** How bad it is: the worst severity among findings that count. */
import type { Severity } from "../domain/advisory.ts";
import type { Judged, JudgedFinding } from "./judged-findings.ts";

/** Null: there is none of those that `isMeant` picks. Suppressed ones do not count. */
export function worstSeverity(
  { findings }: Judged,
  isMeant: (finding: JudgedFinding) => boolean,
): Severity | null {
  const present = new Set<Severity>();
  for (const finding of findings ?? []) {
    if (!finding.suppressed && isMeant(finding)) present.add(finding.severity);
  }
  return worstFirst.find((severity) => present.has(severity)) ?? null;
}

const worstFirst: readonly Severity[] = ["critical", "high", "medium", "low", "unspecified"];
