/** What the sign-in page must know before anybody is signed in. */
import { setupView } from "../../api/rest/session.ts";
import { hasAccounts } from "../../store/stores/accounts.ts";
import { route, type Route } from "../route.ts";

export const setupRoutes: readonly Route[] = [
  route(
    {
      method: "get",
      path: "/setup",
      permission: "public",
      summary: "Whether the first account is still to be made",
      tag: "Server",
      response: setupView,
    },
    async (_call, { store, version }) => ({ needsOwner: !(await hasAccounts(store.app)), version }),
  ),
];
