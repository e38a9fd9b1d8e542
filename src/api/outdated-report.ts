/** JSON of `plimsoll outdated`. */
import { z } from "zod";
import { sharedFields, toolView } from "./common-views.ts";

const textOrNull = z.string().nullable();
const count = z.int().min(0);

export const outdatedReport = z.strictObject({
  schema: z.literal("urn:plimsoll:report:outdated:1"),
  tool: toolView,
  ...sharedFields,
  outdatedCount: count,
  currentCount: count,
  noDataCount: count,
  packages: z
    .array(
      z.strictObject({
        ecosystem: z.string(),
        name: z.string(),
        purl: z.string(),
        version: z.string(),
        status: z.enum(["outdated", "current", "no_data"]),
        newest: textOrNull,
        releasedAt: textOrNull.describe("Of the newest version"),
        deprecated: textOrNull.describe("The publisher's words"),
        step: z.enum(["patch", "minor", "major", "unknown"]).nullable(),
        from: z.enum(["mirror", "cache", "bundle"]).nullable().describe("Who told the newest version"),
        reason: textOrNull.describe("Why there is no data"),
      }),
    )
    .describe("Outdated ones first; current ones only with --all"),
});

export type OutdatedReport = z.infer<typeof outdatedReport>;
