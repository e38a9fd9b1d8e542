/**
 * What sources say of a finding, in words: its fix and its ratings.
 */
import type { SeverityRating, VulnerabilityContext } from "../../domain/advisory.ts";
import type { Finding, FindingFixState } from "../../domain/finding.ts";
import { percentText } from "./words.ts";

type Fix = Pick<Finding, "fixState" | "fixNote" | "fixedAt">;

/** Of a finding without a fixed version: `will not be fixed (unimportant)`. */
export function fixText({ fixState, fixNote }: Fix): string {
  return fixNote === null ? fixStateTexts[fixState] : `${fixStateTexts[fixState]} (${fixNote})`;
}

/** What is told besides the fixed version: `since 2026-03-04`, `only with Ubuntu Pro`. */
export function fixNotes({ fixNote, fixedAt }: Fix): readonly string[] {
  return [
    ...(fixedAt === null ? [] : [`since ${fixedAt.slice(0, 10)}`]),
    ...(fixNote === null ? [] : [fixNote]),
  ];
}

const fixStateTexts: Readonly<Record<FindingFixState, string>> = {
  fixed: "fixed",
  unknown: "not fixed",
  affected: "not fixed yet",
  deferred: "not fixed, put off to a later release",
  will_not_fix: "will not be fixed",
  end_of_life: "will not be fixed, the release has reached its end of life",
  not_affected: "nothing to fix",
  under_investigation: "under investigation",
};

/** `high by NVD (7.5) CVSS:3.1/…` */
export function ratingText({ source, severity, score, vector }: SeverityRating): string {
  return `${severity} by ${source}${score === null ? "" : ` (${score.toFixed(1)})`}${vector === null ? "" : ` ${vector}`}`;
}

/** What CISA's catalogue says: `since 2026-03-04, to be mended by 2026-03-25, used by ransomware`. */
export function kevText({
  dateAdded,
  dueDate,
  ransomware,
}: NonNullable<VulnerabilityContext["kev"]>): string {
  const due = dueDate === undefined ? "" : `, to be mended by ${dueDate}`;
  return `since ${dateAdded}${due}${ransomware ? ", used by ransomware" : ""}`;
}

/** `0.04%, percentile 5.10%, as of 2026-11-20` */
export function epssText({ score, percentile, date }: NonNullable<VulnerabilityContext["epss"]>): string {
  return `${percentText(score)}, percentile ${percentText(percentile)}, as of ${date.slice(0, 10)}`;
}
