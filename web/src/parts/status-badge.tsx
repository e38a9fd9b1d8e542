/** Met, not met, no data: always a word and a sign, never a colour alone. No data is never shown as clean. */
import type { ReactElement } from "react";
import { printable } from "../display/printable.ts";
import { Icon, type IconName } from "./icon.tsx";

export type PolicyStatus = "met" | "not_met" | "no_data";

const looks: Readonly<Record<PolicyStatus, { word: string; icon: IconName; classes: string }>> = {
  met: { word: "Met", icon: "check", classes: "bg-met-soft text-met" },
  not_met: { word: "Not met", icon: "close", classes: "bg-not-met-soft text-not-met" },
  no_data: {
    word: "No data",
    icon: "question",
    classes: "bg-no-data-soft text-no-data outline-1 -outline-offset-1 outline-dashed outline-no-data",
  },
};

/** `reason` stands beside the badge: why there is no data, or what is noted. */
export function StatusBadge({
  status,
  reason,
}: {
  status: PolicyStatus;
  reason?: string | null;
}): ReactElement {
  const { word, icon, classes } = looks[status];
  const badge = (
    <span
      className={`inline-flex items-baseline gap-1 rounded-sm px-1.5 py-px text-sm font-medium whitespace-nowrap ${classes}`}
    >
      <Icon name={icon} className="size-3.5 self-center" />
      {word}
    </span>
  );
  if (reason === undefined || reason === null || reason === "") return badge;
  return (
    <span className="inline-flex flex-wrap items-baseline gap-x-2">
      {badge}
      <span className="text-sm text-muted [overflow-wrap:anywhere]">
        {printable(reason, { charsMax: 300 })}
      </span>
    </span>
  );
}
