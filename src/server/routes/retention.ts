/** Retention: one rule for the installation, said by its administrator. */
import { retentionView } from "../../api/rest/retention.ts";
import { outsideOrg } from "../../store/in-org.ts";
import { recordAudit } from "../../store/stores/audit.ts";
import { findRetention, recordRetention } from "../../store/stores/retention.ts";
import { callerActor } from "../caller.ts";
import { route, type Route } from "../route.ts";

const shared = { path: "/retention", permission: "manage-installation", tag: "Installation" } as const;

export const retentionRoutes: readonly Route[] = [
  route(
    {
      ...shared,
      method: "get",
      summary: "How long is kept what nothing names any more",
      response: retentionView,
    },
    (_call, { store }) => outsideOrg(store, (tx) => findRetention(tx)),
  ),
  route(
    {
      ...shared,
      method: "put",
      summary: "Say how long; workers remove what is older within the hour",
      body: retentionView,
      response: retentionView,
    },
    ({ caller, body }, { store }) =>
      outsideOrg(store, async (tx) => {
        const before = await findRetention(tx);
        await recordRetention(tx, body);
        const change = { action: "retention.changed", target: "retention", before, after: body };
        await recordAudit(tx, { orgId: null, actor: callerActor(caller), ...change });
        return body;
      }),
  ),
];
