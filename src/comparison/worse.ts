/**
 * When a comparison fails a pipeline: the ratchet. It stops for what is worse than in the baseline, never for what was there before.
 */
import { comparisonCauses, type Comparison, type ComparisonCause } from "../domain/comparison.ts";
import { printable } from "../domain/problem.ts";
import { isCounted } from "./open-findings.ts";

export interface WorseCause {
  readonly cause: ComparisonCause | "unverified" | "not-judged";
  readonly message: string;
}

/**
 * Why the pipeline stops, in a fixed order; empty: it goes on. Content whose digest was not verified stops it whatever is asked, and
 * `vulnerability` stops it where one of the images was judged by no database: nothing can be said to be no worse.
 */
export function findWorse(comparison: Comparison, exitOn: readonly ComparisonCause[]): readonly WorseCause[] {
  if (exitOn.length === 0) return [];
  const { analysed, baseline } = comparison;
  const causes: WorseCause[] = [];
  const unverified = [analysed, baseline].filter(
    ({ analysis }) => analysis.sbom.verification === "unverified",
  );
  if (unverified.length > 0)
    causes.push({ cause: "unverified", message: "content was not verified by its digest" });
  for (const asked of exitOn) causes.push(...tests[asked](comparison));
  return causes;
}

const tests: Readonly<Record<ComparisonCause, (comparison: Comparison) => readonly WorseCause[]>> = {
  vulnerability({ findings }) {
    if (findings === null)
      return [{ cause: "not-judged", message: "no vulnerability database was asked about both images" }];
    const added = findings.filter(({ kind, finding }) => kind === "added" && isCounted(finding));
    if (added.length === 0) return [];
    const names = added.map(({ finding }) => finding.vulnerability);
    return [{ cause: "vulnerability", message: `new vulnerabilities: ${listed(names)}` }];
  },
  policy({ policies }) {
    const worse = (policies ?? []).filter(({ change }) => change === "worse");
    if (worse.length === 0) return [];
    return [
      { cause: "policy", message: `policies that got worse: ${listed(worse.map(({ title }) => title))}` },
    ];
  },
  package({ packages }) {
    const changed = packages.filter(({ kind }) => kind !== "unchanged");
    if (changed.length === 0) return [];
    const names = changed.map(({ before, after }) => (after ?? before)?.purl ?? "");
    return [{ cause: "package", message: `packages that changed: ${listed(names)}` }];
  },
};

/** What nobody can say whether it is worse: it does not stop a pipeline by itself, and is never told as no worse. */
export interface UnknownCause {
  readonly cause: ComparisonCause;
  readonly message: string;
}

/** In a fixed order; empty: everything that was asked was compared. */
export function findUnknown(
  comparison: Comparison,
  exitOn: readonly ComparisonCause[],
): readonly UnknownCause[] {
  return comparisonCauses
    .filter((cause) => exitOn.includes(cause))
    .flatMap((cause) => unknowns[cause](comparison).map((message) => ({ cause, message })));
}

const unknowns: Readonly<Record<ComparisonCause, (comparison: Comparison) => readonly string[]>> = {
  vulnerability(comparison) {
    const open = (comparison.findings ?? []).filter(
      ({ kind, finding }) => kind === "added" && !isCounted(finding),
    );
    const names = open.map(({ finding }) => finding.vulnerability);
    return [
      ...(names.length === 0 ? [] : [`it could not be determined whether they apply: ${listed(names)}`]),
      ...gaps(comparison),
      ...unjudged(comparison),
    ];
  },
  policy({ policies }) {
    const open = (policies ?? []).filter(
      ({ after, change }) => after?.status === "no_data" && change !== "worse",
    );
    const gone = (policies ?? []).filter(({ after }) => after === null);
    return [
      ...(open.length === 0 ? [] : [`no data about: ${listed(open.map(({ title }) => title))}`]),
      ...(gone.length === 0 ? [] : [`not judged any more: ${listed(gone.map(({ title }) => title))}`]),
    ];
  },
  package: (comparison) => gaps(comparison),
};

/** A list of packages with a gap tells of what is in it, never of what is not. */
function gaps({ analysed, baseline }: Comparison): readonly string[] {
  return [
    ...(analysed.analysis.sbom.completeness === "incomplete"
      ? ["the inventory of the image is incomplete: packages may be missing"]
      : []),
    ...(baseline.analysis.sbom.completeness === "incomplete"
      ? ["the inventory of the baseline is incomplete: packages may be missing"]
      : []),
  ];
}

function unjudged({ analysed }: Comparison): readonly string[] {
  const { database } = analysed.analysis;
  if (database === null) return [];
  return [
    ...(database.missingSpaces.length === 0
      ? []
      : [printable(`the database has no feed for packages of: ${database.missingSpaces.join(", ")}`, 1000)]),
    ...(database.stale ? ["the vulnerability database is too old"] : []),
  ];
}

const NAMED_MAX = 10;

function listed(names: readonly string[]): string {
  const unique = [...new Set(names)];
  const rest = unique.length > NAMED_MAX ? ` and ${unique.length - NAMED_MAX} more` : "";
  return printable(`${unique.slice(0, NAMED_MAX).join(", ")}${rest}`, 1000);
}
