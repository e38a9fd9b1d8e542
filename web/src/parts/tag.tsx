/** A word about a thing in a small frame: a state, a kind, a note. Plain colours; what matters most has a part of its own. */
import type { ReactElement, ReactNode } from "react";
import { Icon, type IconName } from "./icon.tsx";

const tones = {
  plain: "bg-no-data-soft text-no-data",
  good: "bg-met-soft text-met",
  warn: "bg-stale-soft text-stale",
  bad: "bg-not-met-soft text-not-met",
  accent: "bg-accent-soft text-accent",
};

export interface TagProps {
  readonly tone?: keyof typeof tones;
  readonly icon?: IconName;
  readonly children: ReactNode;
}

export function Tag({ tone = "plain", icon, children }: TagProps): ReactElement {
  return (
    <span
      className={`inline-flex items-baseline gap-1 rounded-sm px-1.5 py-px text-sm font-medium whitespace-nowrap ${tones[tone]}`}
    >
      {icon !== undefined && <Icon name={icon} className="size-3.5 self-center" />}
      {children}
    </span>
  );
}
