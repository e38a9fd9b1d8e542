/** Exceptions: asked for, decided on by others, withdrawn, and exported for those who read OpenVEX. */
import { z } from "zod";
import {
  decisionRequest,
  exceptionPage,
  exceptionQuery,
  exceptionRequest,
  exceptionView,
} from "../../api/rest/exceptions.ts";
import { uuid } from "../../api/rest/fields.ts";
import { PlimsollError } from "../../domain/error.ts";
import { inOrg } from "../../store/in-org.ts";
import { listDecidedExceptions } from "../../store/views/evaluation-sources.ts";
import { findException, listExceptions, listRepositoryNames } from "../../store/views/exceptions.ts";
import { writeOpenVex } from "../../vex/openvex/write.ts";
import { decide, viewException, withdraw } from "../exception-decisions.ts";
import { requestException } from "../exception-requests.ts";
import { orgRoute, type Route } from "../route.ts";

const reading = { method: "get", tag: "Exceptions" } as const;
const params = z.object({ exceptionId: uuid });

const readRoutes: readonly Route[] = [
  orgRoute(
    {
      ...reading,
      path: "/orgs/{org}/exceptions",
      permission: "read",
      summary: "Exceptions, the newest request first",
      query: exceptionQuery,
      response: exceptionPage,
    },
    ({ org, caller, now, query }, { store }) =>
      inOrg(store, org.id, async (tx) => {
        const { entries, next } = await listExceptions(tx, org.id, query);
        return { entries: entries.map((each) => viewException(each, { caller, org, now })), next };
      }),
  ),
  orgRoute(
    {
      ...reading,
      path: "/orgs/{org}/exceptions/{exceptionId}",
      permission: "read",
      summary: "One exception",
      params,
      response: exceptionView,
    },
    ({ org, caller, now, params: { exceptionId } }, { store }) =>
      inOrg(store, org.id, async (tx) => {
        const found = await findException(tx, org.id, exceptionId);
        if (found === null) throw new PlimsollError("NOT_FOUND", "There is no such exception.");
        return viewException(found, { caller, org, now });
      }),
  ),
  orgRoute(
    {
      ...reading,
      path: "/orgs/{org}/exceptions/openvex",
      permission: "download",
      summary: "Approved exceptions as an OpenVEX document; with an id, that one",
      query: z.object({ id: uuid.optional() }),
      response: { mediaTypes: ["application/json"] },
    },
    ({ org, now, query: { id } }, { store }) =>
      inOrg(store, org.id, async (tx) => {
        const inForce = await listDecidedExceptions(tx, org.id, { now, ids: [] });
        const repositories = await listRepositoryNames(tx, org.id);
        const { text, omitted } = writeOpenVex({
          exceptions: id === undefined ? inForce : inForce.filter((exception) => exception.id === id),
          repositories: repositories.map(({ name }) => name),
          author: org.name,
          timestamp: now,
        });
        if (text === null) {
          const why =
            omitted.length > 0 ? "The organisation has no repository to name." : "None is in force.";
          throw new PlimsollError("NOT_FOUND", `There is no exception to be written. ${why}`);
        }
        return new Response(text, {
          headers: {
            "content-type": "application/json",
            "content-disposition": `attachment; filename="${org.name}.openvex.json"`,
            // Exceptions for which no product can be written are not left out in silence.
            "x-plimsoll-omitted": String(omitted.length),
          },
        });
      }),
  ),
];

const decideRoute = (verb: "approve" | "refuse", state: "approved" | "refused"): Route =>
  orgRoute(
    {
      method: "post",
      path: `/orgs/{org}/exceptions/{exceptionId}/${verb}`,
      permission: "decide-exception",
      summary: `${verb === "approve" ? "Approve" : "Refuse"} a request of somebody else`,
      tag: "Exceptions",
      params,
      body: decisionRequest,
      response: exceptionView,
      problems: ["OWN_REQUEST", "CONFLICT"],
    },
    ({ org, caller, now, params: { exceptionId }, body: { note } }, { store, queue }) =>
      inOrg(store, org.id, async (tx) => {
        const context = { tx, queue, orgId: org.id, caller, now };
        return viewException(await decide(context, exceptionId, { state, note }), { caller, org, now });
      }),
  );

export const exceptionRoutes: readonly Route[] = [
  ...readRoutes,
  orgRoute(
    {
      method: "post",
      path: "/orgs/{org}/exceptions",
      permission: "request-exception",
      summary: "Ask for an exception; another person decides",
      tag: "Exceptions",
      body: exceptionRequest,
      response: exceptionView,
      status: 201,
      problems: ["CONFLICT"],
    },
    ({ org, caller, now, body }, { store, queue }) =>
      inOrg(store, org.id, async (tx) => {
        const asked = await requestException({ tx, queue, orgId: org.id, caller, now }, body);
        return viewException(asked, { caller, org, now });
      }),
  ),
  decideRoute("approve", "approved"),
  decideRoute("refuse", "refused"),
  orgRoute(
    {
      method: "post",
      path: "/orgs/{org}/exceptions/{exceptionId}/withdraw",
      permission: "request-exception",
      summary: "Take back an own open request; or, with the right to decide, any request or approval",
      tag: "Exceptions",
      params,
      body: decisionRequest,
      response: exceptionView,
      problems: ["CONFLICT"],
    },
    ({ org, caller, now, params: { exceptionId }, body: { note } }, { store, queue }) =>
      inOrg(store, org.id, async (tx) => {
        const context = { tx, queue, orgId: org.id, caller, now };
        return viewException(await withdraw(context, exceptionId, { org, note }), { caller, org, now });
      }),
  ),
];
