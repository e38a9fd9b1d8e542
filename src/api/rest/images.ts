/** Images: the list, one image with its tabs, and what is known of a digest. */
import { z } from "zod";
import { exceptionKinds } from "../../domain/exception.ts";
import { findingKindView, fixStateView } from "../finding-views.ts";
import { baseImageView, inventoryView, problemView, severityView } from "../common-views.ts";
import { deviationView, statusView } from "../verdict-views.ts";
import { count, digestField, pageOf, pageQuery, textOrNull, time, uuid } from "./fields.ts";

export const imageState = z.enum(["queued", "analysing", "analysed", "failed"]);
export const severityCountsView = z.object({
  critical: count,
  high: count,
  medium: count,
  low: count,
  unspecified: count,
  suppressed: count,
  undetermined: count,
});
export type SeverityCountsView = z.output<typeof severityCountsView>;

/** What policies say in a row of the list: `4/7`, with an arrow against the push before. */
export const complianceView = z.object({
  status: statusView,
  met: count,
  notMet: count,
  noData: count,
  total: count,
  trend: z
    .enum(["better", "worse", "same"])
    .nullable()
    .describe("Against the previous push of the tag; null: there is none"),
});
export type ComplianceView = z.output<typeof complianceView>;

/** One row a repository: its latest tag. Repositories without a push have null in tag and image. */
export const imageRowView = z.object({
  repositoryId: uuid,
  repository: z.string().describe("registry.example.com/acme/my-app"),
  tag: textOrNull,
  tagCount: count,
  pushedAt: time.nullable(),
  imageId: uuid.nullable(),
  digest: textOrNull,
  platform: textOrNull,
  platformCount: count.describe("Images of the tag's index; the row shows the worst of them"),
  state: imageState.nullable(),
  failure: z.object({ code: z.string(), message: z.string() }).nullable(),
  incomplete: z.boolean().describe("Packages may be missing: zero findings are not none"),
  findings: severityCountsView.nullable().describe("Null: not matched yet, or no database"),
  compliance: complianceView.nullable(),
  grade: textOrNull,
});
export type ImageRowView = z.output<typeof imageRowView>;
export const imageRowPage = pageOf(imageRowView);

export const imageListQuery = z.object({
  ...pageQuery,
  q: z.string().max(200).optional().describe("Part of repository or tag"),
  status: statusView.optional(),
  policy: uuid.optional().describe("Status of this policy instead of all"),
  state: imageState.optional(),
  environment: z.string().max(63).optional(),
  sort: z.enum(["repository", "pushed", "grade", "findings"]).default("repository"),
  direction: z.enum(["asc", "desc"]).default("asc"),
});

export const imageView = z.object({
  id: uuid,
  digest: digestField,
  platform: textOrNull,
  state: imageState,
  failure: z.object({ code: z.string(), message: z.string(), advice: z.string() }).nullable(),
  places: z.array(z.object({ repository: z.string(), tags: z.array(z.string()), pushedAt: time })),
  environments: z.array(z.string()),
  createdAt: time.nullable(),
  analysedAt: time.nullable(),
  sizeBytes: count.nullable(),
  distro: textOrNull,
  endOfLife: textOrNull.describe(
    "That its distribution gets no security fixes any more, in words; null: it does, or nobody knows",
  ),
  user: textOrNull,
  completeness: z.enum(["complete", "incomplete"]).nullable(),
  verification: z.enum(["verified", "unverified", "not_applicable"]).nullable(),
  packageCount: count.nullable(),
  noPackageDatabase: z
    .boolean()
    .describe("True: nothing lists the distribution's packages, so they are not known"),
  layerCount: count,
  base: baseImageView.nullable(),
  baseReason: textOrNull,
  findings: severityCountsView.nullable(),
  outdated: z
    .boolean()
    .describe("True: what the last verdict rests on has changed since; the image is being judged again"),
  verdict: z
    .object({
      evaluationId: uuid,
      status: statusView,
      grade: textOrNull,
      percent: count.nullable(),
      scoreReason: textOrNull,
      evaluatedAt: time,
      causes: z.array(z.object({ kind: z.string(), text: z.string() }).loose()),
      demonstration: z.boolean(),
    })
    .nullable(),
});
export type ImageView = z.output<typeof imageView>;

export const imagePolicyResultView = z.object({
  policyId: uuid,
  policyVersion: count,
  title: z.string(),
  type: z.string(),
  effect: z.enum(["report", "warn", "block"]),
  status: statusView,
  reason: textOrNull,
  weight: count,
  lost: count,
  deviations: z.array(
    deviationView.extend({ layerIndex: count.nullable().describe("Layer concerned, from the bottom") }),
  ),
});
export const imagePolicyResults = z.object({ results: z.array(imagePolicyResultView) });
export type ImagePolicyResultView = z.output<typeof imagePolicyResultView>;

export const imageLayerView = z.object({
  index: count,
  diffId: z.string(),
  digest: textOrNull,
  sizeBytes: count,
  command: textOrNull,
  source: z
    .object({ file: z.string(), firstLine: count, lastLine: count, text: z.string() })
    .nullable()
    .describe("Lines of the build file, as an attestation of the build tells them"),
  fromBase: z.boolean(),
  packageCount: count,
  findings: severityCountsView.nullable(),
});
export const imageLayers = z.object({ base: baseImageView.nullable(), layers: z.array(imageLayerView) });
export type ImageLayerView = z.output<typeof imageLayerView>;

