/** JSON of `plimsoll compare`. */
import { z } from "zod";
import { countsDeltaView } from "./base-advice-views.ts";
import { severityView, sharedFields, toolView } from "./common-views.ts";
import { statusView, verdictView } from "./verdict-views.ts";

const count = z.int().min(0);
const delta = z.int();

const side = z.strictObject({ ...sharedFields, verdict: verdictView.nullable() });

const versionOrNull = z.strictObject({ version: z.string(), purl: z.string() }).nullable();

const packageChange = z.strictObject({
  change: z.enum(["added", "removed", "changed", "unchanged"]),
  ecosystem: z.string(),
  name: z.string(),
  before: versionOrNull.describe("In the baseline"),
  after: versionOrNull.describe("In the analysed image"),
  direction: z
    .enum(["newer", "older", "same", "unknown"])
    .nullable()
    .describe("Of a changed one, by its ecosystem's order; null: not changed"),
});

const findingChange = z.strictObject({
  change: z.enum(["added", "removed", "unchanged"]),
  vulnerability: z.string(),
  severity: severityView,
  status: z.enum(["not_affected", "affected", "fixed", "under_investigation", "undetermined"]),
  fixedVersion: z.string().nullable(),
  package: z.strictObject({
    ecosystem: z.string(),
    name: z.string(),
    version: z.string(),
    purl: z.string(),
    layerIndex: count.nullable().describe("Of the first place where it was seen; null: no layer is known"),
  }),
  summary: z.string(),
  url: z.string().nullable(),
});

const policySide = z
  .strictObject({ status: statusView, deviations: count, reason: z.string().nullable() })
  .nullable();

export const compareReport = z.strictObject({
  schema: z.literal("urn:plimsoll:report:compare:1"),
  tool: toolView,
  analysed: side,
  baseline: side,
  filters: z.array(z.string()).describe("Filters in words; empty: none"),
  worse: z
    .strictObject({
      vulnerability: z.boolean().describe("There are new vulnerabilities, or none could be looked for"),
      policy: z.boolean(),
      package: z.boolean().describe("Any package was added, removed or changed"),
    })
    .describe("What --exit-on would stop for"),
  unknown: z
    .array(z.strictObject({ cause: z.enum(["vulnerability", "policy", "package"]), message: z.string() }))
    .describe("What nobody can say whether it is worse; --strict stops for it"),
  delta: z.strictObject({
    counts: countsDeltaView.nullable(),
    sizeBytes: delta
      .nullable()
      .describe("Null: one counts its layers as they travel, the other unpacked, or has no size"),
    packages: delta,
    scorePercent: delta.nullable(),
    sharedLayers: count.describe("Layers from the bottom that both have"),
  }),
  packageCounts: z.strictObject({ added: count, removed: count, changed: count, unchanged: count }),
  packages: z.array(packageChange).describe("Without unchanged ones with --ignore-unchanged"),
  findings: z
    .array(findingChange)
    .nullable()
    .describe("One a vulnerability and package, whatever the version; null: not compared"),
  policies: z
    .array(
      z.strictObject({
        policy: z.string(),
        title: z.string(),
        change: z.enum(["worse", "better", "same", "unknown"]),
        before: policySide,
        after: policySide,
      }),
    )
    .nullable(),
});

export type CompareReport = z.infer<typeof compareReport>;
