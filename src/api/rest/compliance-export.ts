/** How images stood at a time, for an audit: as JSON, and the same as comma separated values. */
import { z } from "zod";
import { csvLine } from "../../domain/csv-line.ts";
import { statusView } from "../verdict-views.ts";
import { count, digestField, textOrNull, time, uuid } from "./fields.ts";
import { severityCountsView } from "./images.ts";
import { effectView } from "./policies.ts";

export const complianceQuery = z.object({
  environment: z
    .string()
    .max(63)
    .optional()
    .describe("Images that ran there; absent: those of the latest tags"),
  at: time.optional().describe("As it stood then; absent: now"),
  format: z.enum(["json", "csv"]).default("json"),
});

export const complianceExport = z.object({
  schema: z.literal("urn:plimsoll:report:compliance-export:1"),
  organisation: z.string(),
  environment: textOrNull.describe("Null: the latest tags"),
  at: time,
  images: z.array(
    z.object({
      repository: z.string(),
      tag: textOrNull,
      digest: z.string(),
      platform: textOrNull,
      recordedBy: textOrNull.describe("Who recorded it into the environment"),
      since: time.describe("Recorded, or pushed"),
      until: time
        .nullable()
        .describe("When it ended to run there; null: it does still, or no environment was asked for"),
      verdict: z
        .object({
          status: statusView,
          grade: textOrNull,
          percent: count.nullable(),
          evaluatedAt: time,
          findings: severityCountsView.nullable().describe("Null: no vulnerability database was asked"),
          database: digestField.nullable().describe("Digest of the vulnerability database it rests on"),
          exceptions: z.array(uuid).describe("Approved exceptions that it rests on"),
          results: z.array(
            z.object({
              policyId: uuid,
              policyVersion: z.int(),
              title: z.string(),
              type: z.string(),
              effect: effectView,
              status: statusView,
              reason: textOrNull,
              deviationCount: count,
            }),
          ),
        })
        .nullable()
        .describe("The newest by then; null: it was not judged"),
    }),
  ),
});
export type ComplianceExport = z.output<typeof complianceExport>;
type Image = ComplianceExport["images"][number];
type Result = NonNullable<Image["verdict"]>["results"][number];

const head = [
  ...["environment", "at", "repository", "tag", "digest", "platform", "recorded_by", "since", "until"],
  ...["verdict", "grade", "percent", "evaluated_at", "database", "exceptions"],
  ...["critical", "high", "medium", "low", "unspecified", "suppressed", "undetermined"],
  ...["policy", "policy_id", "policy_version", "type", "effect", "status", "reason", "deviations"],
];

/** A row for each image and policy; an image without results has one, which says so. */
export function complianceCsv(report: ComplianceExport): string {
  const rows = report.images.flatMap((image) => {
    const results = image.verdict?.results ?? [];
    return (results.length === 0 ? [null] : results).map((result) => csvLine(values(report, image, result)));
  });
  return `${[csvLine(head), ...rows].join("\n")}\n`;
}

function values({ environment, at }: ComplianceExport, image: Image, result: Result | null) {
  const { verdict } = image;
  const counts = verdict?.findings ?? null;
  return [
    environment ?? "latest tags",
    at,
    ...[
      image.repository,
      image.tag,
      image.digest,
      image.platform,
      image.recordedBy,
      image.since,
      image.until,
    ],
    ...[verdict?.status ?? "not judged", verdict?.grade ?? null, verdict?.percent ?? null],
    ...[verdict?.evaluatedAt ?? null, verdict?.database ?? null, verdict?.exceptions.join(" ") ?? null],
    ...(["critical", "high", "medium", "low", "unspecified", "suppressed", "undetermined"] as const).map(
      (each) => counts?.[each] ?? null,
    ),
    ...[result?.title ?? null, result?.policyId ?? null, result?.policyVersion ?? null, result?.type ?? null],
    ...[
      result?.effect ?? null,
      result?.status ?? null,
      result?.reason ?? null,
      result?.deviationCount ?? null,
    ],
  ];
}
