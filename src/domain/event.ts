/**
 * What happened in an organisation, as told on the Events page, by notices and by webhooks. A kind is stored and never renamed.
 */
export const eventKinds = [
  "image.pushed",
  "image.analysed",
  "image.failed",
  "verdict.first",
  "verdict.changed",
  "findings.changed",
  "exception.requested",
  "exception.approved",
  "exception.refused",
  "exception.withdrawn",
  "exception.expired",
  "policy.created",
  "policy.changed",
  "policy.deleted",
  "repository.enabled",
  "repository.disabled",
  "registry.connected",
  "registry.removed",
  "environment.changed",
  "database.updated",
  "webhook.tested",
  "gate.stopped",
  "gate.glass-broken",
] as const;
export type EventKind = (typeof eventKinds)[number];

/** Kinds that people are told of (in-app notice, webhook) without asking for them. */
export const notifyingKinds: readonly EventKind[] = [
  "verdict.first",
  "verdict.changed",
  "image.failed",
  "exception.requested",
  "exception.approved",
  "exception.refused",
  "gate.glass-broken",
];
