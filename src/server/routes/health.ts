/** Whether the server answers, for whatever watches over it. */
import { healthView } from "../../api/rest/session.ts";
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
];