export const imagePackageView = z.object({
  purl: z.string(),
  ecosystem: z.string(),
  name: z.string(),
  version: z.string(),
  licenses: z.array(z.string()),
  locations: z.array(z.object({ path: z.string(), layer: textOrNull, layerIndex: count.nullable() })),
  fileCount: count.nullable().describe("Files that its database says it owns; null: it does not tell"),
  ownedBy: textOrNull.describe("Package URL of the distribution's package that owns it"),
  bySignature: z.boolean().describe("True: its bytes gave it away, and no package database lists it"),
  findings: severityCountsView.nullable(),
});
export const imagePackagePage = pageOf(imagePackageView);
export type ImagePackageView = z.output<typeof imagePackageView>;
export const imagePackageQuery = z.object({
  ...pageQuery,
  q: z.string().max(200).optional(),
  layer: z.coerce.number().int().min(0).optional(),
  purl: z.string().max(2000).optional(),
});

/** What the list of packages rests on, before it is believed. */
export const imageInventoryView = z.object({
  completeness: z.enum(["complete", "incomplete"]).nullable(),
  verification: z.enum(["verified", "unverified", "not_applicable"]).nullable(),
  noPackageDatabase: z.boolean(),
  coverage: inventoryView.shape.coverage,
  systemFiles: inventoryView.shape.systemFiles,
  problems: z
    .array(problemView.extend({ layerIndex: count.nullable().describe("Layer concerned, from the bottom") }))
    .describe("At most 500, those that may hide packages first"),
  problemCount: count,
});
export type ImageInventoryView = z.output<typeof imageInventoryView>;

export const imageFindingView = z.object({
  vulnerability: z.string(),
  aliases: z.array(z.string()),
  purl: z.string(),
  packageName: z.string(),
  packageVersion: z.string(),
  layerIndex: count.nullable(),
  path: textOrNull,
  severity: severityView,
  severitySource: textOrNull.describe("Who says so; null: nobody rates it"),
  score: z.number().nullable(),
  scoreSource: textOrNull.describe(
    "Not always who decided the severity: many vendors have a word and no score",
  ),
  kind: findingKindView,
  fixedVersion: textOrNull,
  fixState: fixStateView,
  fixNote: textOrNull.describe("The publisher's words for it"),
  affectedRange: z.string(),
  summary: z.string(),
  status: z.enum(["affected", "not_affected", "fixed", "under_investigation", "undetermined"]),
  reason: textOrNull.describe("Why it is undetermined"),
  suppressed: z.boolean(),
  exception: z
    .object({
      id: uuid,
      kind: z.enum(exceptionKinds),
      reason: z.string(),
      decidedBy: z.string(),
      expiresAt: time.nullable(),
    })
    .nullable(),
  statement: z
    .object({ author: z.string(), status: z.string(), justification: textOrNull, document: z.string() })
    .nullable(),
  kev: z.boolean(),
  epss: z.number().nullable(),
  why: z
    .array(z.object({ advisory: z.string(), feed: z.string(), url: textOrNull, comparison: z.string() }))
    .describe("Each source that says so, with the comparison"),
  foundAt: time,
  demonstration: z.boolean(),
});
export const imageFindingPage = pageOf(imageFindingView);
export type ImageFindingView = z.output<typeof imageFindingView>;
export const imageFindingQuery = z.object({
  ...pageQuery,
  q: z.string().max(200).optional(),
  severity: z.string().max(100).optional().describe("Comma separated"),
  suppressed: z.enum(["without", "with", "only"]).default("with"),
  fixable: z.enum(["true", "false"]).optional(),
  purl: z.string().max(2000).optional(),
  layer: z.coerce.number().int().min(0).optional(),
});

export const evaluationView = z.object({
  id: uuid,
  evaluatedAt: time,
  status: statusView,
  grade: textOrNull,
  percent: count.nullable(),
  findings: severityCountsView.nullable(),
  causes: z.array(z.object({ kind: z.string(), text: z.string() }).loose()),
});
export const evaluationPage = pageOf(evaluationView);
export type EvaluationView = z.output<typeof evaluationView>;

/** `POST …/images/analyse`: a reference in one of the organisation's registries. */
export const analyseRequest = z.strictObject({
  reference: z.string().min(1).max(500),
  author: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe("With a digest: who pushed it, as the caller says; default: the caller"),
  pushedAt: time.optional().describe("With a digest: when it was pushed; a time to come is now"),
});
export type AnalyseRequest = z.output<typeof analyseRequest>;
export const analyseAnswer = z.object({ repository: z.string(), queued: z.boolean() });

/** Images of the organisation that hold a vulnerability: "who is affected". */
export const affectedView = z.object({
  vulnerability: z.string(),
  aliases: z.array(z.string()),
  severity: severityView.nullable(),
  summary: textOrNull,
  kev: z.boolean(),
  epss: z.number().nullable(),
  imageCount: count.describe("Of all images; `images` holds at most 1,000, those with a tag first"),
  unknownCount: count.describe(
    "Images that count and were not compared with a vulnerability database: nobody knows",
  ),
  images: z.array(
    z.object({
      imageId: uuid,
      repository: textOrNull,
      tags: z.array(z.string()),
      digest: z.string(),
      purls: z.array(z.string()),
      fixedVersion: textOrNull,
      suppressed: z.boolean(),
    }),
  ),
});
export type AffectedView = z.output<typeof affectedView>;
