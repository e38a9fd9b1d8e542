/**
 * Which of several ratings decides the severity of a finding. The vendor of the package comes first (Debian for a Debian package;
 * for a package of a language the advisories of its ecosystem, the most trusted first), then the NVD, then all others; within a
 * source CVSS 4 before 3 before 2 before a bare word. A rating `unspecified` (a score of 0, CVSS "none") decides only when there
 * is no other.
 */
import type { SeverityRating } from "../domain/advisory.ts";
import type { Finding } from "../domain/finding.ts";
import { isVendorsFeed, vendorOf, type Claim } from "./claim.ts";

/** The part of a finding that its ratings decide. */
export type Rated = Pick<Finding, "severity" | "rating" | "cvss" | "ratings">;

/** A rating, and where it was said: that decides its place among others. */
interface Told {
  readonly rating: SeverityRating;
  /**
   * `vendor`: in the distribution's own feed; `copy`: in another one about it; `ordered`: in either, and put in order before;
   * `language`: in an advisory of an ecosystem; `general`: of the vulnerability as such.
   */
  readonly by: "vendor" | "copy" | "ordered" | "language" | "general";
}

/** The ratings of advisories; `claims` in order of trust, those that hold the version first. */
export function rateByClaims(claims: readonly Claim[]): Rated {
  const [first] = claims;
  const told = claims.flatMap((claim) =>
    claim.advisory.severities.map((rating) => ({ rating, by: byOf(claim) })),
  );
  return decide(order(told, first === undefined ? null : vendorSourceOf(first.key.space), []));
}

function byOf(claim: Claim): Told["by"] {
  if (vendorOf(claim.key) === null) return "language";
  return isVendorsFeed(claim) ? "vendor" : "copy";
}

/**
 * The ratings of a finding by its advisories, with those of the vulnerability as such: by the NVD, CISA, the CNA. `sources`: whose
 * word counts before the rule, in any case.
 */
export function rateAgain(
  { ratings, evidence }: Pick<Finding, "ratings" | "evidence">,
  general: readonly SeverityRating[],
  sources: readonly string[],
): Rated {
  const vendor = vendorSourceOf(evidence[0]?.key.space ?? "");
  const by = vendor === null ? "language" : "ordered";
  const told = [
    ...ratings.map((rating): Told => ({ rating, by })),
    ...general.map((rating): Told => ({ rating, by: "general" })),
  ];
  return decide(order(told, vendor, sources));
}

function decide(ratings: readonly SeverityRating[]): Rated {
  const rating = ratings.find(({ severity }) => severity !== "unspecified") ?? ratings[0] ?? null;
  const scored = rating?.score === null ? ratings.find(({ score }) => score !== null) : rating;
  return { severity: rating?.severity ?? "unspecified", rating, cvss: scored ?? null, ratings };
}

function order(
  told: readonly Told[],
  vendor: string | null,
  sources: readonly string[],
): readonly SeverityRating[] {
  const wanted = sources.map((source) => source.toLowerCase());
  const seen = new Map<string, { readonly told: Told; readonly ranks: readonly number[] }>();
  const firstOf = new Map<string, number>();
  for (const each of told) {
    const { rating, by } = each;
    const source = rating.source.toLowerCase();
    const identity = JSON.stringify([source, rating.type, rating.vector ?? rating.severity]);
    if (seen.has(identity)) continue;
    const at = firstOf.get(source) ?? firstOf.size;
    firstOf.set(source, at);
    const listed = wanted.indexOf(source);
    const place = placeOf(source, by, vendor);
    const within = source === vendor ? placeOfVendors(each) : 3 - strength(rating);
    seen.set(identity, { told: each, ranks: [listed === -1 ? wanted.length : listed, place, at, within] });
  }
  return [...seen.values()].sort((a, b) => compare(a.ranks, b.ranks)).map((each) => each.told.rating);
}

function placeOf(source: string, by: Told["by"], vendor: string | null): number {
  if (source === vendor) return 0;
  if (by === "language") return 1;
  if (source === "nvd") return 2;
  return by === "general" ? 4 : 3;
}

/** A copy of a distribution's advisory has vectors that are mostly the NVD's; its words are the distribution's own. */
function placeOfVendors({ rating, by }: Told): number {
  if (by === "ordered") return 0;
  if (by === "copy") return rating.type === null ? 4 : 5;
  return 3 - strength(rating);
}

function strength({ type }: SeverityRating): number {
  return type === null ? 0 : { CVSS_V2: 1, CVSS_V3: 2, CVSS_V4: 3 }[type];
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((rank, index) => rank !== b[index]);
  return at === -1 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}

/** Who rates for the distribution of a space: `redhat` for `rpm:rhel:9`; null for a language. */
function vendorSourceOf(space: string): string | null {
  const id = space.split(":")[1];
  return id === undefined ? null : (otherSources[id] ?? id);
}

/** Distributions whose ratings carry another name than their os-release. */
const otherSources: Readonly<Record<string, string>> = {
  alpaquita: "bellsoft",
  amzn: "amazon",
  mariner: "azurelinux",
  ol: "oracle",
  "opensuse-leap": "suse",
  "opensuse-tumbleweed": "suse",
  rhel: "redhat",
  "sle-micro": "suse",
  sles: "suse",
  "ubuntu-pro": "ubuntu",
};
