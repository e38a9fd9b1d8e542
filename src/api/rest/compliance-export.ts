/** How images stood at a time, for an audit: as JSON, and the same as comma separated values. */
import { z } from "zod";
import { csvLine, type CsvValue } from "../../domain/csv-line.ts";
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

interface Row {
  readonly report: ComplianceExport;
  readonly image: Image;
  readonly verdict: Image["verdict"];
  readonly counts: NonNullable<Image["verdict"]>["findings"];
  readonly result: Result | null;
}

const columns: readonly (readonly [name: string, value: (row: Row) => CsvValue])[] = [
  ["environment", ({ report }) => report.environment ?? "latest tags"],
  ["at", ({ report }) => report.at],
  ["repository", ({ image }) => image.repository],
  ["tag", ({ image }) => image.tag],
  ["digest", ({ image }) => image.digest],
  ["platform", ({ image }) => image.platform],
  ["recorded_by", ({ image }) => image.recordedBy],
  ["since", ({ image }) => image.since],
  ["until", ({ image }) => image.until],
  ["verdict", ({ verdict }) => verdict?.status ?? "not judged"],
  ["grade", ({ verdict }) => verdict?.grade ?? null],
  ["percent", ({ verdict }) => verdict?.percent ?? null],
  ["evaluated_at", ({ verdict }) => verdict?.evaluatedAt ?? null],
  ["database", ({ verdict }) => verdict?.database ?? null],
  ["exceptions", ({ verdict }) => verdict?.exceptions.join(" ") ?? null],
  ["critical", ({ counts }) => counts?.critical ?? null],
  ["high", ({ counts }) => counts?.high ?? null],
  ["medium", ({ counts }) => counts?.medium ?? null],
  ["low", ({ counts }) => counts?.low ?? null],
  ["unspecified", ({ counts }) => counts?.unspecified ?? null],
  ["suppressed", ({ counts }) => counts?.suppressed ?? null],
  ["undetermined", ({ counts }) => counts?.undetermined ?? null],
  ["policy", ({ result }) => result?.title ?? null],
  ["policy_id", ({ result }) => result?.policyId ?? null],
  ["policy_version", ({ result }) => result?.policyVersion ?? null],
  ["type", ({ result }) => result?.type ?? null],
  ["effect", ({ result }) => result?.effect ?? null],
  ["status", ({ result }) => result?.status ?? null],
  ["reason", ({ result }) => result?.reason ?? null],
  ["deviations", ({ result }) => result?.deviationCount ?? null],
];

/** A row for each image and policy; an image without results has one, which says so. */
export function complianceCsv(report: ComplianceExport): string {
  const rows = report.images.flatMap((image) => {
    const { verdict } = image;
    const counts = verdict?.findings ?? null;
    const results = verdict?.results ?? [];
    return (results.length === 0 ? [null] : results).map((result) =>
      csvLine(columns.map(([, value]) => value({ report, image, verdict, counts, result }))),
    );
  });
  return `${[csvLine(columns.map(([name]) => name)), ...rows].join("\n")}\n`;
}
