/** Whether the server answers, for whatever watches over it: by the API, and where orchestrators look. */
import { healthView } from "../../api/rest/session.ts";
import { PlimsollError } from "../../domain/error.ts";
import { hasAccounts } from "../../store/stores/accounts.ts";
import { route, type Route } from "../route.ts";

export const healthRoutes: readonly Route[] = [
  route(
    {
      method: "get",
      path: "/health",
      permission: "public",
      summary: "Whether the server and its database answer",
      tag: "Server",
      response: healthView,
    },
    async (_call, { store }) => {
      await hasAccounts(store.app);
      return { status: "ok" };
    },
  ),
  route(
    {
      method: "get",
      path: "/health/live",
      alsoAt: "/livez",
      permission: "public",
      summary: "Whether the process answers, whatever its database does; also at /livez",
      tag: "Server",
      response: healthView,
    },
    // A database that is away is no reason to end a server: it would come back no sooner.
    async () => ({ status: "ok" }),
  ),
  route(
    {
      method: "get",
      path: "/health/ready",
      alsoAt: "/readyz",
      permission: "public",
      summary:
        "Whether requests are to be sent here: its database answers, and it is not ending; also at /readyz",
      tag: "Server",
      response: healthView,
      problems: ["STORE_UNREACHABLE", "SERVER_ENDING"],
    },
    async (_call, { store, signal }) => {
      if (signal.aborted) throw new PlimsollError("SERVER_ENDING", "The server is ending.");
      try {
        await hasAccounts(store.app);
      } catch (error) {
        throw new PlimsollError("STORE_UNREACHABLE", "The database does not answer.", { cause: error });
      }
      return { status: "ok" };
    },
  ),
];
