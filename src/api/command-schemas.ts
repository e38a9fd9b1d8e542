/** Published shapes of commands that show no image, by the name of their file in `docs/reference/schemas/`. */
import type { z } from "zod";
import {
  cachePruneReport,
  cacheReport,
  configReport,
  integrationsReport,
  registriesReport,
  repositoriesReport,
  versionOrderReport,
  versionSchemesReport,
  whoamiReport,
} from "./command-reports.ts";
import { pushReport } from "./push-reports.ts";

export const commandSchemas: Readonly<Record<string, z.ZodType>> = Object.freeze({
  "config-1": configReport,
  "cache-1": cacheReport,
  "cache-prune-1": cachePruneReport,
  "version-schemes-1": versionSchemesReport,
  "version-order-1": versionOrderReport,
  "integrations-1": integrationsReport,
  "push-1": pushReport,
  "whoami-1": whoamiReport,
  "registries-1": registriesReport,
  "repositories-1": repositoriesReport,
});
