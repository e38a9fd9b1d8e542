/** Severity bands of CVSS base scores. */
import type { Severity } from "../../domain/advisory.ts";

/** 0.1 to 3.9 low, 4.0 to 6.9 medium, 7.0 to 8.9 high, 9.0 to 10 critical; 0 is unspecified. */
export function severityOfScore(score: number): Severity {
  if (score >= 9) return "critical";
  if (score >= 7) return "high";
  if (score >= 4) return "medium";
  return score > 0 ? "low" : "unspecified";
}
