/**
 * Which of several ratings decides the severity of a finding.
 */
import type { SeverityRating } from "../domain/advisory.ts";
import { vendorOf, type Claim } from "./claim.ts";

/**
 * The deciding rating, or null when no source rates. The vendor of the package comes first (Debian for a Debian package),
 * else the source of the first rating, `claims` being in order of trust; within a source CVSS 4 before 3 before 2 before a
 * bare word. A rating `unspecified` (a score of 0, CVSS "none") decides only when there is no other.
 */
export function chooseRating(claims: readonly Claim[]): SeverityRating | null {
  const all = claims.flatMap((claim) =>
    claim.advisory.severities.map((rating) => ({ rating, isVendor: isVendors(rating, claim) })),
  );
  const telling = all.filter(({ rating }) => rating.severity !== "unspecified");
  const candidates = telling.length > 0 ? telling : all;
  const first = candidates.find(({ isVendor }) => isVendor) ?? candidates[0];
  if (first === undefined) return null;
  const sameSource = candidates.filter(({ rating }) => rating.source === first.rating.source);
  return sameSource
    .map(({ rating }) => rating)
    .reduce((best, rating) => (rank(rating) > rank(best) ? rating : best));
}

function isVendors(rating: SeverityRating, claim: Claim): boolean {
  const vendor = vendorOf(claim.key);
  return vendor !== null && rating.source.toLowerCase() === vendor.toLowerCase();
}

function rank(rating: SeverityRating): number {
  return rating.type === null ? 0 : { CVSS_V2: 1, CVSS_V3: 2, CVSS_V4: 3 }[rating.type];
}
