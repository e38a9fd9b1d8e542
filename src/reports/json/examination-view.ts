/** Secrets, hygiene and Dockerfile findings in the published shapes of `src/api`. */
import type { Examination, HygieneResult } from "../../domain/hygiene.ts";
import { formatPlatform } from "../../domain/image.ts";
import { targetName } from "../shared/words.ts";
import type { RenderOptions, Report } from "../types.ts";
import { toProblemView } from "./target-view.ts";

export function toSecretsView({ examination }: Extract<Report, { view: "secrets" }>, options: RenderOptions) {
  const { findings, notListed, notSearched } = examination.secrets;
  return {
    schema: "urn:plimsoll:report:secrets:1",
    ...shared(examination, options),
    notListed,
    notSearched,
    secrets: findings.map(({ rule, title, severity, place, shown, removedIn }) => ({
      rule,
      title,
      severity,
      place,
      shown,
      removedIn,
    })),
  };
}

export function toHygieneView(
  { examination, standard }: Extract<Report, { view: "hygiene" }>,
  options: RenderOptions,
) {
  return {
    schema: "urn:plimsoll:report:hygiene:1",
    ...shared(examination, options),
    notSearched: examination.secrets.notSearched,
    checks: examination.hygiene.map(toCheckView),
    standard,
  };
}

function toCheckView({ check, status, reason, findings, findingCount }: HygieneResult) {
  const listed = findings.map(({ message, path, layerIndex }) => ({ message, path, layerIndex }));
  return { ...check, status, reason, findingCount, findings: listed };
}

export function toLintView({ lint }: Extract<Report, { view: "lint" }>, { toolVersion }: RenderOptions) {
  return {
    schema: "urn:plimsoll:report:lint:1",
    tool: { name: "plimsoll", version: toolVersion },
    file: lint.file,
    findings: lint.findings.map(({ check, message, line }) => ({
      check: check.id,
      severity: check.severity,
      line,
      message,
    })),
    checks: lint.checks,
  };
}

function shared(
  { image, problems, completeness, verification, sandbox }: Examination,
  { toolVersion }: RenderOptions,
) {
  return {
    tool: { name: "plimsoll", version: toolVersion },
    target: {
      name: targetName(image),
      reference: image.reference,
      source: image.source,
      digest: image.digest,
      platform: image.source === "fs" ? null : formatPlatform(image.config.platform),
    },
    completeness,
    verification,
    sandbox,
    problems: problems.map(toProblemView),
  };
}
