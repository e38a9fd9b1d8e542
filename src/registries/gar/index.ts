/**
 * Google Artifact Registry: messages of the topic `gcr`, pushed by Pub/Sub in its envelope. The path of a repository holds project and
 * repository: `my-project/my-repo/my-app`.
 */
import { z } from "zod";
import { PlimsollError } from "../../domain/error.ts";
import { fromText, parseNotification, readToldPushes, shortText } from "../told-pushes.ts";
import type { NotificationReading, RegistryKind } from "../types.ts";

export const gar: RegistryKind = Object.freeze<RegistryKind>({
  id: "gar",
  title: "Google Artifact Registry",
  specs: [
    "https://cloud.google.com/artifact-registry/docs/configure-notifications",
    "https://cloud.google.com/pubsub/docs/push",
  ],
  version: 1,
  status: "documented",
  setup:
    "A push subscription of the topic `gcr` to the address that holds the key. A token that Pub/Sub can add is not checked.",
  proof: { kind: "address" },
  notificationMediaTypes: ["application/json"],
  listing: {
    kind: "none",
    reason: "its API takes only tokens of Google that last an hour; name the repositories",
  },
  spaceInPath: null,
  readNotification,
});

const envelope = z.object({
  message: z.object({
    data: z.string().max(100_000),
    messageId: shortText.nullish(),
    message_id: shortText.nullish(),
    publishTime: shortText.nullish(),
    publish_time: shortText.nullish(),
  }),
});
const change = z.object({
  action: z.string().max(100),
  digest: shortText.nullish(),
  tag: shortText.nullish(),
});

function readNotification(body: unknown): NotificationReading {
  const { message } = parseNotification(envelope, body, WHAT);
  const { action, digest = null, tag = null } = parseNotification(change, decode(message.data), WHAT);
  if (action !== "INSERT") return { pushes: [], ignored: 1, problems: [] };
  const named = split(digest, "@") ?? split(tag, ":");
  return readToldPushes([
    {
      id: message.messageId ?? message.message_id ?? "",
      host: named?.host ?? null,
      repository: named?.path ?? "",
      tag: split(tag, ":")?.name ?? null,
      digest: split(digest, "@")?.name ?? null,
      mediaType: null,
      actor: null,
      at: fromText(message.publishTime ?? message.publish_time ?? ""),
    },
  ]);
}

const WHAT = "a message of Pub/Sub about an image";

function decode(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, "base64").toString("utf8"));
  } catch (cause) {
    throw new PlimsollError("NOTIFICATION_INVALID", `The notification is not ${WHAT}.`, { cause });
  }
}

/** `us-docker.pkg.dev/my-project/my-repo/my-app@sha256:…` */
function split(
  text: string | null,
  mark: "@" | ":",
): { readonly host: string; readonly path: string; readonly name: string } | null {
  const slash = text?.indexOf("/") ?? -1;
  const at = text?.indexOf(mark, slash) ?? -1;
  if (text === null || slash < 1 || at < 0) return null;
  return { host: text.slice(0, slash), path: text.slice(slash + 1, at), name: text.slice(at + 1) };
}
