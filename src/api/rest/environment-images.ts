/** What runs in an environment, image by image. */
import { z } from "zod";
import { statusView } from "../verdict-views.ts";
import { pageOf, pageQuery, textOrNull, time, uuid } from "./fields.ts";

export const environmentImageQuery = z.object(pageQuery);
export const environmentImageView = z.object({
  imageId: uuid,
  repository: z.string(),
  tag: textOrNull.describe("The one that it was pushed with last"),
  digest: z.string(),
  platform: textOrNull,
  status: statusView.nullable().describe("What the policies say; null: not judged"),
  recordedBy: z.string(),
  recordedAt: time,
  drifted: z
    .boolean()
    .nullable()
    .describe("True: the tag names another digest by now; null: it has no tag, or the tag is gone"),
});
export type EnvironmentImageView = z.output<typeof environmentImageView>;
export const environmentImagePage = pageOf(environmentImageView);
