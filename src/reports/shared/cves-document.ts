/**
 * The view `cves`: the overview, then packages worst first, each with its findings.
 */
import type { FindingFacts } from "../../domain/policy.ts";
import type { RenderOptions, Report } from "../types.ts";
import { code, paragraph, plain, section, toned, type Block, type Span } from "./blocks.ts";
import { isRemoved } from "../../domain/removed.ts";
import { packageName } from "../../domain/package-name.ts";
import { counts, countFindings, isUndetermined } from "./counts.ts";
import { countSpans, overviewRows, stateBlocks } from "./overview.ts";
import { groupByPackage, type PackageFindings } from "./packages.ts";
import { findPlaces } from "./places.ts";
import { findStates, hidesFindings } from "./states.ts";
import { fixNotes, fixText, kevText, ratingText } from "./finding-words.ts";
import { countText, percentText, proposalText, severityTitles, suppressionTexts } from "./words.ts";

type CvesReport = Extract<Report, { view: "cves" }>;
type Row = readonly [label: string, value: readonly Span[]];

export function cvesDocument(report: CvesReport, options: RenderOptions): readonly Block[] {
  const { analysis, findings } = report;
  const shown = analysis.findings === null ? null : findings;
  const states = findStates(analysis, shown);
  const groups = groupByPackage(findings, options);
  return [
    { kind: "facts", rows: [...overviewRows(analysis, shown), ...filterRows(report)] },
    ...stateBlocks(states),
    ...groups.map((group) => packageSection(group, report, options)),
    totals(report, hidesFindings(states)),
  ];
}

/** Filters in words, and how many findings they hide: a filtered report must not look like a whole one. */
export function filterRows({ analysis, findings, filters }: CvesReport): readonly Row[] {
  const hidden = (analysis.findings?.length ?? findings.length) - findings.length;
  return [
    ...(filters.length === 0 ? [] : [["Filters", [toned(filters.join("; "), "warn")]] as const]),
    ...(hidden <= 0 ? [] : [["  not shown", [toned(countText(hidden, "finding"), "warn")]] as const]),
  ];
}

function packageSection(group: PackageFindings, report: CvesReport, options: RenderOptions): Block {
  const { package: pkg, findings } = group;
  const title = [
    ...countSpans(group.counts),
    plain("  "),
    toned(`${packageName(pkg)} ${pkg.version}`, "strong"),
    ...(pkg.removedIn === undefined
      ? []
      : [toned(`  [REMOVED IN LAYER ${pkg.removedIn.layerIndex}]`, "warn")]),
  ];
  const blocks: Block[] = [paragraph(code(pkg.purl))];
  if (options.locations) blocks.push({ kind: "facts", rows: placeRows(group, report) });
  return section(title, [...blocks, ...findings.map((finding) => findingSection(finding, options))], true);
}

function placeRows(group: PackageFindings, { analysis }: CvesReport): readonly Row[] {
  return findPlaces(group.package, analysis.image).flatMap((place): readonly Row[] => [
    ["Location", [code(place.path)]],
    ...(place.layer === null
      ? []
      : [["  layer", [code(place.layer), plain(layerNumber(place.layerIndex))]] as const]),
    ...(place.command === null ? [] : [["  command", [code(place.command)]] as const]),
    ...(place.lines === null ? [] : [["  written in", [code(place.lines)]] as const]),
  ]);
}

function layerNumber(index: number | null): string {
  return index === null ? "" : ` (layer ${index})`;
}

function findingSection(finding: FindingFacts, options: RenderOptions): Block {
  const epss = options.epss ? epssRows(finding) : [];
  const rows: Row[] = [
    ...reasonRows(finding),
    ...(finding.url === null ? [] : [["Link", [{ text: finding.url, link: finding.url }]] as const]),
    ["Affected range", [plain(finding.affectedRange === "" ? "unknown" : finding.affectedRange)]],
    ["Fixed version", [fixedSpan(finding)]],
    ...cvssRows(finding),
    ...epss,
    ...(options.details ? detailRows(finding) : []),
  ];
  return section(findingTitle(finding), [{ kind: "facts", rows }]);
}

/** Mark, severity, id and labels. */
export function findingTitle(finding: FindingFacts): readonly Span[] {
  const mark = finding.suppressed || isRemoved(finding) ? "-" : isUndetermined(finding) ? "?" : "✗";
  const title: Span = {
    text: `${mark} ${severityTitles[finding.severity]} ${finding.vulnerability}`,
    tone: counts(finding) ? finding.severity : "dim",
    ...(finding.url === null ? {} : { link: finding.url }),
  };
  return [title, ...labels(finding).map((label) => toned(`  [${label}]`, "warn"))];
}

