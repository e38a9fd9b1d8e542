/**
 * A report as flat rows, for formats that know nothing but lists: spreadsheets, test results, issues of code. What must be known
 * before believing the report is a row too, so that no list looks like the whole answer when it is not.
 */
import type { Severity } from "../../domain/advisory.ts";
import type { Analysis } from "../../domain/analysis.ts";
import type { Examination } from "../../domain/hygiene.ts";
import { hasOtherDatabase, type JudgedImage, type Judgement } from "../../domain/judgement.ts";
import { packageName } from "../../domain/package-name.ts";
import type { FindingFacts, PolicyResult } from "../../domain/policy.ts";
import { isIncomplete } from "../../domain/problem.ts";
import { isRemoved } from "../../domain/removed.ts";
import { placeText } from "../../domain/secret.ts";
import type { Report } from "../types.ts";
import { isUndetermined } from "./counts.ts";
import { fixNotes, fixText } from "./finding-words.ts";
import { findStates, partialSandbox, problemText, type ReportState } from "./states.ts";
import { suppressionTexts, targetName } from "./words.ts";

/** `unknown` is neither passed nor failed: undetermined, no data, not checked, or a state such as INCOMPLETE. */
export type RowStatus = "failed" | "passed" | "suppressed" | "unknown";

export interface FlatRow {
  readonly kind: "state" | "vulnerability" | "secret" | "check" | "policy";
  /** `CVE-2026-1`, the rule, check or policy; of a state `incomplete`. */
  readonly id: string;
  readonly title: string;
  readonly severity: Severity | null;
  readonly status: RowStatus;
  /** Why it has this status, or what is wrong. Raw text, as all that follows. */
  readonly message: string;
  /** What to do; empty: nobody says. */
  readonly remediation: string;
  readonly package: string;
  readonly version: string;
  readonly fixedVersion: string;
  readonly purl: string;
  /** In the image, or the file that was checked; empty: the image as a whole. */
  readonly path: string;
  readonly line: number | null;
  /** Position of the layer from the bottom. */
  readonly layerIndex: number | null;
  readonly url: string;
  readonly finding: FindingFacts | null;
}

export const flatViews = ["cves", "policy", "organisation", "secrets", "hygiene", "lint"] as const;

export type FlatReport = Extract<Report, { view: (typeof flatViews)[number] }>;

export function isFlat(report: Report): report is FlatReport {
  return flatViews.some((view) => view === report.view);
}

/** The image, or the file that was checked. */
export function flatTarget(report: FlatReport): string {
  if (report.view === "lint") return report.lint.file;
  if (report.view === "organisation")
    return report.judgement.images[0]?.name ?? report.judgement.organisation;
  return targetName("analysis" in report ? report.analysis.image : report.examination.image);
}

export function flatRows(report: FlatReport): readonly FlatRow[] {
  switch (report.view) {
    case "cves":
      return [
        ...findStates(report.analysis, report.analysis.findings === null ? null : report.findings).map(
          stateRow,
        ),
        ...filterRows(report),
        ...report.findings.map(findingRow),
      ];
    case "policy":
      return policyRows(report);
    case "organisation":
      return organisationRows(report.judgement);
    case "secrets":
      return [...examinationStates(report.examination), ...secretRows(report.examination)];
    case "hygiene":
      return [...examinationStates(report.examination), ...checkRows(report.examination)];
    case "lint":
      return report.lint.findings.map(({ check, message, line }) => ({
        ...row("check", check.id, check.title),
        severity: check.severity,
        message,
        remediation: check.fix,
        path: report.lint.file,
        line,
        url: check.references[0] ?? "",
      }));
  }
}

function row(kind: FlatRow["kind"], id: string, title: string): FlatRow {
  return {
    kind,
    id,
    title,
    severity: null,
    status: "failed",
    message: "",
    remediation: "",
    package: "",
    version: "",
    fixedVersion: "",
    purl: "",
    path: "",
    line: null,
    layerIndex: null,
    url: "",
    finding: null,
  };
}

function stateRow({ id, label, message, details }: ReportState): FlatRow {
  return { ...row("state", id, label), status: "unknown", message: [message, ...details].join(" ") };
}

/** What filters took out is not known to this list. */
function filterRows({ analysis, findings, filters }: Extract<Report, { view: "cves" }>): readonly FlatRow[] {
  const hidden = (analysis.findings?.length ?? findings.length) - findings.length;
  if (filters.length === 0) return [];
  const message = `${filters.join("; ")}; findings that are not listed: ${hidden}`;
  return [{ ...row("state", "filtered", "FILTERED"), status: "unknown", message }];
}

function findingRow(finding: FindingFacts): FlatRow {
  const { package: pkg, fixedVersion } = finding;
  const notes = fixNotes(finding).map((note) => `, ${note}`);
  const name = packageName(pkg);
  return {
    ...row("vulnerability", finding.vulnerability, `${finding.vulnerability} in ${name} ${pkg.version}`),
    severity: finding.severity,
    status: statusOf(finding),
    message: messageOf(finding),
    remediation:
      fixedVersion === null ? fixText(finding) : `Upgrade ${name} to ${fixedVersion}${notes.join("")}`,
    package: name,
    version: pkg.version,
    fixedVersion: fixedVersion ?? "",
    purl: pkg.purl,
    path: pkg.evidence[0]?.path ?? "",
    layerIndex: pkg.evidence[0]?.layerIndex ?? null,
    url: finding.url ?? "",
    finding,
  };
}

function statusOf(finding: FindingFacts): RowStatus {
  if (finding.suppressed || isRemoved(finding)) return "suppressed";
  return isUndetermined(finding) ? "unknown" : "failed";
}

