/**
 * Every published shape, by the name of its file in `docs/reference/schemas/`. JSON Schemas are made from it.
 */
import type { z } from "zod";
import { compareReport } from "./compare-report.ts";
import { environmentsReport } from "./known-image-reports.ts";
import { hygieneReport, lintReport, secretsReport } from "./examination-reports.ts";
import {
  cvesReport,
  explainReport,
  organisationPolicyReport,
  policyReport,
  quickviewReport,
} from "./reports.ts";

export const reportSchemas: Readonly<Record<string, z.ZodType>> = Object.freeze({
  "cves-1": cvesReport,
  "quickview-1": quickviewReport,
  "policy-1": policyReport,
  "environments-1": environmentsReport,
  "compare-1": compareReport,
  "organisation-policy-1": organisationPolicyReport,
  "explain-1": explainReport,
  "secrets-1": secretsReport,
  "hygiene-1": hygieneReport,
  "lint-1": lintReport,
});
