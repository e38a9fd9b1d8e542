/** What is known of the vulnerability database, with its age by the server's clock. */
import type { DatabaseView } from "../api/rest/checks.ts";
import type { DatabaseStatus } from "../domain/advisory.ts";
import type { StoredDatabaseState } from "../store/stores/database-state.ts";

export interface DatabaseAge {
  readonly ageHours: number;
  readonly stale: boolean;
}

/** As the command line tells it: the project's demonstration data is a fixed example, whose age says nothing. */
export function ageOf(
  { updatedAt, demonstration }: Pick<DatabaseStatus, "updatedAt" | "demonstration">,
  { now, ageHoursMax }: { readonly now: Date; readonly ageHoursMax: number },
): DatabaseAge {
  const ageMs = now.getTime() - Date.parse(updatedAt);
  return {
    ageHours: Math.max(0, Math.floor(ageMs / 3_600_000)),
    stale: !demonstration && ageMs > ageHoursMax * 3_600_000,
  };
}

/** `state` null: no worker has applied a database yet. */
export function viewDatabase(
  state: StoredDatabaseState | null,
  clock: { readonly now: Date; readonly ageHoursMax: number },
): DatabaseView {
  if (state === null) return nothing;
  const { status, appliedAt } = state;
  const { digest, updatedAt, demonstration, advisoryCount } = status;
  return {
    present: true,
    digest,
    updatedAt,
    ...ageOf(status, clock),
    demonstration,
    advisoryCount,
    appliedAt,
    feeds: status.feeds.map(({ feed, part, recordCount, fetchedAt, licence, failure }) => ({
      feed,
      part,
      recordCount,
      fetchedAt,
      licence,
      failure,
    })),
  };
}

const nothing: DatabaseView = {
  present: false,
  digest: null,
  updatedAt: null,
  ageHours: null,
  stale: false,
  demonstration: false,
  advisoryCount: null,
  appliedAt: null,
  feeds: [],
};
