/** What formats have in common: the views of those that show everything, and the frame of those that know lists alone. */
import type { RenderOptions, ReportFormat } from "../types.ts";
import { flatViews, isFlat, type FlatReport } from "./flat-rows.ts";

/** In the order of the commands' importance; formats for people and JSON have all of them. */
export const everyView = [
  "cves",
  "quickview",
  "policy",
  "check",
  "compare",
  "recommendations",
  "fixes",
  "outdated",
  "document",
  "organisation",
  "explain",
  "secrets",
  "hygiene",
  "lint",
  "vex",
] as const;

/** A format that knows nothing but lists. */
export function listFormat(
  about: Pick<ReportFormat, "id" | "title" | "specs">,
  render: (report: FlatReport, options: RenderOptions) => string,
): ReportFormat {
  return Object.freeze({
    ...about,
    version: 1,
    views: flatViews,
    render: (report, options) => (isFlat(report) ? render(report, options) : ""),
  } satisfies ReportFormat);
}
