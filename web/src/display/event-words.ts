/** What kinds of events are called. */

export const kindWords: Readonly<Record<string, string>> = {
  "verdict.changed": "Verdict changed",
  "findings.changed": "Findings changed",
  "image.pushed": "Image pushed",
  "image.analysed": "Image analysed",
  "image.failed": "Analysis failed",
  "exception.requested": "Exception requested",
  "exception.approved": "Exception approved",
  "exception.refused": "Exception refused",
  "exception.withdrawn": "Exception withdrawn",
  "exception.expired": "Exception expired",
  "policy.created": "Policy added",
  "policy.changed": "Policy changed",
  "policy.deleted": "Policy deleted",
  "repository.enabled": "Repository enabled",
  "repository.disabled": "Repository disabled",
  "registry.connected": "Registry connected",
  "registry.removed": "Registry removed",
  "environment.changed": "Environment changed",
  "database.updated": "Database updated",
  "webhook.tested": "Webhook tested",
};
