/** The cell that says how many policies are met, with an arrow against the push before; it leads to the results. */
import type { ReactElement } from "react";
import type { ComplianceView, ImageRowView } from "../../../../src/api/rest/images.ts";
import { useOrg } from "../../app/use-org.ts";
import { TextLink } from "../../parts/link.tsx";
import { StatusBadge } from "../../parts/status-badge.tsx";

export function ComplianceLink({ row }: { row: ImageRowView }): ReactElement | null {
  const { org } = useOrg();
  const { compliance, imageId } = row;
  if (imageId === null) return null;
  if (compliance === null) return <span className="text-sm text-muted italic">Not judged</span>;
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2">
      <StatusBadge status={compliance.status} />
      <TextLink to="/o/$org/images/$imageId" params={{ org, imageId }} search={{ tab: "policies" }}>
        {compliance.met} of {compliance.total}
        <span className="sr-only"> policies met</span>
      </TextLink>
      <Trend trend={compliance.trend} />
    </span>
  );
}

const trends = {
  better: { sign: "↑", words: "more than the push before", classes: "text-met" },
  worse: { sign: "↓", words: "fewer than the push before", classes: "text-not-met" },
  same: { sign: "→", words: "as many as the push before", classes: "text-muted" },
} as const;

function Trend({ trend }: Pick<ComplianceView, "trend">): ReactElement | null {
  if (trend === null) return null;
  const { sign, words, classes } = trends[trend];
  return (
    <span className={classes} title={words}>
      <span aria-hidden="true">{sign}</span>
      <span className="sr-only">{words}</span>
    </span>
  );
}
