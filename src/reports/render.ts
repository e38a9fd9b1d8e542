/**
 * Renders a report in a format.
 */
import { PlimsollError } from "../domain/error.ts";
import * as all from "./all.ts";
import { json } from "./json/index.ts";
import { applyTemplate } from "./template.ts";
import type { RenderOptions, Report, ReportFormat } from "./types.ts";

/** Every report format, by id. */
export const reportFormats: readonly ReportFormat[] = Object.values(all).sort((a, b) =>
  a.id < b.id ? -1 : 1,
);

/**
 * The document, with a final newline. Same report and options, same bytes.
 * @throws PlimsollError USAGE when there is no such format, or it cannot show this view; TEMPLATE_INVALID
 */
export function renderReport(formatId: string, report: Report, options: RenderOptions): string {
  if (formatId === "template") return renderTemplate(report, options);
  const format = reportFormats.find(({ id }) => id === formatId);
  if (format === undefined || !format.views.includes(report.view)) {
    const known = reportFormats.filter(({ views }) => views.includes(report.view)).map(({ id }) => id);
    throw new PlimsollError("USAGE", `${report.view} is reported as ${known.join(", ")}`, {
      details: { format: formatId, view: report.view },
    });
  }
  return format.render(report, options);
}

/** A template sees what the JSON report says. */
function renderTemplate(report: Report, options: RenderOptions): string {
  if (options.template === undefined) {
    throw new PlimsollError("USAGE", "The format template needs --template FILE.");
  }
  return applyTemplate(options.template, JSON.parse(json.render(report, options)));
}
