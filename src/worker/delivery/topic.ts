/** What an event is about, so that what belongs together is told together, and one ticket is kept for it. */
import type { EventContent } from "../../store/views/events.ts";
import { recordOf } from "../../domain/json-record.ts";

/** `advisory:CVE-2026-1234`, `policy:<uuid>`, `repository:<uuid>`, `exception:<uuid>`, `image.failed:<uuid>`, `registry.removed`. */
export function topicOf({ kind, repositoryId, policyId, exceptionId, imageId, body }: EventContent): string {
  if (exceptionId !== null) return `exception:${exceptionId}`;
  if (kind.startsWith("verdict.") || kind === "findings.changed") {
    const cause = firstCause(body);
    if (cause !== null) return cause.topic;
    if (repositoryId !== null) return `repository:${repositoryId}`;
  }
  const about = policyId ?? repositoryId ?? imageId;
  return about === null ? kind : `${kind}:${about}`;
}

/** What turned a verdict, where it is something that turns many: an advisory or a policy. `text` is a sentence. */
export function firstCause(
  body: EventContent["body"],
): { readonly topic: string; readonly text: string } | null {
  const causes = Array.isArray(body["causes"]) ? (body["causes"] as readonly unknown[]) : [];
  for (const each of causes) {
    const cause = recordOf(each);
    const text = cause?.["text"];
    if (typeof text !== "string") continue;
    const { kind, vulnerability, policy } = cause as Record<string, unknown>;
    if (kind === "advisory" && typeof vulnerability === "string")
      return { topic: `advisory:${vulnerability}`, text };
    if (kind === "policy" && typeof policy === "string") return { topic: `policy:${policy}`, text };
  }
  return null;
}
