/**
 * The report as GitHub-flavoured Markdown with folded sections, for pull requests and job summaries.
 */
import { toBlocks } from "../shared/documents.ts";
import { everyView } from "../shared/views.ts";
import type { ReportFormat } from "../types.ts";
import { renderMarkdown } from "./document.ts";

export const markdown: ReportFormat = Object.freeze({
  id: "markdown",
  title: "Markdown",
  specs: ["https://github.github.com/gfm/"],
  version: 1,
  views: everyView,
  render: (report, options) => renderMarkdown(toBlocks(report, options)),
} satisfies ReportFormat);
