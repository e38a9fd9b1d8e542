/** What to know of the vulnerability database before believing what rests on it: that it is old, only an example, or not the newest. */
import type { ReactElement } from "react";
import { Banner } from "./banner.tsx";
import { PlainText } from "./plain-text.tsx";
import { TimeAgo } from "./time-ago.tsx";

export interface DatabaseMarks {
  readonly updatedAt: string | null;
  readonly stale: boolean;
  readonly demonstration: boolean;
  /** Why the one in the workers' folder is not used; null: it is. */
  readonly failure: string | null;
}

export function DatabaseBanners({ database }: { database: DatabaseMarks }): ReactElement | null {
  const { updatedAt, stale, demonstration, failure } = database;
  if (!stale && !demonstration && failure === null) return null;
  return (
    <div>
      {demonstration && (
        <Banner title="Demonstration data">
          Findings rest on the project&rsquo;s own small example of a vulnerability database. Fetch a real one
          on the machine of the worker: <code className="font-mono">plimsoll db update</code>
        </Banner>
      )}
      {failure !== null && (
        <Banner title="The newest vulnerability database is not used" tone="bad">
          <PlainText text={failure} charsMax={1000} /> What was found with the one before stays; images that
          come in meanwhile are not judged.
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
