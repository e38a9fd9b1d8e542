/** An organisation's metrics as Prometheus reads them: Scout's three series under their own names, and what those leave out. */
import { Gauge, Registry } from "prom-client";
import type { OrganisationMetrics } from "../../store/views/metrics.ts";
import { latestStream } from "../../store/views/metrics.ts";
import { severities } from "../../domain/advisory.ts";

/** Exposition format 0.0.4, the series in a fixed order. Text of images stands in labels, escaped. */
export function formatOrganisationMetrics(metrics: OrganisationMetrics): Promise<string> {
  const registry = new Registry();
  addScout(registry, metrics);
  addPolicies(registry, metrics);
  addRepositories(registry, metrics);
  addImages(registry, metrics);
  return registry.metrics();
}

/** https://docs.docker.com/scout/explore/metrics-exporter/ */
function addScout(registry: Registry, { streams, policies }: OrganisationMetrics): void {
  const vulnerabilities = gauge(registry, "scout_stream_vulnerabilities", {
    help: "Vulnerabilities in a stream",
    labels: ["streamName", "severity"],
  });
  for (const { stream, findings } of streams) {
    // A stream that nothing is known of has no series: zero would say that it is clean.
    if (findings === null) continue;
    for (const severity of severities)
      vulnerabilities.set({ streamName: stream, severity }, findings[severity]);
  }
  const labels = ["id", "displayName", "streamName"];
  const compliant = gauge(registry, "scout_policy_compliant_images", {
    help: "Compliant images for a policy in a stream",
    labels,
  });
  const evaluated = gauge(registry, "scout_policy_evaluated_images", {
    help: "Total images evaluated against a policy in a stream",
    labels,
  });
  for (const { id, title, stream, met, notMet } of policies) {
    const of = { id, displayName: title, streamName: stream };
    compliant.set(of, met);
    evaluated.set(of, met + notMet);
  }
}

function addPolicies(registry: Registry, { streams, policies }: OrganisationMetrics): void {
  const images = gauge(registry, "plimsoll_stream_images", {
    help: "Images in a stream; matched: those that a vulnerability database was asked about",
    labels: ["stream", "matched"],
  });
  for (const { stream, images: all, matched } of streams) {
    images.set({ stream, matched: "true" }, matched);
    images.set({ stream, matched: "false" }, all - matched);
  }
  const results = gauge(registry, "plimsoll_policy_images", {
    help: "Images in a stream by what a policy says of them",
    labels: ["stream", "policy", "title", "status"],
  });
  for (const { stream, id: policy, title, ...counts } of policies) {
    const of = { stream, policy, title };
    results.set({ ...of, status: "met" }, counts.met);
    results.set({ ...of, status: "not_met" }, counts.notMet);
    results.set({ ...of, status: "no_data" }, counts.noData);
    results.set({ ...of, status: "waiting" }, counts.waiting);
  }
}

function addImages(registry: Registry, { images, imagesLeftOut, streams }: OrganisationMetrics): void {
  const labels = ["repository", "tag", "digest", "platform"];
  const vulnerabilities = gauge(registry, "plimsoll_image_vulnerabilities", {
    help: "Findings of the image of a repository's latest tag; no series: unknown",
    labels: [...labels, "severity"],
  });
  const status = gauge(registry, "plimsoll_image_status", {
    help: "1 for the verdict on the image of a repository's latest tag: met, not_met, no_data, failed, waiting",
    labels: [...labels, "status"],
  });
  const percent = gauge(registry, "plimsoll_image_score_percent", {
    help: "Health score of the image of a repository's latest tag, 0 to 100",
    labels,
  });
  for (const { repository, tag, digest, platform, findings, ...image } of images) {
    const of = { repository, tag, digest, platform: platform ?? "" };
    if (findings !== null) {
      for (const severity of [...severities, "suppressed", "undetermined"] as const)
        vulnerabilities.set({ ...of, severity }, findings[severity]);
    }
    status.set({ ...of, status: image.status }, 1);
    if (image.percent !== null) percent.set(of, image.percent);
  }
  gauge(registry, "plimsoll_images_left_out", {
    help: `Images of ${latestStream} without a series of their own, because there are too many`,
    labels: [],
  }).set(imagesLeftOut);
  const total = streams.find(({ stream }) => stream === latestStream)?.images ?? 0;
  gauge(registry, "plimsoll_images", { help: `Images of ${latestStream}`, labels: [] }).set(total);
}

function addRepositories(registry: Registry, { repositories }: OrganisationMetrics): void {
  const vulnerabilities = gauge(registry, "plimsoll_repository_vulnerabilities", {
    help: "Findings of all images of a repository's latest tag; no series: unknown",
    labels: ["repository", "severity"],
  });
  for (const { repository, findings } of repositories) {
    if (findings === null) continue;
    for (const severity of severities) vulnerabilities.set({ repository, severity }, findings[severity]);
  }
}

function gauge(
  registry: Registry,
  name: string,
  { help, labels }: { readonly help: string; readonly labels: readonly string[] },
): Gauge {
  return new Gauge({ name, help, labelNames: [...labels], registers: [registry] });
}
