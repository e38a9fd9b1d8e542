/**
 * The report for terminals: plain text with aligned columns, colours when asked.
 */
import { toBlocks } from "../shared/documents.ts";
import { everyView } from "../shared/views.ts";
import type { ReportFormat } from "../types.ts";
import { renderTerminal } from "./terminal.ts";

export const table: ReportFormat = Object.freeze({
  id: "table",
  title: "Text for terminals",
  specs: [],
  version: 1,
  // The documentation pack is a document of its own.
  views: everyView.filter((view) => view !== "document"),
  render: (report, options) => renderTerminal(toBlocks(report, options), options),
} satisfies ReportFormat);
