/**
 * Every published shape, by the name of its file in `docs/reference/schemas/`. JSON Schemas are made from it.
 */
import type { z } from "zod";
import {
  attestationAddReport,
  attestationsReport,
  attestationVerifyReport,
  healthReport,
} from "./attestation-reports.ts";
import { recommendationsReport } from "./base-advice-views.ts";
import { compareReport } from "./compare-report.ts";
import {
  policyExplainReport,
  policyListReport,
  policyPublishReport,
  policyResultFile,
  policyTestReport,
  policyWhatIfReport,
} from "./policy-reports.ts";
import { checkReport, policySetPublishReport, policySetsReport } from "./policy-set-reports.ts";
import {
  basesReport,
  environmentsReport,
  organisationEnvironmentsReport,
  supportedTagsReport,
} from "./known-image-reports.ts";
import { fixesReport } from "./fixes-report.ts";
import { outdatedReport } from "./outdated-report.ts";
import { hygieneReport, lintReport, secretsReport } from "./examination-reports.ts";
import { packReport } from "./pack-report.ts";
import {
  cvesReport,
  explainReport,
  organisationPolicyReport,
  policyReport,
  quickviewReport,
} from "./reports.ts";
import { vexDoctorReport } from "./vex-report.ts";

export const reportSchemas: Readonly<Record<string, z.ZodType>> = Object.freeze({
  "cves-1": cvesReport,
  "quickview-1": quickviewReport,
  "policy-1": policyReport,
  "policy-result-1": policyResultFile,
  "policy-test-1": policyTestReport,
  "policy-explain-1": policyExplainReport,
  "policy-list-1": policyListReport,
  "policy-what-if-1": policyWhatIfReport,
  "policy-publish-1": policyPublishReport,
  "policy-set-publish-1": policySetPublishReport,
  "policy-sets-1": policySetsReport,
  "check-1": checkReport,
  "bases-1": basesReport,
  "supported-tags-1": supportedTagsReport,
  "environments-1": environmentsReport,
  "organisation-environments-1": organisationEnvironmentsReport,
  "recommendations-1": recommendationsReport,
  "fixes-1": fixesReport,
  "outdated-1": outdatedReport,
  "compare-1": compareReport,
  "organisation-policy-1": organisationPolicyReport,
  "explain-1": explainReport,
  "attestations-1": attestationsReport,
  "attestation-verify-1": attestationVerifyReport,
  "attestation-add-1": attestationAddReport,
  "health-1": healthReport,
  "document-1": packReport,
  "secrets-1": secretsReport,
  "hygiene-1": hygieneReport,
  "lint-1": lintReport,
  "vex-doctor-1": vexDoctorReport,
});
