/**
 * What one advisory says about one version.
 */
import type { AdvisoryHead, AffectedRange } from "../domain/advisory.ts";
import { printable } from "../domain/problem.ts";
import { findVersionScheme } from "../versions/schemes.ts";
import { comparisonText, containsVersion, isNeverAffected, orderOf } from "./affected-range.ts";
import { compareStreams, withoutLaterBuilds } from "./module-stream.ts";

export type Judgement =
  | { readonly state: "affected"; readonly range: AffectedRange | null; readonly comparison: string }
  /** `about`: whose fault it is, for the problem that is reported; `package`: nobody's. */
  | {
      readonly state: "undetermined";
      readonly reason: string;
      readonly about: "version" | "advisory" | "package";
    }
  /** `reason`: why nothing had to be compared; null: the ranges and the list do not hold the version. */
  | { readonly state: "unaffected"; readonly reason: string | null };

/** What is judged of a package. */
export interface JudgedVersion {
  readonly version: string;
  /** Id of the version scheme of its ecosystem: `semver`. */
  readonly scheme: string;
  /** Label of its module stream, `nodejs:18:9020230327:rhel9`; null: its inventory tells none. */
  readonly modularity: string | null;
  /** A repository of others that it comes from; null: none is known. */
  readonly repository: string | null;
  /** The operating system or platform that it was built for; empty: it is not told, so it is taken to be Linux. Null: nobody knows. */
  readonly system: string | null;
  /** Its inventory tells no epoch, though it may have one. */
  readonly epochMayBeLost: boolean;
}

type Undetermined = Extract<Judgement, { state: "undetermined" }>;

/**
 * Affected when any range holds the version, or the advisory lists it (the same text, or equal in order by the package's scheme).
 * Undetermined when no proof was found and something could not be compared, or when it would say nothing of this package.
 */
export function judge(advisory: AdvisoryHead, judged: JudgedVersion): Judgement {
  if (advisory.fixState === "not_affected") return notAffected(advisory);
  const { systems } = advisory;
  if (systems !== undefined && judged.system !== null && !systems.includes(judged.system || "linux"))
    return onOtherSystems(systems, judged.system);
  const stream = compareStreams(advisory, judged);
  if (stream.kind === "other") return { state: "unaffected", reason: stream.reason };
  const ranges = withoutLaterBuilds(advisory.ranges).filter((range) => !isNeverAffected(range));
  if (ranges.length === 0 && advisory.versions.length === 0) {
    // A range that holds nothing is an answer; no range at all is none.
    if (advisory.ranges.length > 0) return UNAFFECTED;
    const isLookedInto = advisory.fixState === "under_investigation";
    const reason = isLookedInto ? "its publisher is looking into it" : "the advisory names no versions";
    return { state: "undetermined", reason, about: "advisory" };
  }
  if (judged.repository !== null) {
    const from = printable(judged.repository, 100);
    const reason = `it comes from a repository of others (${from}), whose builds the distribution's advisories do not judge`;
    return { state: "undetermined", reason, about: "package" };
  }
  if (judged.version === "")
    return { state: "undetermined", reason: "the package has no version", about: "version" };
  const compared = judgeVersion(ranges, advisory.versions, judged);
  if (compared.state !== "affected") return compared;
  if (systems !== undefined && judged.system === null) return perhapsOnOtherSystems(systems);
  const lost = lostEpoch(compared.range, judged);
  if (lost !== null) return lost;
  if (stream.kind === "same") return compared;
  return { state: "undetermined", reason: stream.reason, about: "package" };
}

function judgeVersion(
  ranges: readonly AffectedRange[],
  versions: readonly string[],
  { version, scheme }: JudgedVersion,
): Judgement {
  let unknown: Undetermined | null = null;
  for (const range of ranges) {
    const containment = containsVersion(range, version);
    if (containment.answer === "yes") {
      return { state: "affected", range, comparison: comparisonText(range, version) };
    }
    if (containment.answer === "unknown") {
      unknown ??= { state: "undetermined", reason: containment.reason, about: containment.about };
    }
  }
  const listed = judgeList(versions, version, scheme);
  return listed.state === "affected" ? listed : (unknown ?? listed);
}

/** With the epoch of the range's end the version would not be in it; without, it is by the epoch alone. Null: it is, either way. */
function lostEpoch(
  range: AffectedRange | null,
  { version, epochMayBeLost }: JudgedVersion,
): Undetermined | null {
  const epoch = /^([1-9]\d{0,9}):/.exec(range?.fixed ?? range?.lastAffected ?? "")?.[1];
  if (range === null || !epochMayBeLost || epoch === undefined) return null;
  if (containsVersion(range, `${epoch}:${version}`).answer !== "no") return null;
  const reason = `its inventory tells no epoch, and with that of the advisory (${epoch}) it is not affected`;
  return { state: "undetermined", reason, about: "package" };
}

function judgeList(versions: readonly string[], version: string, schemeId: string): Judgement {
  const shown = printable(version, 100);
  if (versions.includes(version)) {
    return { state: "affected", range: null, comparison: `${shown} is listed as affected` };
  }
  if (versions.length === 0) return UNAFFECTED;
  const scheme = findVersionScheme(schemeId);
  if (scheme === null) {
    const reason = `the version scheme "${printable(schemeId, 60)}" is not known`;
    return { state: "undetermined", reason, about: "version" };
  }
  if (!scheme.isValid(version)) {
    const reason = `version "${shown}" is not valid in scheme ${scheme.id}`;
    return { state: "undetermined", reason, about: "version" };
  }
  // A listed version that the scheme refuses names exactly itself, and that comparison was made above.
  const equal = versions.find((each) => orderOf(scheme, version, each) === 0);
  if (equal === undefined) return UNAFFECTED;
  const comparison = `${shown} = ${printable(equal, 100)}, which is listed as affected (${scheme.id})`;
  return { state: "affected", range: null, comparison };
}

function notAffected({ note }: AdvisoryHead): Judgement {
  const words = note === undefined ? "" : ` (${printable(note, 300)})`;
  return { state: "unaffected", reason: `its publisher says: not affected${words}` };
}

function onOtherSystems(systems: readonly string[], system: string): Judgement {
  const theirs = printable(systems.join(", "), 200);
  const own = system === "" ? "that is taken to be built for linux" : `built for ${printable(system, 60)}`;
  return { state: "unaffected", reason: `it speaks of ${theirs} only, and not of a package ${own}` };
}

function perhapsOnOtherSystems(systems: readonly string[]): Judgement {
  const theirs = printable(systems.join(", "), 200);
  const reason = `it speaks of ${theirs} only, and nothing tells what the package is built for`;
  return { state: "undetermined", reason, about: "package" };
}

const UNAFFECTED: Judgement = { state: "unaffected", reason: null };
