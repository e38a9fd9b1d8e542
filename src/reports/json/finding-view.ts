/**
 * Findings and packages of JSON reports.
 */
import type { Advisory, AffectedRange, SeverityRating, VulnerabilityContext } from "../../domain/advisory.ts";
import { exceptionTier, type Exception } from "../../domain/exception.ts";
import type { ConsideredAdvisory, MatchEvidence, ProposedDecision } from "../../domain/finding.ts";
import { tierOf, type VexStatement } from "../../domain/vex.ts";
import type { ResolvedImage } from "../../domain/image.ts";
import type { AdvisoryKey, Package } from "../../domain/package.ts";
import type { FindingFacts } from "../../domain/policy.ts";
import { findPlaces } from "../shared/places.ts";

export function toFindingView(finding: FindingFacts, image: ResolvedImage) {
  return {
    vulnerability: finding.vulnerability,
    aliases: finding.aliases,
    status: finding.status,
    suppressed: finding.suppressed,
    reason: finding.reason,
    severity: finding.severity,
    kind: finding.kind,
    rating: finding.rating === null ? null : toRatingView(finding.rating),
    cvss: finding.cvss === null ? null : toRatingView(finding.cvss),
    ratings: finding.ratings.map(toRatingView),
    affectedRange: finding.affectedRange,
    fixedVersion: finding.fixedVersion,
    fixState: finding.fixState,
    fixNote: finding.fixNote,
    fixedAt: finding.fixedAt,
    summary: finding.summary,
    cwes: finding.cwes,
    publishedAt: finding.publishedAt,
    modifiedAt: finding.modifiedAt,
    url: finding.url,
    kev: toKevView(finding.context.kev),
    epss: finding.context.epss,
    demonstration: finding.demonstration,
    package: toPackageView(finding.package, image),
    evidence: finding.evidence.map(toEvidenceView),
    statement: finding.statement === null ? null : toStatementView(finding.statement),
    exception: finding.exception === null ? null : toExceptionView(finding.exception),
    proposed: toProposedView(finding.proposed),
    inheritedFrom: finding.inheritedFrom ?? null,
  };
}

export function toPackageView(pkg: Package, image: ResolvedImage) {
  return {
    purl: pkg.purl,
    ecosystem: pkg.ecosystem,
    namespace: pkg.namespace,
    name: pkg.name,
    version: pkg.version,
    sourcePackage: pkg.sourcePackage,
    architecture: pkg.architecture,
    licenses: pkg.licenses,
    locations: findPlaces(pkg, image).map(({ path, layer, layerIndex, command, lines }) => ({
      path,
      layer,
      layerIndex,
      command,
      lines,
    })),
    removedIn: pkg.removedIn ?? null,
  };
}

function toKevView(kev: VulnerabilityContext["kev"]) {
  return kev === null
    ? null
    : { dateAdded: kev.dateAdded, ransomware: kev.ransomware, dueDate: kev.dueDate ?? null };
}

function toRatingView({ source, type, vector, score, severity }: SeverityRating) {
  return { source, type, vector, score, severity };
}

function toEvidenceView({ advisory, key, range, comparison }: MatchEvidence) {
  return { advisory: toAdvisoryView(advisory), key: toKeyView(key), range, comparison };
}

export function toConsideredView(considered: ConsideredAdvisory, image: ResolvedImage) {
  const { vulnerability, aliases, advisory, key, reasons } = considered;
  return {
    vulnerability,
    aliases,
    package: toPackageView(considered.package, image),
    advisory: toAdvisoryView(advisory),
    key: toKeyView(key),
    ranges: advisory.ranges.map(toRangeView),
    reasons,
  };
}

function toKeyView({ space, name, version, by, repository }: AdvisoryKey) {
  return { space, name, version, by, repository: repository ?? null };
}

function toAdvisoryView(advisory: Advisory) {
  return {
    id: advisory.id,
    feed: advisory.feed,
    aliases: advisory.aliases,
    url: advisory.url,
    demonstration: advisory.demonstration,
    ratings: advisory.severities.map(toRatingView),
  };
}

function toRangeView({ scheme, introduced, fixed, lastAffected }: AffectedRange) {
  return { scheme, introduced, fixed, lastAffected };
}

function toProposedView(proposed: ProposedDecision | undefined) {
  if (proposed === undefined) return null;
  return proposed.kind === "statement"
    ? { kind: "statement" as const, statement: toStatementView(proposed.statement) }
    : { kind: "exception" as const, exception: toExceptionView(proposed.exception) };
}

function toExceptionView(exception: Exception) {
  const { repository, repositories, digest, purl, packagePattern, pathPattern } = exception.scope;
  return {
    id: exception.id,
    vulnerability: exception.vulnerability,
    kind: exception.kind,
    justification: exception.justification,
    reason: exception.reason,
    scope: {
      repository,
      digest,
      purl,
      ...(repositories === undefined ? {} : { repositories }),
      ...(packagePattern === undefined ? {} : { packagePattern }),
      ...(pathPattern === undefined ? {} : { pathPattern }),
    },
    requestedBy: exception.requestedBy,
    decidedBy: exception.decidedBy,
    decidedAt: exception.decidedAt,
    expiresAt: exception.expiresAt,
    author: exception.author ?? null,
    ticket: exception.ticket ?? null,
    tier: exceptionTier(exception),
    location: exception.location ?? null,
  };
}

/** Shape `statementView`. */
export function toStatementView(statement: VexStatement) {
  return {
    document: statement.document,
    location: statement.location,
    author: statement.author,
    timestamp: statement.timestamp,
    vulnerabilities: statement.vulnerabilities,
    products: statement.products,
    status: statement.status,
    justification: statement.justification,
    impactStatement: statement.impactStatement,
    actionStatement: statement.actionStatement,
    statusNotes: statement.statusNotes ?? null,
    tier: tierOf(statement),
    origin: statement.origin ?? "location",
  };
}
