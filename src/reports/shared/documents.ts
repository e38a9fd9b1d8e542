/**
 * Report to blocks: the part that terminal and Markdown share.
 */
import type { RenderOptions, Report } from "../types.ts";
import type { Block } from "./blocks.ts";
import { recommendationsDocument } from "./base-document.ts";
import { checkDocument } from "./check-document.ts";
import { compareDocument } from "./compare-document.ts";
import { cvesDocument } from "./cves-document.ts";
import { fixesDocument } from "./fixes-document.ts";
import { hygieneDocument, lintDocument, secretsDocument } from "./examination-document.ts";
import { explainDocument } from "./explain-document.ts";
import { organisationDocument } from "./organisation-document.ts";
import { outdatedDocument } from "./outdated-document.ts";
import { packDocument } from "./pack-document.ts";
import { packagesDocument } from "./packages-document.ts";
import { policyDocument, quickviewDocument } from "./policy-document.ts";
import { vexDocument } from "./vex-document.ts";

export function toBlocks(report: Report, options: RenderOptions): readonly Block[] {
  switch (report.view) {
    case "cves":
      return options.onlyPackages ? packagesDocument(report, options) : cvesDocument(report, options);
    case "quickview":
      return quickviewDocument(report);
    case "policy":
      return policyDocument(report, options);
    case "outdated":
      return outdatedDocument(report);
    case "fixes":
      return fixesDocument(report);
    case "recommendations":
      return recommendationsDocument(report);
    case "check":
      return checkDocument(report, options);
    case "compare":
      return compareDocument(report);
    case "document":
      return packDocument(report, options);
    case "organisation":
      return organisationDocument(report.judgement, options);
    case "explain":
      return explainDocument(report);
    case "secrets":
      return secretsDocument(report);
    case "hygiene":
      return hygieneDocument(report, options);
    case "lint":
      return lintDocument(report.lint, options);
    case "vex":
      return vexDocument(report);
  }
}
