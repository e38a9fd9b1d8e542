/** Every route of the API, one line a file. What is not in it is not served, and what is in it is tested with every role. */
import type { Route } from "../route.ts";
import { auditRoutes } from "./audit.ts";
import { bomRoutes } from "./bom.ts";
import { checkRoutes } from "./checks.ts";
import { clusterRoutes } from "./clusters.ts";
import { databaseRoutes } from "./database.ts";
import { environmentRoutes } from "./environments.ts";
import { eventRoutes } from "./events.ts";
import { exceptionRoutes } from "./exceptions.ts";
import { exportRoutes } from "./exports.ts";
import { harborRoutes } from "./harbor.ts";
import { healthRoutes } from "./health.ts";
import { imageRoutes } from "./images.ts";
import { memberRoutes } from "./members.ts";
import { metricsRoutes } from "./metrics.ts";
import { noticeRoutes } from "./notices.ts";
import { notificationRoutes } from "./notifications-in.ts";
import { organisationRoutes } from "./organisations.ts";
import { overviewRoutes } from "./overview.ts";
import { ownershipRoutes } from "./ownership.ts";
import { packageRoutes } from "./packages.ts";
import { policyRoutes } from "./policies.ts";
import { policyTypeRoutes } from "./policy-types.ts";
import { registryRoutes } from "./registries.ts";
import { replayRoutes } from "./replays.ts";
import { repositoryRoutes } from "./repositories.ts";
import { retentionRoutes } from "./retention.ts";
import { sbomRoutes } from "./sbom.ts";
import { sessionRoutes } from "./session.ts";
import { setupRoutes } from "./setup.ts";
import { signInProviderRoutes } from "./sign-in-providers.ts";
import { signInRoutes } from "./sign-in.ts";
import { streamRoutes } from "./stream.ts";
import { tokenRoutes } from "./tokens.ts";
import { trustRuleRoutes } from "./trust-rules.ts";
import { uploadRoutes } from "./uploads.ts";
import { verdictRoutes } from "./verdicts.ts";
import { vulnerabilityRoutes } from "./vulnerabilities.ts";
import { deliveryRoutes } from "./deliveries.ts";
import { webhookRoutes } from "./webhooks.ts";

export const allRoutes: readonly Route[] = [
  ...healthRoutes,
  ...setupRoutes,
  ...sessionRoutes,
  ...signInRoutes,
  ...signInProviderRoutes,
  ...tokenRoutes,
  ...trustRuleRoutes,
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
  ...deliveryRoutes,
  ...overviewRoutes,
  ...imageRoutes,
  ...replayRoutes,
  ...sbomRoutes,
  ...uploadRoutes,
  ...bomRoutes,
  ...harborRoutes,
  ...vulnerabilityRoutes,
  ...packageRoutes,
  ...registryRoutes,
  ...notificationRoutes,
  ...repositoryRoutes,
  ...ownershipRoutes,
  ...environmentRoutes,
  ...checkRoutes,
  ...clusterRoutes,
  ...verdictRoutes,
  ...databaseRoutes,
  ...retentionRoutes,
  ...exportRoutes,
  ...metricsRoutes,
];
