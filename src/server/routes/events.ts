/** What happened in an organisation. */
import { eventPage, eventQuery } from "../../api/rest/events.ts";
import { inOrg } from "../../store/in-org.ts";
import { listEvents } from "../../store/views/events.ts";
import { viewEvent } from "../event-view.ts";
import { orgRoute, type Route } from "../route.ts";

export const eventRoutes: readonly Route[] = [
  orgRoute(
    {
      method: "get",
      path: "/orgs/{org}/events",
      permission: "read",
      summary: "Events, the newest first; of one kind or about one image",
      tag: "Events",
      query: eventQuery,
      response: eventPage,
    },
    ({ org, query }, { store }) =>
      inOrg(store, org.id, async (tx) => {
        const { entries, next } = await listEvents(tx, org.id, query);
        return { entries: entries.map(viewEvent), next };
      }),
  ),
];
