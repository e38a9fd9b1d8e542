/** One exception: what it says of what, who asked, who decided, and what the reader may do with it. */
import { useState, type ReactElement } from "react";
import type { ExceptionView } from "../../../../src/api/rest/exceptions.ts";
import { printable } from "../../display/printable.ts";
import { Button } from "../../parts/button.tsx";
import { PlainText } from "../../parts/plain-text.tsx";
import { Tag } from "../../parts/tag.tsx";
import { TimeAgo } from "../../parts/time-ago.tsx";
import { DecisionDialog, type Decision } from "./decision-dialog.tsx";

export function ExceptionCard({ exception }: { exception: ExceptionView }): ReactElement {
  const [deciding, setDeciding] = useState<Decision | null>(null);
  const id = printable(exception.vulnerability, { charsMax: 100 });
  const decisions: readonly Decision[] = [
    ...(exception.mayDecide ? (["approve", "refuse"] as const) : []),
    ...(exception.mayWithdraw ? (["withdraw"] as const) : []),
  ];
  return (
    <>
      <div className="flex flex-wrap items-center justify-between gap-2">
        <div className="flex flex-wrap items-center gap-2">
          <h2 className="font-semibold">{id}</h2>
          <Tag tone={exception.kind === "accepted_risk" ? "warn" : "plain"}>
            {exception.kind === "accepted_risk" ? "Accepted risk" : "False positive"}
          </Tag>
        </div>
        <div className="flex flex-wrap gap-2">
          {decisions.map((decision) => (
            <Button
              key={decision}
              size="sm"
              look={decision === "approve" ? "primary" : "secondary"}
              aria-label={`${words[decision]} ${id}`}
              onClick={() => setDeciding(decision)}
            >
              {words[decision]}
            </Button>
          ))}
        </div>
      </div>
      <PlainText className="mt-1 block" text={exception.reason} lines charsMax={4000} />
      <Scope exception={exception} />
      <People exception={exception} />
      {deciding !== null && (
        <DecisionDialog exception={exception} decision={deciding} onClose={() => setDeciding(null)} />
      )}
    </>
  );
}

const words: Readonly<Record<Decision, string>> = {
  approve: "Approve",
  refuse: "Refuse",
  withdraw: "Withdraw",
};

function Scope({ exception: { scope, justification } }: { exception: ExceptionView }): ReactElement {
  const lines: readonly (readonly [string, string])[] = [
    ...(justification === null ? [] : [["Justification", justification.replaceAll("_", " ")] as const]),
    ["Package", scope.purl ?? "any"],
    ["Repository", scope.repository ?? "all"],
    ...(scope.digest === null ? [] : [["Image", scope.digest] as const]),
  ];
  return (
    <dl className="mt-2 grid grid-cols-[auto_1fr] gap-x-4 text-sm">
      {lines.map(([name, text]) => (
        <div key={name} className="contents">
          <dt className="text-muted">{name}</dt>
          <dd>
            <PlainText text={text} charsMax={500} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function People({ exception }: { exception: ExceptionView }): ReactElement {
  const { decidedBy, decidedAt, decisionNote, expiresAt, state } = exception;
  return (
    <div className="mt-2 space-y-0.5 text-sm text-muted">
      <p>
        Requested by <PlainText text={exception.requestedBy} charsMax={100} />,{" "}
        <TimeAgo time={exception.requestedAt} />
        {expiresAt !== null && (
          <>
            ; {state === "expired" ? "expired" : "expires"} <TimeAgo time={expiresAt} />
          </>
        )}
      </p>
      {decidedBy !== null && (
        <p>
          {decisionWords[state] ?? "Decided"} by <PlainText text={decidedBy} charsMax={100} />,{" "}
          <TimeAgo time={decidedAt} />
          {decisionNote !== null && decisionNote !== "" && (
            <>
              : <PlainText className="text-text" text={decisionNote} lines charsMax={4000} />
            </>
          )}
        </p>
      )}
    </div>
  );
}

/** An exception that ended was approved before. */
const decisionWords: Readonly<Partial<Record<ExceptionView["state"], string>>> = {
  approved: "Approved",
  expired: "Approved",
  refused: "Refused",
};
