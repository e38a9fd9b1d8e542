/**
 * Ratings from CVSS vectors (FIRST, versions 2.0, 3.0, 3.1 and 4.0) and from bare words.
 * Bands: 0.1 to 3.9 low, 4.0 to 6.9 medium, 7.0 to 8.9 high, 9.0 to 10 critical; 0.0 and no score are unspecified.
 */
import cvss from "ae-cvss-calculator";
import type { Severity, SeverityRating } from "../../domain/advisory.ts";
import { severityOfScore } from "./bands.ts";

/** The rating of a vector, or null when it is no valid CVSS vector. */
export function ratingOfVector(source: string, vector: string): SeverityRating | null {
  const known = scores.get(vector) ?? remember(vector, scoreOf(vector));
  if (known === "invalid") return null;
  return { source, type: known.type, vector, score: known.score, severity: severityOfScore(known.score) };
}

/** The rating of a word such as `MODERATE`, `High`, `low**`; null for words that rate nothing (`not yet assigned`). */
export function ratingOfWord(source: string, word: string): SeverityRating | null {
  const severity = words.get(word.trim().toLowerCase().replaceAll("*", ""));
  return severity === undefined ? null : { source, type: null, vector: null, score: null, severity };
}

// `unimportant` (Debian) and `negligible` (Ubuntu) say that it hardly matters, not that it is not there.
const words: ReadonlyMap<string, Severity> = new Map([
  ["critical", "critical"],
  ["high", "high"],
  ["important", "high"],
  ["moderate", "medium"],
  ["medium", "medium"],
  ["low", "low"],
  ["minor", "low"],
  ["negligible", "low"],
  ["unimportant", "low"],
]);

interface VectorScore {
  readonly type: "CVSS_V2" | "CVSS_V3" | "CVSS_V4";
  readonly score: number;
}

// Feeds repeat few vectors often: about 5,000 distinct ones in 30,000 records. Scoring a version 4 vector takes 0.25 ms.
const scores = new Map<string, VectorScore | "invalid">();
const scoresMax = 100_000;

function remember(vector: string, score: VectorScore | "invalid"): VectorScore | "invalid" {
  if (scores.size >= scoresMax) scores.clear();
  scores.set(vector, score);
  return score;
}

const vectorLengthMax = 512;

function scoreOf(vector: string): VectorScore | "invalid" {
  if (vector.length > vectorLengthMax) return "invalid";
  try {
    const parsed = cvss.fromVector(vector);
    if (parsed === null || !parsed.isBaseFullyDefined()) return "invalid";
    const scored = parsed.calculateScores(false);
    // Version 4 folds threat metrics into `base`; the base score proper stands beside it.
    const base: unknown = scored.baseMetricsOnly ?? scored.base ?? scored.overall;
    if (typeof base !== "number" || Number.isNaN(base)) return "invalid";
    return { type: typeOf(vector), score: base };
  } catch {
    // The calculator throws for metrics it does not know; such a vector rates nothing.
    return "invalid";
  }
}

function typeOf(vector: string): VectorScore["type"] {
  if (vector.startsWith("CVSS:4")) return "CVSS_V4";
  return vector.startsWith("CVSS:3") ? "CVSS_V3" : "CVSS_V2";
}
