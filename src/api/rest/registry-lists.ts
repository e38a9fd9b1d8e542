/** What registries have, and switching much of it at once; what products of registries there are. */
import { z } from "zod";
import { count, pageOf, pageQuery, textOrNull, time } from "./fields.ts";
import { pattern, registryKindIds } from "./registries.ts";

export const listedQuery = z.object({
  ...pageQuery,
  q: z.string().max(200).optional().describe("Part of the name"),
});
export const listedView = z.object({
  /** `acme/my-app` */
  name: z.string(),
  enabled: z.boolean(),
});
export const listedPage = pageOf(listedView).extend({
  listedAt: time.nullable().describe("Null: it was never asked, or did not answer"),
  failure: textOrNull,
});

export const queuedAnswer = z.object({
  queued: z.boolean().describe("False: one that has not started waits already"),
});

/** The most tags that are taken of a repository that is there already. */
const tagsMax = z.int().min(1).max(500);
export const backfillRequest = z.strictObject({
  tagsMax: tagsMax.default(20).describe("How many tags, the newest first"),
});

export const switchRequest = z.strictObject({
  pattern: pattern.describe("* for all; acme/* for those that begin so, with the host before it or not"),
  enabled: z.boolean(),
  backfill: tagsMax
    .nullable()
    .default(null)
    .describe("Tags of each repository that are analysed although they were there before; null: none"),
  future: z
    .boolean()
    .default(false)
    .describe("Those that are found later and fit are enabled too, until another pattern is set"),
});
export const switchAnswer = z.object({
  names: z.array(z.string()).describe("Those that were the other before"),
  leftCount: count.describe("How many fit besides; ask again"),
});

export const hookKeyView = z.object({
  key: z.string().describe("Shown once: the secret that the product signs with"),
  path: z.string().describe("Where it posts; the key stands in it where the product can send nothing else"),
});

export const registryKindView = z.object({
  id: z.enum(registryKindIds),
  title: z.string(),
  status: z.enum(["tried", "documented"]),
  setup: z.string().describe("What to set at the product, as Markdown"),
  proof: z.enum(["token", "signature", "address"]),
  lists: z.boolean(),
});
export const registryKindList = z.object({ kinds: z.array(registryKindView) });
