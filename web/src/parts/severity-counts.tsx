/** How many findings of each severity: five boxes, each with its letter. What is not known is never a zero. */
import type { ReactElement } from "react";
import { amount } from "../display/amounts.ts";
import { severities, severityLooks, type Severity } from "./severity.ts";

export type SeverityNumbers = Readonly<Record<Severity, number>>;

export interface SeverityCountsProps {
  /** Null: not matched yet, or no database. */
  readonly counts: SeverityNumbers | null;
  /** Packages may be missing: the numbers are at least these. */
  readonly incomplete?: boolean;
  /** Said instead of numbers where `counts` is null. */
  readonly unknown?: string;
}

export function SeverityCounts(props: SeverityCountsProps): ReactElement {
  const { counts, incomplete = false, unknown = "Not known" } = props;
  if (counts === null) return <span className="text-sm text-muted italic">{unknown}</span>;
  const spoken = severities
    .filter((severity) => counts[severity] > 0)
    .map((severity) => `${amount(counts[severity])} ${severity}`)
    .join(", ");
  const words = `${spoken === "" ? "No findings" : spoken}${incomplete ? ", at least: packages may be missing" : ""}`;
  return (
    <span className="inline-flex flex-wrap items-center gap-1" title={words}>
      <span className="sr-only">{words}</span>
      {severities.map((severity) => {
        const { letter, classes } = severityLooks[severity];
        const none = counts[severity] === 0;
        return (
          <span
            key={severity}
            aria-hidden="true"
            className={`inline-flex min-w-9 items-center justify-between gap-1 rounded-sm px-1.5 py-px text-sm whitespace-nowrap tabular-nums ${none ? "bg-sunken text-muted" : `font-semibold ${classes}`}`}
          >
            <span className="font-mono text-[0.6875rem] font-normal">{letter}</span>
            {amount(counts[severity])}
          </span>
        );
      })}
      {incomplete && (
        <span aria-hidden="true" className="font-semibold text-stale">
          +
        </span>
      )}
    </span>
  );
}
