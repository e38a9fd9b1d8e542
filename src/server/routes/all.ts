/** Every route of the API, one line a file. What is not in it is not served, and what is in it is tested with every role. */
import type { Route } from "../route.ts";
import { auditRoutes } from "./audit.ts";
import { eventRoutes } from "./events.ts";
import { exceptionRoutes } from "./exceptions.ts";
import { healthRoutes } from "./health.ts";
import { memberRoutes } from "./members.ts";
import { noticeRoutes } from "./notices.ts";
import { organisationRoutes } from "./organisations.ts";
import { policyRoutes } from "./policies.ts";
import { policyTypeRoutes } from "./policy-types.ts";
import { sessionRoutes } from "./session.ts";
import { setupRoutes } from "./setup.ts";
import { streamRoutes } from "./stream.ts";
import { tokenRoutes } from "./tokens.ts";
import { webhookRoutes } from "./webhooks.ts";

export const allRoutes: readonly Route[] = [
  ...healthRoutes,
  ...setupRoutes,
  ...sessionRoutes,
  ...tokenRoutes,
  ...organisationRoutes,
  ...memberRoutes,
  ...auditRoutes,
  ...policyTypeRoutes,
  ...policyRoutes,
  ...exceptionRoutes,
  ...eventRoutes,
  ...streamRoutes,
  ...noticeRoutes,
  ...webhookRoutes,
];
