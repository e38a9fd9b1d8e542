/** The stream of events that keeps pages live. */
import { openEventStream } from "../event-stream.ts";
import { orgRoute, type Route } from "../route.ts";

export const streamRoutes: readonly Route[] = [
  orgRoute(
    {
      method: "get",
      path: "/orgs/{org}/stream",
      permission: "read",
      summary: "Server-sent events: ids and kinds of what happens; Last-Event-ID goes on from there",
      tag: "Events",
      response: { mediaTypes: ["text/event-stream"] },
      problems: ["RATE_LIMITED"],
    },
    ({ org, caller, request }, parts) => openEventStream({ org, caller, request }, parts),
  ),
];
