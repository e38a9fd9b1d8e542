/**
 * Module streams of rpm distributions: versions of different streams have nothing to do with each other.
 * https://docs.fedoraproject.org/en-US/modularity/
 */
import type { AdvisoryHead, AffectedRange } from "../domain/advisory.ts";
import { printable } from "../domain/problem.ts";
import { findVersionScheme } from "../versions/schemes.ts";
import { orderOf } from "./affected-range.ts";

export type StreamComparison =
  | { readonly kind: "same" }
  /** `reason`: why the advisory says nothing of the package, or why it cannot be told whether it does. */
  | { readonly kind: "other" | "unknown"; readonly reason: string };

interface Labelled {
  readonly version: string;
  readonly scheme: string;
  /** Null: its inventory tells none. */
  readonly modularity: string | null;
}

/**
 * Whether an advisory is about the stream that a package is of. A package without a label is of none, unless its release says that
 * it was built for a module: that stands in it whether or not the database has the label.
 */
export function compareStreams(
  { modularity: stream, ranges }: Pick<AdvisoryHead, "modularity" | "ranges">,
  { version, scheme, modularity }: Labelled,
): StreamComparison {
  const label = modularity ?? "";
  if (stream === undefined && scheme !== "rpm") return SAME;
  const isModular = label !== "" || isBuiltForModule(version);
  if (stream === undefined) {
    if (!isAboutOther(ranges, isModular)) return SAME;
    const of = isModular ? "outside of modules" : "of a module stream";
    return { kind: "other", reason: `it is about a build ${of}, and the package is not one` };
  }
  const shown = printable(stream, 100);
  if (label === "" && isModular)
    return {
      kind: "unknown",
      reason: `it is about module stream ${shown}, and the one of the package is not known`,
    };
  if (label === stream || label.startsWith(`${stream}:`)) return SAME;
  const own = label === "" ? "none" : printable(label.split(":").slice(0, 2).join(":"), 100);
  return { kind: "other", reason: `it is about module stream ${shown}, and the package is of ${own}` };
}

/** Whether all builds that the ranges name are of the other kind; of none when they name none. */
function isAboutOther(ranges: readonly AffectedRange[], isModular: boolean): boolean {
  let isNamed = false;
  for (const { fixed, lastAffected } of ranges) {
    const bound = fixed ?? lastAffected;
    if (bound === null) continue;
    if (isBuiltForModule(bound) === isModular) return false;
    isNamed = true;
  }
  return isNamed;
}

/**
 * The ranges, where one fix was built for several minor releases of the distribution only the one that ends at its first build: the
 * others would hold a build that is itself the fix (`1:10.24.0-1.module_el8.3.0+2047` and `1:10.24.0-1.module_el8.5.0+81`).
 */
export function withoutLaterBuilds(ranges: readonly AffectedRange[]): readonly AffectedRange[] {
  if (ranges.length < 2) return ranges;
  const first = new Map<string, AffectedRange>();
  for (const range of ranges) {
    const build = buildOf(range);
    if (build === null) continue;
    const known = first.get(build);
    if (known === undefined || isEarlier(range, known)) first.set(build, range);
  }
  if (first.size === 0) return ranges;
  return ranges.filter((range) => {
    const build = buildOf(range);
    return build === null || first.get(build) === range;
  });
}

/** What the builds of one fix have in common; null: it was not built for a module. */
function buildOf({ scheme, introduced, fixed, lastAffected }: AffectedRange): string | null {
  const at = fixed?.search(MODULE_TAG) ?? -1;
  if (scheme !== "rpm" || fixed === null || lastAffected !== null || at === -1) return null;
  return `${introduced}\n${fixed.slice(0, at)}`;
}

function isEarlier(one: AffectedRange, other: AffectedRange): boolean {
  const scheme = findVersionScheme(one.scheme);
  return scheme !== null && orderOf(scheme, one.fixed ?? "", other.fixed ?? "") === -1;
}

/** `18.12.1-2.module+el9.1.0.z+17326+318294bb`, `12.18.3-1.module_el8.2.0`. */
function isBuiltForModule(version: string): boolean {
  return version.includes(".module") && MODULE_TAG.test(version);
}

const MODULE_TAG = /\.module[+_]/;

const SAME: StreamComparison = { kind: "same" };
