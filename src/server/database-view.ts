/** What is known of the vulnerability database, with its age by the server's clock. */
import type { DatabaseView } from "../api/rest/checks.ts";
import { databaseAgeOf, type AgeLimit } from "../domain/database-age.ts";
import type { StoredDatabaseState } from "../store/stores/database-state.ts";

/** `state` null: no worker has applied a database yet. */
export function viewDatabase(state: StoredDatabaseState | null, clock: AgeLimit): DatabaseView {
  if (state === null) return nothing;
  const { status, appliedAt, failure } = state;
  const { digest, updatedAt, demonstration, advisoryCount } = status;
  return {
    present: true,
    digest,
    updatedAt,
    ...databaseAgeOf(status, clock),
    demonstration,
    advisoryCount,
    appliedAt,
    failure,
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
  failure: null,
  feeds: [],
};
