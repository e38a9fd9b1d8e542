/** How many images meet a policy: a bar and, always, the numbers in words. Images without data are never counted as met. */
import type { ReactElement } from "react";
import { amount } from "../../display/amounts.ts";

export interface ComplianceBarProps {
  readonly met: number;
  readonly notMet: number;
  readonly noData: number;
  /** Images that are not judged yet. */
  readonly waiting?: number;
}

export function ComplianceBar({ met, notMet, noData, waiting = 0 }: ComplianceBarProps): ReactElement {
  const total = met + notMet + noData;
  if (total === 0)
    return (
      <span className="text-sm text-muted italic">
        {waiting > 0 ? `${amount(waiting)} being judged` : "No images yet"}
      </span>
    );
  const parts = [
    [met, "met"],
    [notMet, "not met"],
    [noData, "no data"],
    [waiting, "being judged"],
  ] as const;
  const words = parts.filter(([count]) => count > 0).map(([count, word]) => `${amount(count)} ${word}`);
  return (
    <div className="space-y-1">
      <svg
        viewBox="0 0 100 6"
        preserveAspectRatio="none"
        className="block h-1.5 w-full rounded-sm"
        aria-hidden="true"
      >
        <rect width={(met / total) * 100} height="6" className="fill-met" />
        <rect x={(met / total) * 100} width={(notMet / total) * 100} height="6" className="fill-not-met" />
        <rect
          x={((met + notMet) / total) * 100}
          width={(noData / total) * 100}
          height="6"
          className="fill-no-data"
        />
      </svg>
      <span className="block text-sm">{words.join(", ")}</span>
    </div>
  );
}
