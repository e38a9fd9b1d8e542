/**
 * The view `explain`: why a vulnerability is reported for an image, or why it is not counted.
 */
import { exceptionTier, repositoriesOf, type Exception } from "../../domain/exception.ts";
import type { FindingFacts } from "../../domain/policy.ts";
import type { ConsideredAdvisory, MatchEvidence } from "../../domain/finding.ts";
import { tierOf, type VexStatement } from "../../domain/vex.ts";
import type { Report } from "../types.ts";
import { code, paragraph, plain, section, toned, type Block, type Span } from "./blocks.ts";
import { findingTitle } from "./cves-document.ts";
import { epssText, fixNotes, fixText, kevText, ratingText } from "./finding-words.ts";
import { overviewRows, stateBlocks } from "./overview.ts";
import { findPlaces } from "./places.ts";
import { findStates } from "./states.ts";
import { countText } from "./words.ts";

type ExplainReport = Extract<Report, { view: "explain" }>;
type Row = readonly [label: string, value: readonly Span[]];

export function explainDocument(report: ExplainReport): readonly Block[] {
  const { analysis, vulnerability, findings } = report;
  return [
    { kind: "facts", rows: overviewRows(analysis, analysis.findings) },
    ...stateBlocks(findStates(analysis, findings)),
    paragraph(
      toned(vulnerability, "strong"),
      plain(`  ${countText(findings.length, "finding")} in this image`),
    ),
    ...(findings[0] === undefined || findings[0].summary === ""
      ? []
      : [paragraph(plain(findings[0].summary))]),
    ...findings.map((finding) => findingSection(finding, report)),
    ...consideredSections(analysis.considered),
  ];
}

/** Advisories that say no: one section a package, so that "no finding" can be checked. */
function consideredSections(considered: readonly ConsideredAdvisory[]): readonly Block[] {
  return considered.map(({ package: pkg, advisory, key, reasons }) => {
    const rows: readonly Row[] = [
      ["Package", [code(pkg.purl)]],
      ["Advisory", [{ text: advisory.id, ...(advisory.url === null ? {} : { link: advisory.url }) }]],
      ["Feed", [plain(advisory.feed)]],
      ["Looked up as", [plain(`${key.name} ${key.version} in ${key.space} (${key.by})`)]],
      ...reasons
        .slice(0, REASONS_SHOWN_MAX)
        .map((reason, index): Row => [index === 0 ? "Not affected" : "", [toned(reason, "good")]]),
      ...(reasons.length > REASONS_SHOWN_MAX
        ? [["", [plain(`and ${reasons.length - REASONS_SHOWN_MAX} more ranges`)]] as const]
        : []),
      ...(advisory.demonstration ? [["Note", [toned("demonstration data", "warn")]] as const] : []),
    ];
    return section(
      [toned("Considered", "strong"), plain(` ${advisory.id}: does not hold ${pkg.name} ${pkg.version}`)],
      [{ kind: "facts", rows }],
    );
  });
}

/** An advisory may have hundreds of ranges; JSON has them all. */
const REASONS_SHOWN_MAX = 20;

function findingSection(finding: FindingFacts, { analysis }: ExplainReport): Block {
  const { package: pkg } = finding;
  const places = findPlaces(pkg, analysis.image).flatMap((place): readonly Row[] => [
    ["Seen in", [code(place.path)]],
    ...(place.layer === null
      ? []
      : [
          [
            "  layer",
            [code(place.layer), plain(place.layerIndex === null ? "" : ` (layer ${place.layerIndex})`)],
          ] as const,
        ]),
    ...(place.command === null ? [] : [["  built by", [code(place.command)]] as const]),
    ...(place.lines === null ? [] : [["  written in", [code(place.lines)]] as const]),
  ]);
  const rows: readonly Row[] = [
    ["Package", [code(pkg.purl)]],
    ...(pkg.sourcePackage === null
      ? []
      : [["Source package", [plain(`${pkg.sourcePackage.name} ${pkg.sourcePackage.version}`)]] as const]),
    ...places,
    ["Conclusion", [conclusion(finding)]],
    ["Severity", [plain(severityText(finding))]],
    ...otherRatings(finding).map((text): Row => ["  rated also", [plain(text)]]),
    ["Fixed version", [plain(fixedText(finding))]],
    ...aboutRows(finding),
  ];
  return section(findingTitle(finding), [
    { kind: "facts", rows },
    ...finding.evidence.map(evidenceSection),
    ...(finding.exception === null ? [] : [exceptionSection(finding.exception, "Exception")]),
    ...(finding.statement === null ? [] : [statementSection(finding.statement, "VEX statement")]),
    ...proposedSections(finding),
  ]);
}

/** Of sources that no advisory below tells of. */
function otherRatings({ ratings, evidence }: FindingFacts): readonly string[] {
  const told = new Set(evidence.flatMap(({ advisory }) => advisory.severities).map(ratingText));
  return ratings.map(ratingText).filter((text) => !told.has(text));
}

function fixedText(finding: FindingFacts): string {
  if (finding.fixedVersion !== null) return [finding.fixedVersion, ...fixNotes(finding)].join(", ");
  return finding.fixState === "unknown" ? "none is known" : `none: ${fixText(finding)}`;
}

function conclusion(finding: FindingFacts): Span {
  if (finding.status === "undetermined") {
    return toned(`undetermined: ${finding.reason ?? "no reason is known"}`, "warn");
  }
  const decided = decidedBy(finding);
  return toned(`${finding.status} (${decided})`, finding.suppressed ? "good" : "bad");
}

