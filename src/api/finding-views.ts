/**
 * Findings, packages, VEX statements and exceptions of JSON reports.
 */
import { z } from "zod";
import { exceptionKinds } from "../domain/exception.ts";
import { trustTiers, vexJustifications, vexOrigins } from "../domain/vex.ts";
import { severityView } from "./common-views.ts";

const textOrNull = z.string().nullable();

export const ratingView = z.strictObject({
  source: z.string(),
  type: z.enum(["CVSS_V2", "CVSS_V3", "CVSS_V4"]).nullable(),
  vector: textOrNull,
  score: z.number().min(0).max(10).nullable(),
  severity: severityView,
});

export const packageView = z.strictObject({
  purl: z.string(),
  ecosystem: z.string(),
  namespace: textOrNull,
  name: z.string(),
  version: z.string(),
  sourcePackage: z.strictObject({ name: z.string(), version: z.string() }).nullable(),
  architecture: textOrNull,
  licenses: z.array(z.string()).describe("SPDX expressions"),
  locations: z.array(
    z.strictObject({
      path: z.string(),
      layer: textOrNull.describe("Diff ID"),
      layerIndex: z.int().min(0).nullable(),
      command: textOrNull,
      lines: textOrNull.describe("Dockerfile:7-8: the lines that made the layer, as provenance tells"),
    }),
  ),
  removedIn: z
    .strictObject({ layer: z.string(), layerIndex: z.int().min(0) })
    .nullable()
    .describe("The layer that removed it; such packages are listed with --all-layers, and count nowhere"),
});

const advisoryView = z.strictObject({
  id: z.string(),
  feed: z.string(),
  aliases: z.array(z.string()),
  url: textOrNull,
  demonstration: z.boolean(),
  ratings: z.array(ratingView),
});

const keyView = z.strictObject({
  space: z.string(),
  name: z.string(),
  version: z.string(),
  by: z.enum(["package", "source-package"]),
  repository: textOrNull.describe("Repository of others that the package comes from, as far as it is known"),
});

const rangeView = z.strictObject({
  scheme: z.string(),
  introduced: z.string(),
  fixed: textOrNull,
  lastAffected: textOrNull,
});

export const evidenceView = z.strictObject({
  advisory: advisoryView,
  key: keyView,
  range: rangeView.nullable(),
  comparison: z.string(),
});

export const consideredView = z.strictObject({
  vulnerability: z.string(),
  aliases: z.array(z.string()),
  package: packageView,
  advisory: advisoryView,
  key: keyView,
  ranges: z.array(rangeView),
  reasons: z
    .array(z.string())
    .min(1)
    .describe("Why each range, and the list of versions, does not hold the version"),
});

const justificationView = z.enum(vexJustifications);

const tierView = z
  .enum(trustTiers)
  .describe("How far it is trusted; of an organisation's verdict only approved decides");

/** An exception as far as it decides a finding. */
export const decidingExceptionView = z.strictObject({
  id: z.string(),
  vulnerability: z.string(),
  kind: z.enum(exceptionKinds),
  justification: justificationView.nullable().describe("Of a false positive"),
  reason: z.string(),
  scope: z.strictObject({
    repository: textOrNull.describe("Null: all repositories of the organisation"),
    repositories: z.array(z.string()).optional().describe("Any of these, in place of repository"),
    digest: textOrNull.describe("Of an image, or in a file its reference; null: every image"),
    purl: textOrNull.describe("Package URL, with or without version; null: any package"),
    packagePattern: z
      .string()
      .optional()
      .describe("Of a rule in a file: name or package URL, * for any text"),
    pathPattern: z.string().optional().describe("Of a rule in a file: path in the image, * for any text"),
  }),
  requestedBy: z.string(),
  decidedBy: z.string(),
  decidedAt: z.string(),
  expiresAt: textOrNull.describe("Null: no end"),
  author: textOrNull.describe("Who wrote it into the file where it stands"),
  ticket: textOrNull,
  tier: tierView,
  location: textOrNull.describe("File where it stands; null: the server keeps it"),
});

const productView = z.strictObject({
  ids: z.array(z.string()),
  subcomponents: z.array(z.string()),
  versions: z.array(z.string()).optional().describe("vers ranges; absent: the ids tell the version"),
});

export const statementView = z.strictObject({
  document: z.string(),
  location: z.string(),
  author: z.string(),
  timestamp: z.string(),
  vulnerabilities: z.array(z.string()),
  products: z.array(productView),
  status: z.enum(["not_affected", "affected", "fixed", "under_investigation"]),
  justification: justificationView.nullable(),
  impactStatement: textOrNull,
  actionStatement: textOrNull,
  statusNotes: textOrNull,
  tier: tierView,
  origin: z.enum(vexOrigins).describe("Where it was found"),
});

export const findingKindView = z
  .enum(["vulnerability", "malicious", "informational"])
  .describe("malicious: the package itself is the attack; informational: a notice (unmaintained, unsound)");

export const fixStateView = z
  .enum([
    "fixed",
    "unknown",
    "affected",
    "deferred",
    "will_not_fix",
    "end_of_life",
    "not_affected",
    "under_investigation",
  ])
  .describe("fixed: a version is named; unknown: nobody says; the others are the publisher's word");

export const findingView = z.strictObject({
  vulnerability: z.string(),
  aliases: z.array(z.string()),
  status: z.enum(["not_affected", "affected", "fixed", "under_investigation", "undetermined"]),
  suppressed: z.boolean().describe("Taken out of counts and gates by the statement or the exception"),
  reason: textOrNull.describe("Why it is undetermined"),
  severity: severityView,
  kind: findingKindView,
  rating: ratingView.nullable().describe("The rating that decided the severity"),
  cvss: ratingView
    .nullable()
    .describe("Whose score and vector to show: of another source where the deciding one has only a word"),
  ratings: z.array(ratingView).describe("All that are known, the first source to ask first"),
  affectedRange: z.string(),
  fixedVersion: textOrNull,
  fixState: fixStateView,
  fixNote: textOrNull.describe("The publisher's words for it"),
  fixedAt: textOrNull.describe("When the fix came out"),
  summary: z.string(),
  cwes: z.array(z.string()),
  publishedAt: textOrNull,
  modifiedAt: textOrNull,
  url: textOrNull,
  kev: z
    .strictObject({
      dateAdded: z.string(),
      ransomware: z.boolean(),
      dueDate: textOrNull.describe("Until when federal agencies must act"),
    })
    .nullable(),
  epss: z
    .strictObject({ score: z.number().min(0).max(1), percentile: z.number().min(0).max(1), date: z.string() })
    .nullable(),
  demonstration: z.boolean(),
  package: packageView,
  evidence: z.array(evidenceView).min(1),
  statement: statementView.nullable(),
  exception: decidingExceptionView
    .nullable()
    .describe("The organisation's own decision, above the statement's"),
  proposed: z
    .union([
      z.strictObject({ kind: z.literal("statement"), statement: statementView }),
      z.strictObject({ kind: z.literal("exception"), exception: decidingExceptionView }),
    ])
    .nullable()
    .describe("What would decide it, were it trusted: it is shown and changes nothing"),
  inheritedFrom: textOrNull.describe("Base image that the statement is about"),
});
