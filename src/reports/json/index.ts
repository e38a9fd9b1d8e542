/**
 * The report as JSON: one object, complete, in the published shapes of `src/api`.
 */
import { jsonText } from "../../domain/json-text.ts";
import { everyView } from "../shared/views.ts";
import type { RenderOptions, Report, ReportFormat } from "../types.ts";
import { toRecommendationsView } from "./base-advice-view.ts";
import { toCheckView } from "./check-view.ts";
import { toCompareView } from "./compare-view.ts";
import { toCvesView } from "./cves-view.ts";
import { toHygieneView, toLintView, toSecretsView } from "./examination-view.ts";
import { toExplainView } from "./explain-view.ts";
import { toFixesView } from "./fixes-view.ts";
import { toOrganisationView } from "./organisation-view.ts";
import { toOutdatedView } from "./outdated-view.ts";
import { toPackView } from "./pack-view.ts";
import { toPolicyView } from "./policy-view.ts";
import { toQuickviewView } from "./quickview-view.ts";
import { toVexView } from "./vex-view.ts";

export const json: ReportFormat = Object.freeze({
  id: "json",
  title: "JSON",
  specs: ["docs/reference/schemas"],
  version: 1,
  views: everyView,
  render: (report, options) => jsonText(toView(report, options)),
} satisfies ReportFormat);

function toView(report: Report, options: RenderOptions): unknown {
  switch (report.view) {
    case "cves":
      return toCvesView(report, options);
    case "quickview":
      return toQuickviewView(report, options);
    case "policy":
      return toPolicyView(report, options);
    case "outdated":
      return toOutdatedView(report, options);
    case "fixes":
      return toFixesView(report, options);
    case "recommendations":
      return toRecommendationsView(report, options);
    case "check":
      return toCheckView(report, options);
    case "compare":
      return toCompareView(report, options);
    case "document":
      return toPackView(report, options);
    case "organisation":
      return toOrganisationView(report.judgement, options);
    case "explain":
      return toExplainView(report, options);
    case "secrets":
      return toSecretsView(report, options);
    case "hygiene":
      return toHygieneView(report, options);
    case "lint":
      return toLintView(report, options);
    case "vex":
      return toVexView(report, options);
  }
}