function decidedBy({ statement, exception }: FindingFacts): string {
  if (exception?.kind === "accepted_risk") return "its risk is accepted by the exception below";
  if (exception !== null) return "decided by the exception below";
  return statement === null ? "no statement says otherwise" : "decided by the statement below";
}

function severityText({ severity, rating, cvss }: FindingFacts): string {
  if (rating === null) return `${severity}: no source rates it`;
  if (cvss === null) return `${severity}, by ${rating.source}`;
  const by = cvss.source === rating.source ? "" : `; scored by ${cvss.source}:`;
  const score = cvss.score === null ? "" : ` ${cvss.score.toFixed(1)}`;
  return `${severity}, by ${rating.source}${by}${score}${cvss.vector === null ? "" : ` ${cvss.vector}`}`;
}

/** What is known of the vulnerability, whatever package has it. */
function aboutRows({ context: { kev, epss }, cwes, publishedAt, modifiedAt }: FindingFacts): readonly Row[] {
  return [
    ...(kev === null ? [] : [["Known exploited", [toned(kevText(kev), "bad")]] as const]),
    ...(epss === null ? [] : [["EPSS", [plain(epssText(epss))]] as const]),
    ...(cwes.length === 0 ? [] : [["Weaknesses", [plain(cwes.join(", "))]] as const]),
    ...(publishedAt === null ? [] : [["Published", [plain(publishedAt)]] as const]),
    ...(modifiedAt === null ? [] : [["Changed", [plain(modifiedAt)]] as const]),
  ];
}

function evidenceSection({ advisory, key, range, comparison }: MatchEvidence): Block {
  const ends =
    range === null
      ? null
      : [
          `introduced ${range.introduced}`,
          ...(range.fixed === null ? [] : [`fixed ${range.fixed}`]),
          ...(range.lastAffected === null ? [] : [`last affected ${range.lastAffected}`]),
        ];
  const rows: readonly Row[] = [
    ["Advisory", [{ text: advisory.id, ...(advisory.url === null ? {} : { link: advisory.url }) }]],
    ["Feed", [plain(advisory.feed)]],
    ...(advisory.aliases.length === 0 ? [] : [["Aliases", [plain(advisory.aliases.join(", "))]] as const]),
    ["Looked up as", [plain(`${key.name} ${key.version} in ${key.space} (${key.by})`)]],
    [
      "Range",
      [plain(ends === null ? "none holds the version" : `${ends.join(", ")} (${range?.scheme ?? ""})`)],
    ],
    ["Comparison", [plain(comparison)]],
    ...advisory.severities.map((rating): Row => ["Rated", [plain(ratingText(rating))]]),
    ...(advisory.fixState === undefined
      ? []
      : [
          [
            "Publisher says",
            [plain(`${advisory.fixState}${advisory.note === undefined ? "" : `: ${advisory.note}`}`)],
          ] as const,
        ]),
    ...(advisory.demonstration ? [["Note", [toned("demonstration data", "warn")]] as const] : []),
  ];
  return section([toned("Advisory", "strong"), plain(` ${advisory.id}`)], [{ kind: "facts", rows }]);
}

function exceptionSection(exception: Exception, title: string): Block {
  const { scope, justification, expiresAt } = exception;
  const places = [...repositoriesOf(scope), scope.digest, scope.purl].filter((part) => part !== null);
  const rows: readonly Row[] = [
    ["Kind", [plain(exception.kind)]],
    ...(justification === null ? [] : [["Justification", [plain(justification)]] as const]),
    ["Reason", [plain(exception.reason)]],
    ...(exceptionTier(exception) === "approved"
      ? ([
          ["Asked for by", [plain(exception.requestedBy)]],
          ["Approved by", [plain(exception.decidedBy)]],
          ["Date", [plain(exception.decidedAt)]],
        ] as const)
      : ([["Written by", [plain(exception.author ?? exception.requestedBy)]]] as const)),
    ...(exception.ticket === undefined ? [] : [["Ticket", [plain(exception.ticket)]] as const]),
    ...(exception.location === undefined
      ? []
      : [["Read from", [code(exception.location), plain(` (${exceptionTier(exception)})`)]] as const]),
    ["Until", [plain(expiresAt ?? "no end")]],
    ["Scope", [plain(places.length === 0 ? "all images of the organisation" : places.join(", "))]],
  ];
  return section([toned(title, "strong")], [{ kind: "facts", rows }]);
}

/** What would decide, were it trusted. */
function proposedSections({ proposed }: FindingFacts): readonly Block[] {
  if (proposed === undefined) return [];
  return proposed.kind === "statement"
    ? [statementSection(proposed.statement, "Proposed VEX statement, which counts for nothing")]
    : [exceptionSection(proposed.exception, "Proposed exception, which counts for nothing")];
}

function statementSection(statement: VexStatement, title: string): Block {
  const rows: readonly Row[] = [
    ["Status", [plain(statement.status)]],
    ...(statement.justification === null
      ? []
      : [["Justification", [plain(statement.justification)]] as const]),
    ...(statement.impactStatement === null ? [] : [["Impact", [plain(statement.impactStatement)]] as const]),
    ...(statement.actionStatement === null ? [] : [["Action", [plain(statement.actionStatement)]] as const]),
    ["Document", [code(statement.document)]],
    ["Read from", [code(statement.location)]],
    ["Author", [plain(statement.author)]],
    ["Trust", [plain(`${tierOf(statement)}, found as: ${statement.origin ?? "location"}`)]],
    ["Date", [plain(statement.timestamp)]],
    [
      "Products",
      [plain(statement.products.flatMap(({ ids, subcomponents }) => [...ids, ...subcomponents]).join(", "))],
    ],
  ];
  return section([toned(title, "strong")], [{ kind: "facts", rows }]);
}
