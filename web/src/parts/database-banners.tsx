/** What to know of the vulnerability database before believing what rests on it: that it is old, or only an example. */
import type { ReactElement } from "react";
import { Banner } from "./banner.tsx";
import { TimeAgo } from "./time-ago.tsx";

export interface DatabaseMarks {
  readonly updatedAt: string | null;
  readonly stale: boolean;
  readonly demonstration: boolean;
}

export function DatabaseBanners({ database }: { database: DatabaseMarks }): ReactElement | null {
  const { updatedAt, stale, demonstration } = database;
  if (!stale && !demonstration) return null;
  return (
    <div>
      {demonstration && (
        <Banner title="Demonstration data">
          Findings rest on the project&rsquo;s own small example of a vulnerability database. Fetch a real one
          on the machine of the worker: <code className="font-mono">plimsoll db update</code>
        </Banner>
      )}
      {stale && (
        <Banner title="The vulnerability database is stale">
          It was updated <TimeAgo time={updatedAt} />, longer ago than it should be: what was published since
          is not in any result. Run <code className="font-mono">plimsoll db update</code> on the machine of
          the worker.
        </Banner>
      )}
    </div>
  );
}
