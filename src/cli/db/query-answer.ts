/** What `plimsoll db query` prints about one package URL: a line of JSON, or a block of text. */
import type { Advisory, SeverityRating, VulnerabilityContext } from "../../domain/advisory.ts";
import type { ConsideredAdvisory, Finding } from "../../domain/finding.ts";
import type { AdvisoryKey } from "../../domain/package.ts";
import { printable } from "../../domain/problem.ts";
import { epssText, fixNotes, fixText, kevText, ratingText } from "../../reports/shared/finding-words.ts";
import { countText } from "../../reports/shared/words.ts";

export interface Answer {
  readonly purl: string;
  /** `answered`; `no_data`: the database has nothing for this kind of package; `invalid`: not a package URL. */
  readonly state: "answered" | "no_data" | "invalid";
  readonly reason: string | null;
  /** Where its advisories were looked up. */
  readonly keys: readonly AdvisoryKey[];
  readonly findings: readonly AnsweredFinding[];
  /** Advisories that name the package and do not hold its version; empty when they were not asked for. */
  readonly considered: readonly ConsideredAdvisory[];
}

export interface AnsweredFinding extends Pick<VulnerabilityContext, "kev" | "epss"> {
  readonly finding: Finding;
}

export function answerJson(answer: Answer, isExplained: boolean): object {
  const { purl, state, reason, keys, findings, considered } = answer;
  return {
    schema: "urn:plimsoll:report:db-query:1",
    purl,
    state,
    reason,
    ...(isExplained ? { lookedUp: keys } : {}),
    advisories: findings.map((each) => findingJson(each, isExplained)),
    ...(isExplained
      ? {
          considered: considered.map(({ vulnerability, aliases, advisory, key, reasons }) => ({
            id: vulnerability,
            aliases,
            advisory: advisoryJson(advisory),
            key,
            ranges: advisory.ranges,
            reasons,
          })),
        }
      : {}),
  };
}

function findingJson({ finding, kev, epss }: AnsweredFinding, isExplained: boolean): object {
  return {
    id: finding.vulnerability,
    aliases: finding.aliases,
    state: finding.state,
    reason: finding.reason,
    kind: finding.kind,
    severity: finding.severity,
    rating: finding.rating,
    affectedRange: finding.affectedRange,
    fixedVersion: finding.fixedVersion,
    fixState: finding.fixState,
    fixNote: finding.fixNote,
    kev,
    epss,
    summary: finding.summary,
    url: finding.url,
    sources: finding.evidence.map(({ advisory, key, range, comparison }) => ({
      id: advisory.id,
      feed: advisory.feed,
      comparison,
      ...(isExplained ? { key, range, url: advisory.url } : {}),
    })),
    ...(isExplained ? { ratings: finding.ratings } : {}),
    demonstration: finding.demonstration,
  };
}

function advisoryJson({ id, feed, url, fixState, note }: Advisory): object {
  return { id, feed, url, fixState: fixState ?? null, note: note ?? null };
}

export function answerText(answer: Answer, isExplained: boolean): string {
  const head = printable(answer.purl);
  if (answer.state !== "answered") return `${head}\n  ${answer.state}: ${answer.reason}\n`;
  const keys = answer.keys.map(({ space, name, version, by }) => `${name} ${version} in ${space} (${by})`);
  const lines = [
    ...(isExplained ? keys.map((key) => `  looked up as ${printable(key)}`) : []),
    ...(answer.findings.length === 0 ? ["  no advisory affects it"] : []),
    ...answer.findings.flatMap((each) => [
      findingLine(each.finding),
      ...(isExplained ? explanation(each).map((text) => `    ${printable(text, 1000)}`) : []),
    ]),
    ...consideredLines(answer.considered),
  ];
  return `${[head, ...lines].join("\n")}\n`;
}

function findingLine(finding: Finding): string {
  const { vulnerability, severity, affectedRange, fixedVersion, state, reason } = finding;
  const fix = fixedVersion === null ? fixText(finding) : `fixed in ${fixedVersion}`;
  const where = state === "affected" ? affectedRange : `undetermined: ${reason}`;
  return `  ${vulnerability.padEnd(20)} ${severity.padEnd(11)} ${printable(`${where}; ${fix}`, 500)}`;
}

function explanation({ finding, kev, epss }: AnsweredFinding): readonly string[] {
  return [
    ...finding.evidence.map(
      ({ advisory, key, comparison }) => `${advisory.feed} ${advisory.id} on ${key.name}: ${comparison}`,
    ),
    ...finding.ratings.map(
      (rating) => `${isDeciding(finding, rating) ? "severity" : "rated also"}: ${ratingText(rating)}`,
    ),
    ...(finding.fixedVersion === null ? [] : fixNotes(finding).map((note) => `fix: ${note}`)),
    ...(kev === null ? [] : [`known to be exploited ${kevText(kev)}`]),
    ...(epss === null ? [] : [`EPSS ${epssText(epss)}`]),
    ...(finding.url === null ? [] : [finding.url]),
  ];
}

function isDeciding({ rating }: Finding, each: SeverityRating): boolean {
  return rating !== null && ratingText(rating) === ratingText(each);
}

/** A kernel has thousands of them; JSON has them all. */
const CONSIDERED_MAX = 50;

function consideredLines(considered: readonly ConsideredAdvisory[]): readonly string[] {
  if (considered.length === 0) return [];
  const shown = considered.slice(0, CONSIDERED_MAX).map(({ vulnerability, advisory, reasons }) => {
    const more = reasons.length > 1 ? ` (and ${countText(reasons.length - 1, "more reason")})` : "";
    return `    ${vulnerability.padEnd(20)} ${printable(`${advisory.feed} ${advisory.id}: ${reasons[0] ?? ""}${more}`, 500)}`;
  });
  const rest = considered.length - shown.length;
  return [
    "  considered, and not affected by:",
    ...shown,
    ...(rest > 0 ? [`    and ${rest} more, which --format json has`] : []),
  ];
}
