/** Metrics for Prometheus and whatever reads its text: of an organisation, and of the installation. */
import { inOrg } from "../../store/in-org.ts";
import { findDatabaseState } from "../../store/stores/database-state.ts";
import { readMetrics } from "../../store/views/metrics.ts";
import { formatInstallationMetrics } from "../metrics/installation-metrics.ts";
import { formatOrganisationMetrics } from "../metrics/organisation-metrics.ts";
import { orgRoute, route, type Route } from "../route.ts";

const MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8";
const shared = { method: "get", tag: "Metrics", response: { mediaTypes: ["text/plain"] } } as const;

export const metricsRoutes: readonly Route[] = [
  orgRoute(
    {
      ...shared,
      path: "/orgs/{org}/metrics",
      alsoAt: "/v1/exporter/org/{org}/metrics",
      permission: "read",
      summary: "Metrics of the organisation, for Prometheus; Scout's series among them",
    },
    async ({ org }, { store }) => {
      const read = await inOrg(store, org.id, (tx) => readMetrics(tx, org.id, IMAGES_MAX), {
        readOnly: true,
      });
      return answer(await formatOrganisationMetrics(read));
    },
  ),
  route(
    {
      ...shared,
      path: "/metrics",
      permission: "read-installation-metrics",
      summary: "Metrics of the installation, for Prometheus: jobs, vulnerability database, feeds",
    },
    async ({ now }, { store, queue, version }) => {
      const [jobs, database] = await Promise.all([queue.count(), findDatabaseState(store.app)]);
      return answer(await formatInstallationMetrics({ version, jobs, database, now }));
    },
  ),
];

/** Each image has up to nine series; Prometheus is no place for every image of a large installation. */
const IMAGES_MAX = 1000;

function answer(text: string): Response {
  return new Response(text, { headers: { "content-type": MEDIA_TYPE, "cache-control": "no-store" } });
}
