/** Published shapes of commands that show no image, by the name of their file in `docs/reference/schemas/`. */
import type { z } from "zod";
import {
  affectedReport,
  cachePruneReport,
  cacheReport,
  configReport,
  filesReport,
  integrationsReport,
  organisationReport,
  registriesReport,
  repositoriesReport,
  signInReport,
  versionOrderReport,
  versionReport,
  versionSchemesReport,
  whoamiReport,
} from "./command-reports.ts";
import {
  databaseBuildReport,
  databaseExportReport,
  databaseFeedsReport,
  databasePullReport,
  databasePushReport,
  databaseQueryReport,
  databaseStatusReport,
  databaseUpdateReport,
  databaseVerifyReport,
} from "./database-reports.ts";
import { pushReport } from "./push-reports.ts";
import { vexRepositoriesReport } from "./vex-report.ts";

export const commandSchemas: Readonly<Record<string, z.ZodType>> = Object.freeze({
  "db-status-1": databaseStatusReport,
  "db-feeds-1": databaseFeedsReport,
  "db-build-1": databaseBuildReport,
  "db-update-1": databaseUpdateReport,
  "db-pull-1": databasePullReport,
  "db-push-1": databasePushReport,
  "db-export-1": databaseExportReport,
  "db-verify-1": databaseVerifyReport,
  "db-query-1": databaseQueryReport,
  "affected-1": affectedReport,
  "config-1": configReport,
  "cache-1": cacheReport,
  "cache-prune-1": cachePruneReport,
  "version-schemes-1": versionSchemesReport,
  "version-order-1": versionOrderReport,
  "files-1": filesReport,
  "integrations-1": integrationsReport,
  "push-1": pushReport,
  "sign-in-1": signInReport,
  "organisation-1": organisationReport,
  "version-1": versionReport,
  "whoami-1": whoamiReport,
  "registries-1": registriesReport,
  "repositories-1": repositoriesReport,
  "vex-repositories-1": vexRepositoriesReport,
});
