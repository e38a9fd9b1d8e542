/**
 * Rules: what is said once about a vulnerability, however many packages have it.
 */
import { severities, type Severity } from "../../domain/advisory.ts";
import { printable } from "../../domain/problem.ts";
import type { FindingFacts } from "../../domain/policy.ts";
import { packageName } from "../../domain/package-name.ts";
import { escapeMarkup } from "../shared/escape-markup.ts";
import { severityTitles, webAddress } from "../shared/words.ts";

/** `error` fails a code scanning check by default; a severity that nobody rated is not treated as harmless. */
export const levels: Readonly<Record<Severity, "error" | "warning" | "note">> = {
  critical: "error",
  high: "error",
  medium: "warning",
  low: "note",
  unspecified: "warning",
};

/** Ids of all vulnerabilities, sorted: the position of an id is its rule's index. */
export function ruleIds(findings: readonly FindingFacts[]): readonly string[] {
  return [...new Set(findings.map(({ vulnerability }) => vulnerability))].sort();
}

/** One rule per vulnerability, in the order of `ruleIds`. */
export function toRules(findings: readonly FindingFacts[]): readonly object[] {
  const byId = Map.groupBy(findings, ({ vulnerability }) => vulnerability);
  return ruleIds(findings).flatMap((id) => {
    const group = byId.get(id) ?? [];
    const worst = [...group].sort(
      (a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity),
    )[0];
    return worst === undefined ? [] : [toRule(worst, group)];
  });
}

function toRule(worst: FindingFacts, group: readonly FindingFacts[]): object {
  const id = printable(worst.vulnerability, 200);
  const address = webAddress(worst.url);
  const score = securitySeverity(worst);
  return {
    id,
    name: "VulnerablePackage",
    shortDescription: { text: `${id}: ${severityTitles[worst.severity].toLowerCase()} severity` },
    fullDescription: { text: printable(worst.summary, 1000) || "No summary is known." },
    ...(address === null ? {} : { helpUri: address }),
    help: help(worst, group),
    defaultConfiguration: { level: levels[worst.severity] },
    properties: {
      ...(score === null ? {} : { "security-severity": score }),
      precision: "very-high",
      tags: ["security", "vulnerability", worst.severity, ...worst.cwes.map((cwe) => printable(cwe, 40))],
      ...(worst.cvss?.vector === undefined || worst.cvss.vector === null
        ? {}
        : { cvssVector: printable(worst.cvss.vector, 200) }),
    },
  };
}

function help(worst: FindingFacts, group: readonly FindingFacts[]): object {
  const rows = group.map((finding): readonly [string, string, string] => [
    `${packageName(finding.package)} ${finding.package.version}`,
    finding.affectedRange === "" ? "unknown" : finding.affectedRange,
    finding.fixedVersion ?? "none",
  ]);
  const text = rows.map(([name, range, fixed]) => `${name}: affected ${range}, fixed in ${fixed}`);
  const table = rows.map((cells) => `| ${cells.map((cell) => escapeMarkup(cell)).join(" | ")} |`);
  return {
    text: [worst.summary, ...text].map((line) => printable(line, 1000)).join("\n"),
    markdown: [
      escapeMarkup(worst.summary),
      "",
      "| Package | Affected | Fixed |",
      "| --- | --- | --- |",
      ...table,
    ].join("\n"),
  };
}

/** Lowest and highest score of each class, as code scanning reads them. */
const BANDS: Readonly<Record<Exclude<Severity, "unspecified">, readonly [number, number]>> = {
  critical: [9.1, 10],
  high: [7, 9],
  medium: [4, 6.9],
  low: [0.1, 3.9],
};

/**
 * The property that code scanning takes a result's class from: the score, kept inside the band of the severity that was
 * decided (word and score may come from different sources). Null when nobody rated it.
 */
function securitySeverity({ severity, cvss }: FindingFacts): string | null {
  if (severity === "unspecified") return null;
  const [lowest, highest] = BANDS[severity];
  return Math.min(Math.max(cvss?.score ?? lowest, lowest), highest).toFixed(1);
}
