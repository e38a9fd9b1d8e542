/**
 * Affected versions of an OSV package as intervals (https://ossf.github.io/osv-schema/#affectedranges-field).
 * Events are read in version order, as the evaluation algorithm of the schema says, whatever order they are written in.
 */
import type { AffectedRange } from "../../domain/advisory.ts";
import { asFields, asList, asText, sortedUnique, type Fields } from "../shared/fields.ts";
import { compareVersions } from "../shared/versions.ts";

export interface AffectedVersions {
  readonly ranges: readonly AffectedRange[];
  /** Versions listed by name that no range holds. */
  readonly versions: readonly string[];
  /** Why a range was left out; empty when all could be read. GIT ranges are left out by design and are no fault. */
  readonly faults: readonly string[];
}

/** `affected` is one member of a record's `affected` list. Ranges of type ECOSYSTEM and SEMVER both mean `scheme`. */
export function readAffectedVersions(affected: Fields, scheme: string): AffectedVersions {
  const faults: string[] = [];
  const ranges: AffectedRange[] = [];
  for (const member of asList(affected["ranges"])) {
    const range = asFields(member);
    const type = range?.["type"];
    if (range === null || (type !== "ECOSYSTEM" && type !== "SEMVER")) {
      if (type !== "GIT") faults.push("a range has no known type");
      continue;
    }
    const events = readEvents(range);
    if (events === null) faults.push("a range has an event that cannot be read");
    else if (!events.some((event) => event.kind === "introduced"))
      faults.push("a range has no introduced event");
    else ranges.push(...intervals(events, scheme));
  }
  // Sorted at the end: of most lists nothing is left by then.
  const listed = asList(affected["versions"]).flatMap((version) => asText(version) ?? []);
  return { ranges, versions: sortedUnique(listed.filter((version) => !isHeld(version, ranges))), faults };
}

type EventKind = "introduced" | "fixed" | "last_affected" | "limit";

interface RangeEvent {
  readonly kind: EventKind;
  readonly version: string;
}

const eventKinds: readonly EventKind[] = ["introduced", "last_affected", "fixed", "limit"];

/** An event is an object with one key; older records put `introduced` and `fixed` into one object. */
function readEvents(range: Fields): RangeEvent[] | null {
  const events: RangeEvent[] = [];
  for (const member of asList(range["events"])) {
    const event = asFields(member);
    if (event === null) return null;
    const before = events.length;
    for (const kind of eventKinds) {
      const version = event[kind];
      if (version === undefined || version === null) continue;
      const text = asText(version);
      if (text === null) return null;
      events.push({ kind, version: text });
    }
    if (events.length === before) return null;
  }
  return events;
}

function intervals(all: readonly RangeEvent[], scheme: string): AffectedRange[] {
  const events = all.filter((event) => event.kind !== "limit");
  const ranges: AffectedRange[] = [];
  let start: string | null = null;
  const close = (fixed: string | null, lastAffected: string | null): void => {
    // `introduced` and `fixed` at one version is how feeds write "never": nothing lies between.
    if (start !== null && start !== fixed) ranges.push({ scheme, introduced: start, fixed, lastAffected });
    start = null;
  };
  for (const { kind, version } of inVersionOrder(events, scheme)) {
    if (kind === "introduced") start ??= version;
    else if (kind === "fixed") close(version, null);
    else if (kind === "last_affected") close(null, version);
  }
  close(null, null);
  const limits = all.filter((event) => event.kind === "limit");
  const limit = inVersionOrder(limits, scheme).at(-1)?.version;
  if (limit === undefined || limits.some((event) => event.version === "*")) return ranges;
  return ranges.flatMap((range) => cutAt(range, limit));
}

/** `limit` is an exclusive upper end, as `fixed` is, of every interval. One that cannot be compared cuts only what is open. */
function cutAt(range: AffectedRange, limit: string): AffectedRange[] {
  const { scheme, introduced, fixed, lastAffected } = range;
  if (introduced !== "0" && (compareVersions(scheme, introduced, limit) ?? -1) >= 0) return [];
  const isOpen = fixed === null && lastAffected === null;
  const isBeyond = isOpen || (compareVersions(scheme, fixed ?? lastAffected ?? "", limit) ?? -1) >= 0;
  return [isBeyond ? { ...range, fixed: limit, lastAffected: null } : range];
}

/**
 * Events sorted by version; equal versions keep their written order. One `introduced` followed by one end needs no sorting,
 * and where a version cannot be compared the written order is the best there is.
 */
function inVersionOrder(events: readonly RangeEvent[], scheme: string): readonly RangeEvent[] {
  if (events.length < 2 || (events.length === 2 && events[0]?.kind === "introduced")) return events;
  let comparable = true;
  const sorted = [...events].sort((a, b) => {
    if (a.version === b.version) return 0;
    if (a.version === "0") return -1;
    if (b.version === "0") return 1;
    const order = compareVersions(scheme, a.version, b.version);
    comparable &&= order !== null;
    return order ?? 0;
  });
  return comparable ? sorted : events;
}

/** Whether a range says the same of this version, so that listing it again adds nothing but bytes. */
function isHeld(version: string, ranges: readonly AffectedRange[]): boolean {
  return ranges.some(({ scheme, introduced, fixed, lastAffected }) => {
    const order = (other: string): number | null => compareVersions(scheme, version, other);
    // Comparing with itself asks whether the scheme can read it; a version it cannot read must stay listed.
    if (order(version) === null) return false;
    if (introduced !== "0" && !((order(introduced) ?? -1) >= 0)) return false;
    if (fixed !== null) return (order(fixed) ?? 1) < 0;
    return lastAffected === null || (order(lastAffected) ?? 1) <= 0;
  });
}
