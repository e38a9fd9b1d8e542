/**
 * The JSON reports, one shape a view. `schema` names view and layout; the number is raised when a reader of the old layout
 * could no longer read the new one.
 */
import { z } from "zod";
import { baseAdviceView } from "./base-advice-views.ts";
import { countsView, sharedFields, toolView } from "./common-views.ts";
import { consideredView, findingView, packageView } from "./finding-views.ts";
import { statusView, verdictView } from "./verdict-views.ts";

export const cvesReport = z.strictObject({
  schema: z.literal("urn:plimsoll:report:cves:1"),
  tool: toolView,
  ...sharedFields,
  filters: z.array(z.string()).describe("Filters in words; empty: none"),
  hiddenFindingCount: z.int().min(0).describe("Findings that the filters left out"),
  findings: z.array(findingView),
  packages: z.array(packageView).nullable().describe("All packages, when they were asked for"),
  verdict: verdictView.nullable(),
});

const gradeFields = {
  lostPoints: z.array(z.string()),
  uncounted: countsView
    .nullable()
    .describe(
      "Open findings that cost no points, since no policy with a weight counts them; null: no grade, or nothing judged",
    ),
  nextStep: z.string().nullable().describe("What wins most points; null: none were lost"),
};

export const quickviewReport = z.strictObject({
  schema: z.literal("urn:plimsoll:report:quickview:1"),
  tool: toolView,
  ...sharedFields,
  verdict: verdictView.nullable(),
  bases: baseAdviceView.nullable().describe("Null: nobody looked at its bases"),
  ...gradeFields,
  filters: z.array(z.string()).describe("Filters in words; empty: none. They change counts, and no policy"),
});

const evaluationFields = {
  ...sharedFields,
  verdict: verdictView.nullable(),
  ...gradeFields,
};

export const policyReport = z.strictObject({
  schema: z.literal("urn:plimsoll:report:policy:1"),
  tool: toolView,
  status: statusView.describe("The worst of all platforms"),
  ...evaluationFields,
  platforms: z.array(
    z.strictObject({
      platform: z.string(),
      status: statusView,
      reason: z.string().nullable().describe("Why there is no evaluation; null when there is one"),
      evaluation: z.strictObject(evaluationFields).nullable().describe("Null: see the reason"),
    }),
  ),
});

/** `plimsoll policy --org`: judged by an organisation's policies. */
export const organisationPolicyReport = z.strictObject({
  schema: z.literal("urn:plimsoll:report:organisation-policy:1"),
  tool: toolView,
  organisation: z.string(),
  judged: z
    .enum(["server", "here"])
    .describe("server: the verdict of the image's page; here: worked out on this machine"),
  reason: z.string().nullable().describe("Why it was judged here"),
  page: z.string().nullable().describe("Address of the image's page"),
  status: statusView.describe("The worst of all images"),
  effects: z
    .record(z.string(), z.enum(["report", "warn", "block"]))
    .describe("What a policy does when it is not met, by its id; only block stops a gate"),
  serverDatabase: z.string().nullable().describe("Digest of the server's vulnerability database"),
  images: z.array(
    z.strictObject({
      name: z.string(),
      digest: z.string().nullable(),
      platform: z.string().nullable(),
      reason: z.string().nullable().describe("Why there is no verdict; null when there is one"),
      completeness: z.enum(["complete", "incomplete"]),
      verification: z.enum(["verified", "unverified", "not_applicable"]),
      database: z
        .strictObject({
          digest: z.string().nullable(),
          updatedAt: z.string(),
          stale: z.boolean(),
          demonstration: z.boolean(),
        })
        .nullable(),
      otherDatabase: z.boolean().describe("True: the verdict rests on another database than the server's"),
      verdict: verdictView.nullable(),
      proposals: z
        .array(z.strictObject({ vulnerability: z.string(), purl: z.string(), text: z.string() }))
        .describe(
          "Statements and exceptions that nobody approved, where it was judged here; they count for nothing",
        ),
    }),
  ),
});

export const explainReport = z.strictObject({
  schema: z.literal("urn:plimsoll:report:explain:1"),
  tool: toolView,
  ...sharedFields,
  vulnerability: z.string(),
  findings: z.array(findingView),
  considered: z
    .array(consideredView)
    .describe("Advisories of the vulnerability that name a package and do not hold its version"),
});

export type CvesReport = z.infer<typeof cvesReport>;
export type QuickviewReport = z.infer<typeof quickviewReport>;
export type PolicyReport = z.infer<typeof policyReport>;
export type OrganisationPolicyReport = z.infer<typeof organisationPolicyReport>;
export type ExplainReport = z.infer<typeof explainReport>;
