/** Amazon ECR: its events on EventBridge, which a rule sends to an API destination with a header of one's own. */
import { z } from "zod";
import { imageConfigMediaTypes } from "../../oci/media-types.ts";
import { fromText, parseNotification, readToldPushes, shortText } from "../told-pushes.ts";
import type { NotificationReading, RegistryKind } from "../types.ts";

export const ecr: RegistryKind = Object.freeze<RegistryKind>({
  id: "ecr",
  title: "Amazon ECR",
  specs: [
    "https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html",
    "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html",
  ],
  version: 1,
  status: "documented",
  setup:
    "A rule for `source: aws.ecr`, `detail-type: ECR Image Action` with an API destination, whose connection is an API key named `Authorization` with the value `Bearer TOKEN`. Passwords of ECR last twelve hours, so a worker needs a fresh one.",
  proof: { kind: "token" },
  notificationMediaTypes: ["application/json"],
  listing: { kind: "catalog" },
  spaceInPath: null,
  readNotification,
});

const notification = z.object({
  id: shortText,
  "detail-type": z.string().max(200),
  source: z.string().max(200),
  account: z.string().max(100).nullish(),
  region: z.string().max(100).nullish(),
  time: shortText,
  detail: z
    .object({
      result: z.string().max(100).nullish(),
      "action-type": z.string().max(100).nullish(),
      "repository-name": shortText.nullish(),
      "image-digest": shortText.nullish(),
      "image-tag": shortText.nullish(),
      "manifest-media-type": shortText.nullish(),
      "artifact-media-type": shortText.nullish(),
    })
    .loose(),
});

function readNotification(body: unknown): NotificationReading {
  const read = parseNotification(notification, body, "an event of Amazon ECR");
  const { detail } = read;
  const artifact = detail["artifact-media-type"] ?? null;
  const isImage = artifact === null || imageConfigMediaTypes.includes(artifact);
  const isPush =
    read.source === "aws.ecr" &&
    read["detail-type"] === "ECR Image Action" &&
    detail["action-type"] === "PUSH" &&
    detail.result === "SUCCESS";
  if (!isPush || !isImage) return { pushes: [], ignored: 1, problems: [] };
  const { account, region } = read;
  return readToldPushes([
    {
      id: read.id,
      host: account && region ? `${account}.dkr.ecr.${region}.amazonaws.com` : null,
      repository: detail["repository-name"] ?? "",
      tag: detail["image-tag"] ?? null,
      digest: detail["image-digest"] ?? null,
      mediaType: detail["manifest-media-type"] ?? null,
      actor: null,
      at: fromText(read.time),
    },
  ]);
}
