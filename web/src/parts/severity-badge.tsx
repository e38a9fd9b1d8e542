/** The severity of one finding: its letter and its word. */
import type { ReactElement } from "react";
import { readSeverity, severityLooks } from "./severity.ts";

export function SeverityBadge({ severity }: { severity: string }): ReactElement {
  const { word, letter, classes } = severityLooks[readSeverity(severity)];
  return (
    <span
      className={`inline-flex items-center gap-1.5 rounded-sm px-1.5 py-px text-sm font-medium whitespace-nowrap ${classes}`}
    >
      <span aria-hidden="true" className="font-mono text-xs font-bold">
        {letter}
      </span>
      {word}
    </span>
  );
}
