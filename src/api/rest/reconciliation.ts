/** What other scanners say of an image beside our findings, and why they differ. */
import { z } from "zod";
import { count, textOrNull, uuid } from "./fields.ts";
import { uploadView } from "./uploads.ts";

/** `POST …/images/{imageId}/reports` */
export const reportUpload = z.strictObject({
  document: z
    .string()
    .min(1)
    .describe("In base64: JSON of Trivy, Grype or OSV-Scanner; of Docker Scout SARIF or GitLab's JSON"),
});

const agreement = z.enum(["only-theirs", "only-ours", "differ", "agree"]);
const severity = z.enum(["critical", "high", "medium", "low", "unspecified"]);
const reason = z.enum([
  "alias",
  "fix-state",
  "fixed-version",
  "ignored-there",
  "no-advisory",
  "no-database",
  "not-listed",
  "other-version",
  "package-not-seen",
  "severity",
  "suppressed",
  "undetermined",
]);

export const reconciliationQuery = z.object({
  upload: uuid.optional().describe("Default: the newest report that was read"),
  agreement: agreement.optional(),
  limit: z.coerce.number().int().min(1).max(5000).default(500),
});

const side = {
  vulnerability: z.string(),
  aliases: z.array(z.string()),
  purl: textOrNull,
  severity,
  fixedVersion: textOrNull,
};

export const reconciliationView = z.object({
  report: uploadView,
  sameImage: z
    .boolean()
    .nullable()
    .describe("Whether the report names this image's digest; null: it names none"),
  counts: z.object({ "only-theirs": count, "only-ours": count, differ: count, agree: count }),
  rows: z.array(
    z.object({
      vulnerability: z.string(),
      package: z.string(),
      version: z.string(),
      agreement,
      reasons: z.array(reason),
      ours: z
        .object({ ...side, status: z.string(), fixState: textOrNull, suppressed: z.boolean() })
        .nullable(),
      theirs: z.object({ ...side, status: textOrNull }).nullable(),
    }),
  ),
});
export type ReconciliationView = z.output<typeof reconciliationView>;
