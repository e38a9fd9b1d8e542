/** The audit log: of an organisation, and of the installation for its administrators. */
import { auditPage, auditQuery } from "../../api/rest/organisations.ts";
import { inOrg, outsideOrg } from "../../store/in-org.ts";
import { listAuditEntries } from "../../store/views/audit.ts";
import { orgRoute, route, type Route } from "../route.ts";

export const auditRoutes: readonly Route[] = [
  orgRoute(
    {
      method: "get",
      path: "/orgs/{org}/audit",
      permission: "read-audit",
      summary: "Who changed what, newest first",
      tag: "Audit log",
      query: auditQuery,
      response: auditPage,
    },
    ({ org, query }, { store }) => inOrg(store, org.id, (tx) => listAuditEntries(tx, org.id, query)),
  ),
  route(
    {
      method: "get",
      path: "/audit",
      permission: "manage-installation",
      summary: "Who changed what outside of organisations, newest first",
      tag: "Audit log",
      query: auditQuery,
      response: auditPage,
    },
    ({ query }, { store }) => outsideOrg(store, (tx) => listAuditEntries(tx, null, query)),
  ),
];
