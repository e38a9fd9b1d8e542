/** JSON of the verbs that tell of images this machine knows. */
import { z } from "zod";
import { toolView } from "./common-views.ts";
import { statusView } from "./verdict-views.ts";

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

/** `plimsoll environment --org`: what the server knows. */
export const organisationEnvironmentsReport = z.strictObject({
  schema: z.literal("urn:plimsoll:report:organisation-environments:1"),
  environments: z.array(
    z.strictObject({
      name: z.string(),
      imageCount: z.int().min(0),
      images: z
        .array(
          z.strictObject({
            repository: z.string(),
            tag: z.string().nullable(),
            digest: z.string(),
            platform: z.string().nullable(),
            status: statusView.nullable().describe("What the policies say; null: not judged yet"),
            recordedBy: z.string(),
            recordedAt: z.string(),
            drifted: z
              .boolean()
              .nullable()
              .describe("True: its tag names another digest by now; null: it has no tag, or the tag is gone"),
          }),
        )
        .nullable()
        .describe("Null: no environment was named"),
    }),
  ),
});
export type OrganisationEnvironmentsReport = z.infer<typeof organisationEnvironmentsReport>;

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
