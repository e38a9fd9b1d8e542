/**
 * Wolfi's advisories as they are written, one YAML file for each package (schema 2):
 * `advisories: [{ id: CGA-…, aliases: [CVE-…, GHSA-…], events: [{ timestamp, type, data }] }]`
 *
 * The latest event is what holds; events are not always written in the order of their times.
 */
import type { AffectedRange, FixState } from "../../domain/advisory.ts";
import {
  asFields,
  asInstant,
  asList,
  asText,
  asTexts,
  isPackageName,
  sortedUnique,
  type Fields,
} from "../shared/fields.ts";
import { noteText } from "../shared/note.ts";
import { advisoryRecord, feedAdvisory } from "../shared/record.ts";
import { compareVersions } from "../shared/versions.ts";
import type { AdvisoryRecord, FeedReading, RejectedRecord } from "../types.ts";

export const eventsPart = "advisories";

const space = "apk:wolfi";

/** Whether a parsed document is the advisories of one package. */
export function isPackageAdvisories(value: unknown): boolean {
  const fields = asFields(value);
  if (fields === null || !/^2(?:\.|$)/.test(asText(fields["schema-version"]) ?? "")) return false;
  return asText(asFields(fields["package"])?.["name"]) !== null && Array.isArray(fields["advisories"]);
}

export function readPackageAdvisories(value: unknown): FeedReading {
  const fields = asFields(value);
  const name = asText(asFields(fields?.["package"])?.["name"]);
  const records: AdvisoryRecord[] = [];
  const rejected: RejectedRecord[] = [];
  if (!isPackageName(name)) {
    rejected.push({ id: space, reason: "a package has no usable name" });
    return { records, rejected, spaces: [] };
  }
  for (const member of asList(fields?.["advisories"])) {
    const advisory = asFields(member);
    const id = asText(advisory?.["id"]);
    const event = latestEvent(asList(advisory?.["events"]));
    const verdict = event === null ? null : readVerdict(event.fields);
    if (advisory === null || id === null || event === null || verdict === null) {
      rejected.push({
        id: `${name} ${id ?? ""}`,
        reason: "an advisory has no id or no event that can be read",
      });
      continue;
    }
    records.push(recordOf(name, id, advisory, event, verdict));
  }
  return { records, rejected, spaces: [{ part: eventsPart, space }] };
}

interface TimedEvent {
  readonly at: string;
  readonly fields: Fields;
}

/** Of events at one time the one written last. Null when the time of one cannot be read: it might be the latest. */
function latestEvent(members: readonly unknown[]): TimedEvent | null {
  let latest: TimedEvent | null = null;
  for (const member of members) {
    const fields = asFields(member);
    const at = asInstant(fields?.["timestamp"]);
    if (fields === null || at === null) return null;
    if (latest === null || at >= latest.at) latest = { at, fields };
  }
  return latest;
}

interface Verdict {
  readonly range: AffectedRange | null;
  readonly fixState: FixState | null;
  readonly note: string | null;
}

function readVerdict(event: Fields): Verdict | null {
  const facts = asFields(event["data"]);
  const note = noteText(asText(facts?.["note"]) ?? asText(facts?.["type"]));
  switch (asText(event["type"])) {
    case "fixed": {
      const fixed = asText(facts?.["fixed-version"]);
      if (fixed === null || compareVersions("apk", fixed, fixed) === null) return null;
      if (fixed === "0") return { range: null, fixState: "not_affected", note: null };
      return { range: before(fixed), fixState: null, note: null };
    }
    case "false-positive-determination":
      return { range: null, fixState: "not_affected", note };
    // A scanner named it, and nobody has said yet whether it is right.
    case "detection":
      return { range: null, fixState: "under_investigation", note: null };
    case "analysis-not-planned":
      return { range: null, fixState: "under_investigation", note };
    case "true-positive-determination":
    case "pending-upstream-fix":
      return { range: before(null), fixState: "affected", note };
    case "fix-not-planned":
      return { range: before(null), fixState: "will_not_fix", note };
    default:
      return null;
  }
}

function before(fixed: string | null): AffectedRange {
  return { scheme: "apk", introduced: "0", fixed, lastAffected: null };
}

function recordOf(
  name: string,
  id: string,
  advisory: Fields,
  { at }: TimedEvent,
  { range, fixState, note }: Verdict,
): AdvisoryRecord {
  const row = feedAdvisory({
    id,
    space,
    name,
    aliases: sortedUnique(asTexts(advisory["aliases"])).filter((alias) => alias !== id),
    ranges: range === null ? [] : [range],
    modifiedAt: at,
    url: `https://images.chainguard.dev/security/${id}`,
    ...(fixState !== null && { fixState }),
    ...(note !== null && { note }),
    ...(range !== null && range.fixed !== null && { fixedAt: at.slice(0, 10) }),
  });
  return advisoryRecord({
    id: `${id} ${name}`,
    modifiedAt: at,
    advisories: [{ part: eventsPart, advisory: row }],
  });
}
