/** JSON of `plimsoll push`, and a line of `plimsoll watch`. */
import { z } from "zod";
import { uploadView } from "./rest/uploads.ts";

const textOrNull = z.string().nullable();
const completeness = z.enum(["complete", "incomplete"]);

export const pushReport = z.strictObject({
  schema: z.literal("urn:plimsoll:report:push:1"),
  repository: z.string().describe("registry.example.com/acme/my-app"),
  tag: textOrNull,
  digest: z.string().describe("Of the index, or of the only image"),
  organisation: textOrNull.describe("Null with --dry-run where none is named"),
  author: textOrNull,
  timestamp: textOrNull,
  dryRun: z.boolean(),
  queued: z.boolean().nullable().describe("False: an analysis waits already; null: nothing was sent"),
  platform: textOrNull.describe("That was looked into; null: none was"),
  sbom: z
    .strictObject({ packageCount: z.int().min(0), distro: textOrNull, completeness })
    .nullable()
    .describe("Null: not asked for"),
  secrets: z
    .strictObject({ count: z.int().min(0), completeness })
    .nullable()
    .describe("Null: not asked for"),
});

/** JSON of `plimsoll push sbom://…`. */
export const pushSbomReport = z.strictObject({
  schema: z.literal("urn:plimsoll:report:push-sbom:1"),
  organisation: z.string(),
  ...uploadView.shape,
});

export type PushReport = z.infer<typeof pushReport>;
