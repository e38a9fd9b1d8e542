/**
 * One finding from the claims about one vulnerability of one package.
 */
import type { Advisory } from "../domain/advisory.ts";
import type { Finding, MatchEvidence } from "../domain/finding.ts";
import type { Package } from "../domain/package.ts";
import { printable } from "../domain/problem.ts";
import { rangeText } from "./affected-range.ts";
import { isVendorsFeed, type Claim } from "./claim.ts";
import { fixedVersionOf } from "./fixed-version.ts";
import { rateByClaims } from "./rating.ts";
import type { Vulnerability } from "./vulnerabilities.ts";

/** The finding, or null when every source says that the version is not affected. One source that holds it is enough. */
export function findingOf(pkg: Package, vulnerability: Vulnerability): Finding | null {
  const believed = believedOf(vulnerability.claims);
  const affected = believed.filter((claim) => claim.judgement.state === "affected");
  const undetermined = believed.filter((claim) => claim.judgement.state === "undetermined");
  const telling = affected.length > 0 ? affected : undetermined;
  const [best] = telling;
  if (best === undefined) return null;
  // Severity is about the vulnerability, so a source that does not hold this version may still rate it.
  const rated = rateByClaims([...telling, ...vulnerability.claims]);
  const advisories = telling.map((claim) => claim.advisory);
  return {
    package: pkg,
    vulnerability: vulnerability.id,
    aliases: vulnerability.aliases,
    state: affected.length > 0 ? "affected" : "undetermined",
    reason: best.judgement.state === "undetermined" ? best.judgement.reason : null,
    kind: kindOf(advisories),
    ...rated,
    ...fixOf(affected, undetermined),
    affectedRange: affected.length > 0 ? affectedRangeOf(best) : "",
    summary: advisories.find((advisory) => advisory.summary !== "")?.summary ?? "",
    cwes: [...new Set(advisories.flatMap((advisory) => advisory.cwes))].sort(),
    publishedAt: earliest(advisories.map((advisory) => advisory.publishedAt)),
    modifiedAt: latest(advisories.map((advisory) => advisory.modifiedAt)),
    url: advisories.find((advisory) => advisory.url !== null)?.url ?? null,
    evidence: telling.map(evidenceOf),
    demonstration: advisories.some((advisory) => advisory.demonstration),
  };
}

/**
 * In a distribution's space its own feed has the word: where that says no, the copy in an aggregator, which may be stale or know
 * nothing of "not affected", does not count. And where a feed names the package itself, what it says of its source package as a
 * whole does not: some of the packages built from a source may hold nothing of the flaw.
 */
export function believedOf(claims: readonly Claim[]): readonly Claim[] {
  const named = new Set(claims.filter(({ key }) => key.by === "package").map(feedAndSpace));
  const own = claims.filter((claim) => claim.key.by === "package" || !named.has(feedAndSpace(claim)));
  const spacesOf = (state: Claim["judgement"]["state"]): Set<string> =>
    new Set(
      own
        .filter((claim) => isVendorsFeed(claim) && claim.judgement.state === state)
        .map(({ key }) => key.space),
    );
  const cleared = spacesOf("unaffected");
  const affected = spacesOf("affected");
  return own.filter(
    (claim) => isVendorsFeed(claim) || !cleared.has(claim.key.space) || affected.has(claim.key.space),
  );
}

function feedAndSpace({ advisory, key }: Claim): string {
  return `${advisory.feed}\n${key.space}`;
}

/** An attack or a notice is one whatever else the same package is told to have. */
function kindOf(advisories: readonly Advisory[]): Finding["kind"] {
  if (advisories.some(({ kind }) => kind === "malicious")) return "malicious";
  return advisories.every(({ kind }) => kind === "informational") ? "informational" : "vulnerability";
}

/** The fix, and the word of the most trusted source that has one. */
function fixOf(
  affected: readonly Claim[],
  undetermined: readonly Claim[],
): Pick<Finding, "fixedVersion" | "fixState" | "fixNote" | "fixedAt"> {
  const fixedVersion = fixedVersionOf(affected);
  const claims = affected.length > 0 ? affected : undetermined;
  const said = claims.find(({ advisory }) => advisory.fixState !== undefined) ?? claims[0];
  const fixing = claims.find(({ advisory }) => advisory.ranges.some(({ fixed }) => fixed === fixedVersion));
  const told = fixedVersion === null ? said : fixing;
  return {
    fixedVersion,
    fixState: fixedVersion === null ? (said?.advisory.fixState ?? "unknown") : "fixed",
    fixNote: told?.advisory.note ?? null,
    fixedAt: fixedVersion === null ? null : (fixing?.advisory.fixedAt ?? null),
  };
}

function affectedRangeOf({ judgement, key }: Claim): string {
  if (judgement.state !== "affected") return "";
  return judgement.range === null ? `=${printable(key.version, 100)}` : rangeText(judgement.range);
}

function evidenceOf({ advisory, key, judgement }: Claim): MatchEvidence {
  const range = judgement.state === "affected" ? judgement.range : null;
  const comparison =
    judgement.state === "affected"
      ? judgement.comparison
      : `not compared: ${judgement.state === "undetermined" ? judgement.reason : "not affected"}`;
  return { advisory, key, range, comparison };
}

/** Earliest instant: a vulnerability is public from the day the first source told of it. Null when none tells. */
function earliest(instants: readonly (string | null)[]): string | null {
  return byTime(instants)[0] ?? null;
}

function latest(instants: readonly (string | null)[]): string | null {
  return byTime(instants).at(-1) ?? null;
}

function byTime(instants: readonly (string | null)[]): readonly string[] {
  return [...new Set(instants)]
    .flatMap((instant) => (instant === null ? [] : { instant, at: Date.parse(instant) }))
    .filter(({ at }) => !Number.isNaN(at))
    .sort((a, b) => a.at - b.at)
    .map(({ instant }) => instant);
}
