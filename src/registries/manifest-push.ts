/** The fields of a push of a manifest or index that are used, each with its ceiling. */
import { z } from "zod";

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/, "is not a sha256 digest");
const referenced = z.object({ mediaType: z.string().max(255).default("") });

export const manifestPush = z.object({
  id: z.string().max(200).default(""),
  timestamp: z.iso.datetime({ offset: true }),
  target: z.object({
    mediaType: z.string().max(255),
    digest,
    repository: z
      .string()
      .max(255)
      .regex(/^[a-z0-9][a-z0-9._/-]*$/, "is not a repository"),
    tag: z
      .string()
      .regex(/^(?:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?$/, "is not a tag")
      .optional(),
    /** What kind of artifact it is, where it is no image. */
    artifactType: z.string().max(255).optional(),
    /** Config and layers of a manifest, with `includereferences: true` in the registry's configuration. */
    references: z.array(referenced).max(10_000).nullish(),
  }),
  request: z.object({ host: z.string().max(300).optional() }).optional(),
  actor: z.object({ name: z.string().max(10_000).optional() }).optional(),
});
export type ManifestPush = z.output<typeof manifestPush>;