function labels(finding: FindingFacts): readonly string[] {
  return [
    ...(finding.kind === "malicious" ? ["MALICIOUS"] : []),
    ...(finding.kind === "informational" ? ["INFORMATIONAL"] : []),
    ...(finding.context.kev === null ? [] : ["CISA KEV"]),
    ...(finding.suppressed ? ["SUPPRESSED"] : []),
    ...(isRemoved(finding) ? ["REMOVED"] : []),
    ...(isUndetermined(finding) ? ["UNDETERMINED"] : []),
    ...(finding.status === "under_investigation" ? ["UNDER INVESTIGATION"] : []),
    ...finding.cwes.slice(0, 3),
  ];
}

function reasonRows(finding: FindingFacts): readonly Row[] {
  return [
    ...suppressionTexts(finding).map((text): Row => ["Suppressed by", [plain(text)]]),
    ...proposalRows(finding),
    ...(isUndetermined(finding)
      ? [["Undetermined", [plain(finding.reason ?? "no reason is known")]] as const]
      : []),
  ];
}

/** Shown so that it can be approved; until then it changes nothing. */
function proposalRows(finding: FindingFacts): readonly Row[] {
  const text = proposalText(finding);
  return text === null ? [] : [["Proposed", [plain(`${text}; not approved, so it counts for nothing`)]]];
}

function fixedSpan(finding: FindingFacts): Span {
  return finding.fixedVersion === null
    ? toned(fixText(finding), "warn")
    : toned([finding.fixedVersion, ...fixNotes(finding)].join(", "), "good");
}

function cvssRows({ rating, cvss }: FindingFacts): readonly Row[] {
  if (rating === null) return [["Severity", [plain("no source rates it")]]];
  const by = cvss === null || cvss.source === rating.source ? "" : `, by ${cvss.source}`;
  return [
    ["Severity by", [plain(`${rating.source} (${rating.severity})`)]],
    ...(cvss === null || cvss.score === null
      ? []
      : [["CVSS score", [plain(`${cvss.score.toFixed(1)}${by}`)]] as const]),
    ...(cvss === null || cvss.vector === null ? [] : [["CVSS vector", [plain(cvss.vector)]] as const]),
  ];
}

function epssRows({ context }: FindingFacts): readonly Row[] {
  if (context.epss === null) return [["EPSS score", [plain("unknown")]]];
  return [
    ["EPSS score", [plain(percentText(context.epss.score))]],
    ["EPSS percentile", [plain(percentText(context.epss.percentile))]],
  ];
}

function detailRows(finding: FindingFacts): readonly Row[] {
  return [
    ...(finding.summary === "" ? [] : [["Summary", [plain(finding.summary)]] as const]),
    ...(finding.aliases.length === 0 ? [] : [["Aliases", [plain(finding.aliases.join(", "))]] as const]),
    ...otherRatings(finding).map((text): Row => ["Rated also", [plain(text)]]),
    ...(finding.context.kev === null
      ? []
      : [["Known exploited", [plain(kevText(finding.context.kev))]] as const]),
    ...(finding.publishedAt === null ? [] : [["Published", [plain(finding.publishedAt)]] as const]),
    ...finding.evidence.map((match): Row => [
      "Matched by",
      [plain(`${match.advisory.feed} ${match.advisory.id}: ${match.comparison}`)],
    ]),
  ];
}

/** Of the sources that did not decide, and whose score is not shown either. */
function otherRatings({ ratings, rating, cvss }: FindingFacts): readonly string[] {
  const shown = [rating, cvss].map((each) => (each === null ? "" : ratingText(each)));
  return ratings.map(ratingText).filter((text) => !shown.includes(text));
}

function totals({ analysis, findings }: CvesReport, isUncertain: boolean): Block {
  if (analysis.findings === null) return paragraph(toned("Vulnerabilities were not judged.", "warn"));
  const numbers = countFindings(findings);
  const packageCount = groupByPackage(findings.filter(counts), {}).length;
  if (numbers.total === 0) {
    const others = [
      ...(numbers.undetermined + numbers.suppressed > 0 ? ["undetermined or suppressed"] : []),
      ...(findings.some(isRemoved) ? ["removed"] : []),
    ];
    const beside = others.length === 0 ? "" : ` besides those listed as ${others.join(" or ")}`;
    if (isUncertain) {
      return paragraph(
        toned(
          `No vulnerability was found in what could be judged${beside}; see above why this is not the whole answer.`,
          "warn",
        ),
      );
    }
    const among = findings.length < analysis.findings.length ? " after filtering" : "";
    return paragraph(toned(`No vulnerabilities found${among}${beside}.`, "good"));
  }
  return paragraph(
    toned(
      `${countText(numbers.total, "vulnerability")} found in ${countText(packageCount, "package")}  `,
      "strong",
    ),
    ...countSpans(numbers),
  );
}
