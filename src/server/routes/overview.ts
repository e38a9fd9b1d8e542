/** The Overview page. */
import { overviewView, type OverviewView } from "../../api/rest/organisations.ts";
import { inOrg } from "../../store/in-org.ts";
import { findDatabaseState, type StoredDatabaseState } from "../../store/stores/database-state.ts";
import { getOverview } from "../../store/views/overview.ts";
import { databaseAgeOf } from "../../domain/database-age.ts";
import { orgRoute, type Route } from "../route.ts";

export const overviewRoutes: readonly Route[] = [
  orgRoute(
    {
      method: "get",
      path: "/orgs/{org}/overview",
      permission: "read",
      summary: "How the images that count stand",
      tag: "Overview",
      response: overviewView,
    },
    ({ org, now }, { store, databaseAgeHoursMax }) =>
      inOrg(
        store,
        org.id,
        async (tx): Promise<OverviewView> => {
          const overview = await getOverview(tx, org.id);
          const clock = { now, ageHoursMax: databaseAgeHoursMax };
          return {
            ...overview,
            policies: overview.policies.map(({ id, title, effect, compliance }) => ({
              id,
              title,
              effect,
              met: compliance.met,
              notMet: compliance.notMet,
              noData: compliance.noData,
            })),
            recent: overview.recent.map((change) => ({ ...change, at: change.at.toISOString() })),
            database: viewDatabase(await findDatabaseState(tx), clock),
          };
        },
        { readOnly: true },
      ),
  ),
];

function viewDatabase(
  state: StoredDatabaseState | null,
  clock: { readonly now: Date; readonly ageHoursMax: number },
): OverviewView["database"] {
  if (state === null) return null;
  const { updatedAt, demonstration, advisoryCount } = state.status;
  const { failure } = state;
  return { updatedAt, ...databaseAgeOf(state.status, clock), demonstration, advisoryCount, failure };
}
