/**
 * The CNCF distribution registry (docker-registry) and those that send its notifications: an envelope of events, each of one
 * action on one blob or manifest (https://distribution.github.io/distribution/about/notifications/).
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import { PlimsollError } from "../../domain/error.ts";
import { printable } from "../../domain/problem.ts";
import { indexMediaTypes, manifestMediaTypes } from "../../oci/media-types.ts";
import type { ImagePush, NotificationReading, RegistryKind } from "../types.ts";
import { isNoImage } from "./no-image.ts";
import { manifestPush, type ManifestPush } from "./manifest-push.ts";

export const distribution: RegistryKind = Object.freeze({
  id: "distribution",
  title: "Distribution registry",
  specs: [
    "https://distribution.github.io/distribution/about/notifications/",
    "https://github.com/distribution/distribution/blob/main/notifications/event.go",
  ],
  version: 1,
  notificationMediaTypes: [
    "application/vnd.docker.distribution.events.v2+json",
    "application/vnd.docker.distribution.events.v1+json",
    "application/json",
  ],
  readNotification,
});

/** One notification holds at most this many events; a registry sends one to a few. */
const EVENTS_MAX = 1000;
/** Further pushes that were not understood are only counted. */
const PROBLEMS_MAX = 10;

const envelope = z.object({
  events: z
    .array(
      z
        .object({
          action: z.string().max(100),
          target: z.object({ mediaType: z.string().max(255).default("") }).loose(),
        })
        .loose(),
    )
    .max(EVENTS_MAX),
});

function readNotification(body: unknown): NotificationReading {
  const read = envelope.safeParse(body);
  if (!read.success) {
    const [first] = read.error.issues;
    const place = printable(first?.path.join(".") ?? "", 100);
    throw new PlimsollError(
      "NOTIFICATION_INVALID",
      `The notification is not an envelope of at most ${EVENTS_MAX} events (at "${place}").`,
    );
  }
  const pushes: ImagePush[] = [];
  const problems: string[] = [];
  let ignored = 0;
  for (const event of read.data.events) {
    if (event.action !== "push" || !isManifest(event.target.mediaType)) {
      ignored++;
      continue;
    }
    const push = manifestPush.safeParse(event);
    if (!push.success) {
      ignored++;
      if (problems.length < PROBLEMS_MAX) problems.push(describe(push.error));
    } else if (isNoImage(push.data)) {
      ignored++;
    } else {
      pushes.push(toImagePush(push.data));
    }
  }
  return { pushes, ignored, problems };
}

function isManifest(mediaType: string): boolean {
  return manifestMediaTypes.includes(mediaType) || indexMediaTypes.includes(mediaType);
}

function toImagePush({ id, timestamp, target, request, actor }: ManifestPush): ImagePush {
  const { repository, digest, mediaType } = target;
  const tag = target.tag === undefined || target.tag === "" ? null : target.tag;
  const name = printable(actor?.name ?? "", ACTOR_LENGTH_MAX);
  return {
    // Their ids are random per event; hashed with what the event is about, so that one id cannot hide another push.
    id: createHash("sha256")
      .update(JSON.stringify([id, timestamp, repository, tag, digest]))
      .digest("hex"),
    host: request?.host ?? null,
    repository,
    tag,
    digest,
    isIndex: indexMediaTypes.includes(mediaType),
    actor: name === "" ? null : name,
    at: new Date(timestamp),
  };
}

const ACTOR_LENGTH_MAX = 200;

function describe(error: z.ZodError): string {
  const [first] = error.issues;
  const place = printable(first?.path.join(".") ?? "", 100);
  return `A push was not understood: ${place} ${printable(first?.message ?? "is not valid", 200)}.`;
}
