/** What waits, for somebody or for the worker, and the state of the vulnerability database. */
import type { ReactElement } from "react";
import type { OverviewView } from "../../../../src/api/rest/organisations.ts";
import { useOrg } from "../../app/use-org.ts";
import { amount, counted } from "../../display/amounts.ts";
import { Card } from "../../parts/card.tsx";
import { TextLink } from "../../parts/link.tsx";
import { Tag } from "../../parts/tag.tsx";
import { TimeAgo } from "../../parts/time-ago.tsx";

export function WaitingCard({ overview }: { overview: OverviewView }): ReactElement {
  const { org, may } = useOrg();
  const { exceptionsWaiting, queue, database } = overview;
  return (
    <Card title="Waiting and running">
      <dl className="space-y-3">
        <div>
          <dt className="text-sm text-muted">Exceptions</dt>
          <dd>
            {exceptionsWaiting === 0 ? (
              "none waits for a decision"
            ) : (
              <TextLink to="/o/$org/exceptions" params={{ org }} search={{}}>
                {counted(exceptionsWaiting, "request")} {exceptionsWaiting === 1 ? "waits" : "wait"}{" "}
                {may("decide-exception") ? "for a decision" : "for somebody with the role security or owner"}
              </TextLink>
            )}
          </dd>
        </div>
        <div>
          <dt className="text-sm text-muted">Jobs of the worker</dt>
          <dd>{queueWords(queue)}</dd>
        </div>
        <div>
          <dt className="text-sm text-muted">Vulnerability database</dt>
          <dd className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <TextLink to="/o/$org/settings/database" params={{ org }} search={{}}>
              {database === null ? "none yet" : `${amount(database.advisoryCount)} advisories`}
            </TextLink>
            {database !== null && (
              <span className="text-muted">
                updated <TimeAgo time={database.updatedAt} />
              </span>
            )}
            {database?.stale === true && <Tag tone="warn">Stale</Tag>}
            {database?.demonstration === true && <Tag tone="warn">Demonstration</Tag>}
          </dd>
        </div>
      </dl>
    </Card>
  );
}

function queueWords({ waiting, active, failed }: OverviewView["queue"]): string {
  if (waiting + active + failed === 0) return "none";
  const parts = [
    [active, "running"],
    [waiting, "waiting"],
    [failed, "failed"],
  ] as const;
  return parts
    .filter(([count]) => count > 0)
    .map(([count, words]) => `${amount(count)} ${words}`)
    .join(", ");
}
