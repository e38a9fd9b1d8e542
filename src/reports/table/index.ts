/**
 * The report for terminals: plain text with aligned columns, colours when asked.
 */
import { toBlocks } from "../shared/documents.ts";
import type { ReportFormat } from "../types.ts";
import { renderTerminal } from "./terminal.ts";

export const table: ReportFormat = Object.freeze({
  id: "table",
  title: "Text for terminals",
  specs: [],
  version: 1,
  views: [
    "cves",
    "quickview",
    "policy",
    "check",
    "compare",
    "recommendations",
    "fixes",
    "outdated",
    "organisation",
    "explain",
    "secrets",
    "hygiene",
    "lint",
    "vex",
  ] as const,
  render: (report, options) => renderTerminal(toBlocks(report, options), options),
} satisfies ReportFormat);
