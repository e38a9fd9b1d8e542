/**
 * zot: CloudEvents, as the extension `events` sends them. The attributes stand in headers (`ce-type`) and the body is what happened; or
 * both in one document, as other senders of CloudEvents do.
 */
import { z } from "zod";
import { indexMediaTypes, manifestMediaTypes } from "../../oci/media-types.ts";
import { fromText, parseNotification, readToldPushes, shortText } from "../told-pushes.ts";
import type { NotificationContext, NotificationReading, RegistryKind } from "../types.ts";

export const zot: RegistryKind = Object.freeze<RegistryKind>({
  id: "zot",
  title: "zot",
  specs: [
    "https://zotregistry.dev/latest/articles/events/",
    "https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md",
  ],
  version: 1,
  status: "documented",
  setup:
    "A sink of the type `http` below `extensions.events`, with any user name and the token as `credentials.password`.",
  proof: { kind: "token" },
  notificationMediaTypes: ["application/json", "application/cloudevents+json"],
  listing: { kind: "catalog" },
  spaceInPath: null,
  readNotification,
});

const attributes = z.object({ id: shortText, type: z.string().max(300), time: shortText });
const image = z.object({
  name: shortText,
  /** Tag or digest. */
  reference: shortText,
  digest: shortText.nullish(),
  mediaType: z.string().max(255).nullish(),
});
const structured = attributes.extend({ data: z.unknown() });

function readNotification(body: unknown, { header }: NotificationContext): NotificationReading {
  const inHeaders = { id: header("ce-id"), type: header("ce-type"), time: header("ce-time") };
  const event =
    inHeaders.type === null
      ? parseNotification(structured, body, WHAT)
      : { ...parseNotification(attributes, inHeaders, WHAT), data: body };
  // What stands before may be set by the operator of the registry.
  if (!event.type.endsWith(".image.updated")) return { pushes: [], ignored: 1, problems: [] };
  const { name, reference, digest = null, mediaType = null } = parseNotification(image, event.data, WHAT);
  if (mediaType !== null && !manifestMediaTypes.includes(mediaType) && !indexMediaTypes.includes(mediaType))
    return { pushes: [], ignored: 1, problems: [] };
  return readToldPushes([
    {
      id: event.id,
      repository: name,
      tag: reference.includes(":") ? null : reference,
      digest: digest ?? (reference.includes(":") ? reference : null),
      mediaType,
      actor: null,
      at: fromText(event.time),
    },
  ]);
}

const WHAT = "an event of zot";
