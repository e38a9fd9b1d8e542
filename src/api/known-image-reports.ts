/** JSON of the verbs that tell of images this machine knows. */
import { z } from "zod";
import { toolView } from "./common-views.ts";

const textOrNull = z.string().nullable();
const count = z.int().min(0);

const knownImageFields = {
  repository: z.string(),
  tag: textOrNull,
  digest: z.string().describe("Of the platform's manifest, or of the config where the source has none"),
  indexDigest: textOrNull,
  platform: z.string(),
  layers: count,
  sizeBytes: count,
  createdAt: textOrNull,
  recordedAt: z.string(),
};

export const environmentsReport = z.strictObject({
  schema: z.literal("urn:plimsoll:report:environments:1"),
  tool: toolView,
  environments: z.array(
    z.strictObject({
      name: z.string(),
      images: z.array(z.strictObject(knownImageFields)).describe("The one that was recorded last first"),
    }),
  ),
});

/** `plimsoll base support list`, and what `base support update` loaded. */
export const supportedTagsReport = z.strictObject({
  schema: z.literal("urn:plimsoll:report:supported-tags:1"),
  tool: toolView,
  loadedAt: z.string().nullable().describe("RFC 3339; null: no list was loaded"),
  from: z.string().nullable(),
  stale: z.boolean().nullable().describe("Too old to count"),
  images: z.array(z.strictObject({ name: z.string(), tags: z.array(z.string()), source: z.string() })),
});

/** `plimsoll base list`, and what `base add` and `base remove` added and removed. */
export const basesReport = z.strictObject({
  schema: z.literal("urn:plimsoll:report:bases:1"),
  tool: toolView,
  images: z.array(
    z.strictObject({
      ...knownImageFields,
      proved: z.boolean().describe("The content of its layers was compared with its configuration"),
      by: z.enum(["person", "analysis"]),
    }),
  ),
});

export type BasesReport = z.infer<typeof basesReport>;
export type SupportedTagsReport = z.infer<typeof supportedTagsReport>;
export type EnvironmentsReport = z.infer<typeof environmentsReport>;
