/** How many images meet a policy: a bar and, always, the numbers in words. Images without data are never counted as met. */
import type { ReactElement } from "react";
import { amount } from "../../display/amounts.ts";
import { ShareBar } from "../../parts/share-bar.tsx";

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
      <ShareBar
        shares={[
          { id: "met", count: met, fill: "fill-met" },
          { id: "notMet", count: notMet, fill: "fill-not-met" },
          { id: "noData", count: noData, fill: "fill-no-data" },
          { id: "waiting", count: waiting, fill: "fill-line-strong" },
        ]}
      />
      <span className="block text-sm">{words.join(", ")}</span>
    </div>
  );
}
