/** What to know before believing a page: stands above what it is about, and stays. */
import type { ReactElement, ReactNode } from "react";
import { Icon } from "./icon.tsx";

const tones = {
  warn: { box: "border-stale bg-stale-soft", icon: "text-stale" },
  bad: { box: "border-not-met bg-not-met-soft", icon: "text-not-met" },
  plain: { box: "border-line bg-sunken", icon: "text-muted" },
};

export interface BannerProps {
  readonly tone?: keyof typeof tones;
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}

export function Banner({ tone = "warn", title, children, action }: BannerProps): ReactElement {
  const { box, icon } = tones[tone];
  return (
    <div
      role="status"
      className={`mb-4 flex flex-wrap items-start gap-x-3 gap-y-2 rounded-md border px-3.5 py-2.5 ${box}`}
    >
      <Icon name={tone === "plain" ? "info" : "alert"} className={`mt-0.5 ${icon}`} />
      <div className="min-w-56 flex-1">
        <p className="font-medium">{title}</p>
        {children !== undefined && <div className="text-sm [overflow-wrap:anywhere]">{children}</div>}
      </div>
      {action}
    </div>
  );
}
