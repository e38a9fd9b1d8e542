/**
 * SARIF 2.1.0 (OASIS) for code scanning: one rule per vulnerability or check, one result per finding.
 */
import { jsonText } from "../../domain/json-text.ts";
import type { RenderOptions, Report, ReportFormat } from "../types.ts";
import { toExaminationLog } from "./examination.ts";
import { toInvocation } from "./invocation.ts";
import { toResults } from "./results.ts";
import { toRules } from "./rules.ts";
import { targetName } from "../shared/words.ts";

export const sarif: ReportFormat = Object.freeze({
  id: "sarif",
  title: "SARIF 2.1.0",
  specs: [
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html",
    "https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning",
  ],
  version: 1,
  views: ["cves", "secrets", "hygiene", "lint"] as const,
  render,
} satisfies ReportFormat);

function render(report: Report, options: RenderOptions): string {
  switch (report.view) {
    case "cves":
      return jsonText(toLog(report, options));
    case "secrets":
    case "hygiene":
    case "lint":
      return jsonText(toExaminationLog(report, options));
    default:
      return "";
  }
}

function toLog(report: Extract<Report, { view: "cves" }>, options: RenderOptions): object {
  const { analysis, findings, filters } = report;
  const { image } = analysis;
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: { name: "Plimsoll", version: options.toolVersion, rules: toRules(findings) },
        },
        invocations: [toInvocation(analysis, findings)],
        originalUriBaseIds: {
          IMAGE_ROOT: { uri: "file:///", description: { text: "Root of the image's file system" } },
        },
        columnKind: "utf16CodeUnits",
        results: toResults(findings, image),
        properties: {
          target: targetName(image),
          digest: image.digest,
          databaseDigest: analysis.database?.digest ?? null,
          databaseUpdatedAt: analysis.database?.updatedAt ?? null,
          demonstration: analysis.demonstration,
          filters,
        },
      },
    ],
  };
}
