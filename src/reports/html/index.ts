/**
 * The report as one HTML page that opens without a network: no scripts, no images, no addresses but links to follow.
 */
import { printable } from "../../domain/problem.ts";
import { disarmCommands } from "../../domain/runner-commands.ts";
import { toBlocks } from "../shared/documents.ts";
import { everyView } from "../shared/views.ts";
import { targetName } from "../shared/words.ts";
import type { RenderOptions, Report, ReportFormat } from "../types.ts";
import { escapeHtml, renderBlocks } from "./document.ts";
import { style } from "./style.ts";

export const html: ReportFormat = Object.freeze({
  id: "html",
  title: "HTML page",
  specs: ["https://html.spec.whatwg.org/"],
  version: 1,
  views: everyView,
  render: (report, options) => disarmCommands(page(report, options)),
} satisfies ReportFormat);

/** Nothing is loaded, whatever a text of the image may be read as. */
const SECURITY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

function page(report: Report, options: RenderOptions): string {
  const title = escapeHtml(`${titles[report.view] ?? "Report"} ${subjectOf(report)}`.trim());
  const made = options.now === undefined ? "" : ` ${options.now.toISOString().slice(0, 16)}Z`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${SECURITY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${renderBlocks(toBlocks(report, options), 2)}
</main>
<footer>Plimsoll ${escapeHtml(options.toolVersion)}${made}</footer>
</body>
</html>
`;
}

const titles: Readonly<Record<string, string>> = {
  cves: "Vulnerabilities of",
  quickview: "Overview of",
  policy: "Policies of",
  check: "Check of",
  document: "Documentation of",
  compare: "Comparison of",
  recommendations: "Base images for",
  fixes: "Upgrades for",
  outdated: "Outdated libraries of",
  organisation: "Policies of an organisation",
  explain: "Explanation for",
  secrets: "Secrets in",
  hygiene: "Hygiene of",
  lint: "Checks of",
  vex: "VEX of",
};

function subjectOf(report: Report): string {
  if (report.view === "lint") return printable(report.lint.file);
  if ("analysis" in report) return targetName(report.analysis.image);
  if (report.view === "compare") return targetName(report.comparison.analysed.analysis.image);
  return "examination" in report ? targetName(report.examination.image) : "";
}
