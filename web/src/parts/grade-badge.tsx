/** The grade of a score, A to F, as a filled square with its letter; no grade is a dash with the reason. */
import type { ReactElement } from "react";

const colours: Readonly<Record<string, string>> = {
  A: "bg-grade-a",
  B: "bg-grade-b",
  C: "bg-grade-c",
  D: "bg-grade-d",
  E: "bg-grade-e",
  F: "bg-grade-f",
};

export interface GradeBadgeProps {
  /** Null: no grade. */
  readonly grade: string | null;
  readonly percent?: number | null;
  /** Why there is no grade. */
  readonly reason?: string | null;
  readonly size?: "md" | "lg";
}

export function GradeBadge({ grade, percent, reason, size = "md" }: GradeBadgeProps): ReactElement {
  const box = size === "md" ? "size-6 text-sm" : "size-11 text-xl";
  const colour = grade === null ? undefined : colours[grade];
  if (grade === null || colour === undefined) {
    const words = `No grade${reason === undefined || reason === null ? "" : `: ${reason}`}`;
    return (
      <span
        role="img"
        aria-label={words}
        title={words}
        className={`inline-flex items-center justify-center rounded-md border border-dashed border-line-strong text-muted ${box}`}
      >
        –
      </span>
    );
  }
  const words = `Grade ${grade}${percent === undefined || percent === null ? "" : `, ${percent} %`}`;
  return (
    <span
      role="img"
      aria-label={words}
      title={words}
      className={`inline-flex items-center justify-center rounded-md font-bold text-on-grade ${colour} ${box}`}
    >
      {grade}
    </span>
  );
}
