/** Bases and what other bases would change, in JSON reports. */
import { z } from "zod";
import { countsView, sharedFields, toolView } from "./common-views.ts";

const textOrNull = z.string().nullable();
const count = z.int().min(0);
const delta = z.int();

export const countsDeltaView = z.strictObject({
  critical: delta,
  high: delta,
  medium: delta,
  low: delta,
  unspecified: delta,
  total: delta,
  suppressed: delta,
  undetermined: delta,
});

const linkView = z.strictObject({
  name: z.string(),
  tag: textOrNull,
  digest: textOrNull,
  evidence: z.enum(["provenance", "layers", "claimed"]),
  confidence: z
    .enum(["proved", "likely", "claimed"])
    .describe(
      "proved: signed provenance, or layers whose content was compared; likely: unsigned provenance, or the list of layers; claimed: a label",
    ),
  layers: z
    .strictObject({ first: count, last: count })
    .nullable()
    .describe("Positions of the layers that it added, both included"),
});

const partView = z.strictObject({
  counts: countsView.nullable(),
  packageCount: count,
  sizeBytes: count,
});

const rebaseView = z.strictObject({
  counts: countsView.nullable(),
  delta: countsDeltaView.nullable().describe("Against the image as it is"),
  packageCount: count,
  sizeBytes: count,
  removed: z.array(z.string()).describe("Vulnerabilities that the image would not have any more"),
  added: z.array(z.string()),
  caveats: z.array(z.string()).describe("Why a build may give something else"),
});

const candidateView = z.strictObject({
  kind: z.enum(["refresh", "update"]),
  name: z.string(),
  tag: textOrNull,
  digest: z.string(),
  dockerfile: z.string().describe("The line of a Dockerfile, pinned by digest"),
  reason: textOrNull.describe("Why it was not analysed; null: it was"),
  counts: countsView.nullable(),
  delta: countsDeltaView.nullable().describe("Against what the base brought into the image"),
  packageCount: count.nullable(),
  packageDelta: delta.nullable(),
  sizeBytes: count.nullable(),
  sizeDelta: delta.nullable(),
  createdAt: textOrNull,
  benefits: z.array(z.string()),
  drawbacks: z.array(z.string()),
  rebase: rebaseView.nullable().describe("The image on this base, worked out from stored layers"),
});

export const baseAdviceView = z.strictObject({
  chain: z.array(linkView).describe("The lowest first; the last is the base that the image names"),
  base: partView.nullable().describe("What the base brought into the image; null: see the reason"),
  own: partView.nullable().describe("What the image's own layers brought"),
  reason: textOrNull,
  refresh: candidateView.nullable(),
  refreshReason: z.string().describe("Why there is none; empty: there is one"),
  updates: z.array(candidateView).describe("The best first"),
  updateReason: textOrNull,
});

export const recommendationsReport = z.strictObject({
  schema: z.literal("urn:plimsoll:report:recommendations:1"),
  tool: toolView,
  ...sharedFields,
  advice: baseAdviceView,
});

export type RecommendationsReport = z.infer<typeof recommendationsReport>;
