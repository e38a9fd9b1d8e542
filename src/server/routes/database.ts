/** The vulnerability database that the workers use. */
import { databaseView } from "../../api/rest/checks.ts";
import { inOrg } from "../../store/in-org.ts";
import { findDatabaseState } from "../../store/stores/database-state.ts";
import { viewDatabase } from "../database-view.ts";
import { orgRoute, type Route } from "../route.ts";

export const databaseRoutes: readonly Route[] = [
  orgRoute(
    {
      method: "get",
      path: "/orgs/{org}/database",
      permission: "read",
      summary: "The vulnerability database: how old it is, and what it is made of",
      tag: "Database",
      response: databaseView,
    },
    ({ org, now }, { store, databaseAgeHoursMax }) =>
      inOrg(store, org.id, async (tx) =>
        viewDatabase(await findDatabaseState(tx), { now, ageHoursMax: databaseAgeHoursMax }),
      ),
  ),
];
