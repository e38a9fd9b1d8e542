/** The newest changes of verdicts, each with its cause. */
import type { ReactElement } from "react";
import type { OverviewView } from "../../../../src/api/rest/organisations.ts";
import { useOrg } from "../../app/use-org.ts";
import { Card } from "../../parts/card.tsx";
import { TextLink } from "../../parts/link.tsx";
import { PlainText } from "../../parts/plain-text.tsx";
import { TimeAgo } from "../../parts/time-ago.tsx";

export function RecentChanges({ recent }: { recent: OverviewView["recent"] }): ReactElement {
  const { org } = useOrg();
  return (
    <Card
      title="Recent verdict changes"
      flush
      actions={
        <TextLink
          to="/o/$org/events"
          params={{ org }}
          search={{ kind: "verdict.changed" }}
          className="text-sm"
        >
          All verdict changes
        </TextLink>
      }
    >
      {recent.length === 0 ? (
        <p className="px-4 py-6 text-center text-muted">
          No verdict has changed yet. A push, a new advisory, a policy or an exception can turn one.
        </p>
      ) : (
        <ol aria-label="Recent verdict changes" className="divide-y divide-line">
          {recent.map(({ eventId, at, title, imageId }) => (
            <li
              key={eventId}
              className="flex flex-col gap-x-6 px-4 py-2.5 sm:flex-row sm:items-baseline sm:justify-between"
            >
              <span className="min-w-0">
                {imageId === null ? (
                  <PlainText text={title} charsMax={600} />
                ) : (
                  <TextLink
                    to="/o/$org/images/$imageId"
                    params={{ org, imageId }}
                    search={{ tab: "history" }}
                  >
                    <PlainText text={title} charsMax={600} />
                  </TextLink>
                )}
              </span>
              <span className="text-sm text-muted">
                <TimeAgo time={at} />
              </span>
            </li>
          ))}
        </ol>
      )}
    </Card>
  );
}
