/** The Plimsoll mark: the line on a ship's side to which she may be loaded. */
import type { ReactElement } from "react";

export function Logo({ className }: { className?: string }): ReactElement {
  return (
    <svg
      viewBox="0 0 32 32"
      className={`shrink-0 text-accent ${className ?? "size-6"}`}
      fill="none"
      stroke="currentColor"
      strokeWidth="3.2"
      strokeLinecap="round"
      aria-hidden="true"
      focusable="false"
    >
      <circle cx="16" cy="16" r="9.5" />
      <path d="M2.5 16h27" />
    </svg>
  );
}