function messageOf(finding: FindingFacts): string {
  const suppressed = suppressionTexts(finding);
  if (suppressed.length > 0) return suppressed.join("; ");
  if (isRemoved(finding)) return `a later layer removed the package; ${finding.summary}`;
  return isUndetermined(finding) ? (finding.reason ?? "no reason is known") : finding.summary;
}

function policyRows({ analysis, platforms }: Extract<Report, { view: "policy" }>): readonly FlatRow[] {
  if (platforms.length === 0) return evaluationRows(analysis, "");
  return platforms.flatMap(({ platform, analysis: own, reason }) =>
    own === null
      ? [{ ...row("policy", platform, platform), status: "unknown" as const, message: reason ?? "" }]
      : evaluationRows(own, `${platform}: `),
  );
}

function evaluationRows(analysis: Analysis, prefix: string): readonly FlatRow[] {
  const results = analysis.verdict?.results ?? [];
  return [
    ...findStates(analysis, analysis.findings).map(stateRow),
    ...results.flatMap((result) => resultRows(result, prefix)),
  ];
}

/** Of several images each row says which platform it is about. */
function organisationRows(judgement: Judgement): readonly FlatRow[] {
  const isOne = judgement.images.length === 1;
  return judgement.images.flatMap((image) => {
    const { verdict, analysis, reason, platform, name } = image;
    const prefix = isOne ? "" : `${platform ?? name}: `;
    if (verdict === null) {
      return [
        { ...row("policy", name, `${prefix}no verdict`), status: "unknown" as const, message: reason ?? "" },
      ];
    }
    const states = analysis === null ? judgedStates(image) : findStates(analysis, analysis.findings);
    const other: FlatRow = {
      ...row("state", "other-database", "OTHER DATABASE"),
      status: "unknown",
      message: "It was judged here, by another vulnerability database than the server's.",
    };
    return [
      ...states.map(stateRow),
      ...(hasOtherDatabase(judgement, image) ? [other] : []),
      ...verdict.results.flatMap((result) => resultRows(result, prefix)),
    ];
  });
}

/** What is known of the server's own analysis. */
function judgedStates({ completeness, verification, database }: JudgedImage): readonly ReportState[] {
  const states: readonly (readonly [isSo: boolean, id: ReportState["id"], label: string, message: string])[] =
    [
      [
        database?.demonstration === true,
        "demonstration",
        "DEMONSTRATION DATA",
        "It rests on demonstration data.",
      ],
      [completeness === "incomplete", "incomplete", "INCOMPLETE", "Packages or findings may be missing."],
      [
        verification === "unverified",
        "unverified",
        "UNVERIFIED",
        "Content was read without checking its digest.",
      ],
      [database?.stale === true, "stale", "STALE DATABASE", "Newer advisories are not in the database."],
    ];
  return states.flatMap(([isSo, id, label, message]) => (isSo ? [{ id, label, message, details: [] }] : []));
}

function resultRows(
  { policy, title, status, reason, deviations }: PolicyResult,
  prefix: string,
): readonly FlatRow[] {
  const base = row("policy", policy, `${prefix}${title}`);
  if (status === "met") return [{ ...base, status: "passed", message: reason ?? "" }];
  if (status === "no_data") return [{ ...base, status: "unknown", message: reason ?? "" }];
  if (deviations.length === 0) return [{ ...base, message: reason ?? "" }];
  return deviations.map(({ message, purl, vulnerability, remediation }) => ({
    ...base,
    message: [message, vulnerability !== null && !message.includes(vulnerability) ? vulnerability : ""]
      .filter((part) => part !== "")
      .join(" "),
    purl: purl ?? "",
    remediation: remediation ?? "",
  }));
}

function examinationStates(examination: Examination): readonly FlatRow[] {
  const { completeness, verification, problems, secrets } = examination;
  const reasons = problems.filter(isIncomplete).map(problemText);
  const incomplete: ReportState = {
    id: "incomplete",
    label: "INCOMPLETE",
    message: "Something could not be read or searched.",
    details: [...reasons, ...secrets.notSearched].slice(0, DETAILS_MAX),
  };
  const unverified: ReportState = {
    id: "unverified",
    label: "UNVERIFIED",
    message: "The image's content was not verified by its digest.",
    details: [],
  };
  return [
    ...(completeness === "incomplete" ? [incomplete] : []),
    ...(verification === "unverified" ? [unverified] : []),
    ...partialSandbox(examination),
  ].map(stateRow);
}

const DETAILS_MAX = 20;

function secretRows({ secrets }: Examination): readonly FlatRow[] {
  return secrets.findings.map(({ rule, title, severity, place, removedIn }) => {
    const gone =
      removedIn === null ? "" : `; layer ${removedIn.layerIndex} deletes the file, the image still has it`;
    return {
      ...row("secret", rule, title),
      severity,
      message: `${title} in ${placeText(place)}${gone}`,
      remediation: "Replace the secret at its issuer, and take it out of the build.",
      path: place.kind === "file" ? place.path : "",
      line: place.kind === "file" ? place.line : null,
      layerIndex: place.kind === "file" ? place.layerIndex : null,
    };
  });
}

function checkRows({ hygiene }: Examination): readonly FlatRow[] {
  return hygiene.flatMap(({ check, status, reason, findings }): readonly FlatRow[] => {
    const base = {
      ...row("check", check.id, check.title),
      severity: check.severity,
      remediation: check.fix,
      url: check.references[0] ?? "",
    };
    if (status === "passed") return [{ ...base, status: "passed" }];
    if (status === "not_checked") return [{ ...base, status: "unknown", message: reason ?? "" }];
    return findings.map(({ message, path, line, layerIndex }) => {
      return { ...base, message, path: path ?? "", line, layerIndex };
    });
  });
}
