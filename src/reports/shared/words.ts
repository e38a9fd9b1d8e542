/**
 * Numbers and values as words.
 */
import type { Severity } from "../../domain/advisory.ts";
import type { Exception } from "../../domain/exception.ts";
import type { ResolvedImage } from "../../domain/image.ts";
import { tierOf, type TrustTier, type VexStatement } from "../../domain/vex.ts";
import type { BaseImageFacts, FindingFacts } from "../../domain/policy.ts";

/** `1 package`, `12 packages`, `2 vulnerabilities`. */
export function countText(count: number, noun: string): string {
  if (count === 1) return `1 ${noun}`;
  return `${count} ${/[^aeiou]y$/.test(noun) ? `${noun.slice(0, -1)}ies` : `${noun}s`}`;
}

/** Whole hours as people say them: `less than an hour`, `5 hours`, `3 days`. */
export function ageText(hours: number): string {
  if (hours < 1) return "less than an hour";
  return hours < 48 ? countText(hours, "hour") : countText(Math.floor(hours / 24), "day");
}

/** Decimal units, as registries show them: `0 B`, `999 B`, `52.4 MB`. */
export function sizeText(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit] ?? ""}`;
}

/** A share of 1 in percent with two digits: `0.97512` -> `97.51%`. */
export function percentText(share: number): string {
  return `${(share * 100).toFixed(2)}%`;
}

/** `docker.io/library/alpine:3.18`, or the reference when the source names no repository. */
export function targetName(image: ResolvedImage): string {
  if (image.repository === null) return image.reference;
  return image.tag === null ? image.repository : `${image.repository}:${image.tag}`;
}

/** `docker.io/library/debian:12@sha256:…` */
export function baseImageName(base: BaseImageFacts): string {
  if (base.scratch) return "scratch";
  const tag = base.tag === null ? "" : `:${base.tag}`;
  return `${base.name}${tag}${base.digest === null ? "" : `@${base.digest}`}`;
}

/** How the base image is known. */
export function baseEvidenceText({ evidence, claimedBy }: BaseImageFacts): string {
  if (evidence === "provenance") return "named by a provenance attestation";
  if (evidence === "layers") return "its layers come first in this image";
  if (claimedBy === "provenance") return "only claimed, by unsigned provenance";
  if (claimedBy === "layers") return "only claimed by the list of its layers, which --verify compares";
  return "only claimed by a label or annotation";
}

export const severityTitles: Readonly<Record<Severity, string>> = {
  critical: "CRITICAL",
  high: "HIGH",
  medium: "MEDIUM",
  low: "LOW",
  unspecified: "UNSPECIFIED",
};

/** One sentence on why a statement decided: `not_affected (component_not_present): text, by AUTHOR, TIME, in LOCATION`. */
export function statementText(statement: VexStatement): string {
  const justification = statement.justification === null ? "" : ` (${statement.justification})`;
  const impact = statement.impactStatement === null ? "" : `: ${statement.impactStatement}`;
  const place = `${statement.location}${trustText(tierOf(statement))}`;
  return `${statement.status}${justification}${impact}, by ${statement.author}, ${statement.timestamp}, in ${place}`;
}

/** Nothing for what the user named himself. */
function trustText(tier: TrustTier): string {
  return tier === "configured" ? "" : ` (${tier})`;
}

/** What would suppress or decide the finding, were it trusted; null: nothing is proposed. */
export function proposalText({ proposed }: FindingFacts): string | null {
  if (proposed === undefined) return null;
  return proposed.kind === "statement"
    ? statementText(proposed.statement)
    : exceptionText(proposed.exception);
}

/**
 * One sentence on an exception: `accepted_risk: REASON, by DECIDER, TIME, asked for by REQUESTER, until TIME`. A false positive
 * also has its justification in brackets.
 */
function exceptionText(exception: Exception): string {
  const { kind, justification, reason, decidedBy, decidedAt, requestedBy, location, ticket } = exception;
  const why = justification === null ? "" : ` (${justification})`;
  const parts = [
    `${kind}${why}: ${reason}`,
    `by ${decidedBy}`,
    ...(decidedAt === "" ? [] : [decidedAt]),
    ...(requestedBy === decidedBy ? [] : [`asked for by ${requestedBy}`]),
    ...(location === undefined || location === decidedBy ? [] : [`in ${location}`]),
    ...(ticket === undefined ? [] : [ticket]),
    exceptionEnd(exception),
  ];
  return parts.join(", ");
}

/** `until 2026-12-31T00:00:00Z`, `without an end`. */
function exceptionEnd({ expiresAt }: Exception): string {
  return expiresAt === null ? "without an end" : `until ${expiresAt}`;
}

/** What suppresses the finding, one sentence each: its exception first, which stands above a statement. */
export function suppressionTexts({
  suppressed,
  exception,
  statement,
  inheritedFrom,
}: FindingFacts): readonly string[] {
  if (!suppressed) return [];
  const base = inheritedFrom === undefined ? "" : `, about the base image ${inheritedFrom}`;
  const suppresses = statement?.status === "not_affected" || statement?.status === "fixed";
  return [
    ...(exception === null ? [] : [exceptionText(exception)]),
    ...(statement !== null && suppresses ? [`${statementText(statement)}${base}`] : []),
  ];
}

/** The address when it is http or https, else null: feeds and images must not choose other kinds of links. */
export function webAddress(address: string | null): string | null {
  if (address === null || !/^https?:\/\//i.test(address)) return null;
  const parsed = URL.parse(address);
  return parsed === null || parsed.username !== "" ? null : parsed.href;
}
