/**
 * The whole of Debian's security tracker as one JSON document, read entry by entry: source package, vulnerability, release.
 * `{ curl: { "CVE-2024-1": { description, releases: { bookworm: { status, urgency, fixed_version, nodsa, nodsa_reason } } } } }`
 *
 * `fixed_version` "0" says that the release never had the flaw. `urgency` is Debian's own rating, with asterisks where it was
 * guessed (`low**`); it also says `unimportant` and `end-of-life`. `nodsa` explains why there will be no advisory for an open one.
 */
import type { AffectedRange, FixState } from "../../domain/advisory.ts";
import { ratingOfWord } from "../shared/cvss.ts";
import { asFields, asText, isPackageName, sortedUnique, type Fields } from "../shared/fields.ts";
import { jsonMembers } from "../shared/json-members.ts";
import { noteText } from "../shared/note.ts";
import { advisoryRecord, feedAdvisory } from "../shared/record.ts";
import { shortSummary } from "../shared/summary.ts";
import { compareVersions } from "../shared/versions.ts";
import type { AdvisoryRecord, FeedAdvisory, FeedReading, PartAdvisory, RejectedRecord } from "../types.ts";
import { spaceOfSuite } from "./releases.ts";

export const trackerPart = "tracker";

/**
 * Whether the text is the tracker's export: the first package has a vulnerability with statuses by release. The rest is not looked
 * at, because it has some 80 MB.
 */
export function isTracker(pieces: Iterable<Uint8Array>): boolean {
  for (const { path, value } of jsonMembers(pieces, 2)) {
    const releases = asFields(asFields(value)?.["releases"]);
    return path[1] !== undefined && TRACKER_ID.test(path[1]) && Object.values(releases ?? {}).some(hasStatus);
  }
  return false;
}

/**
 * One reading for each vulnerability of a source package: the kernel alone has thousands.
 * @throws SyntaxError when the text is no JSON object to its end
 */
export function* readTracker(pieces: Iterable<Uint8Array>): Generator<FeedReading> {
  let unusable: string | null = null;
  for (const { path, value } of jsonMembers(pieces, 2)) {
    const [name = "", id] = path;
    const isEmpty = id === undefined && asFields(value) !== null;
    if (isPackageName(name) && id !== undefined) yield readOne(name, id, value);
    else if (name !== unusable && !(isPackageName(name) && isEmpty)) {
      unusable = name;
      const reason = "a package has no usable name or no vulnerabilities";
      yield { records: [], rejected: [{ id: name, reason }], spaces: [] };
    }
  }
}

function readOne(name: string, id: string, entry: unknown): FeedReading {
  const fields = asFields(entry);
  const releases = asFields(fields?.["releases"]);
  if (fields === null || releases === null || !TRACKER_ID.test(id)) {
    const reason = "an entry has no usable id or no releases";
    return { records: [], rejected: [{ id: `${name} ${id}`, reason }], spaces: [] };
  }
  const rejected: RejectedRecord[] = [];
  const record = readEntry(name, id, fields, releases, rejected);
  const spaces = sortedUnique(record.advisories.map(({ advisory }) => advisory.space));
  return { records: [record], rejected, spaces: spaces.map((space) => ({ part: trackerPart, space })) };
}

/** `CVE-2024-1234`, and Debian's own for what has none yet: `TEMP-0000000-0CA7E3`. */
const TRACKER_ID = /^(?:CVE-\d{4}-\d{4,19}|TEMP-\d{1,9}-[0-9A-F]{1,12}|[A-Z]{2,12}-[0-9A-Za-z-]{1,60})$/;

function hasStatus(release: unknown): boolean {
  return asText(asFields(release)?.["status"]) !== null;
}

function readEntry(
  name: string,
  id: string,
  entry: Fields,
  releases: Fields,
  rejected: RejectedRecord[],
): AdvisoryRecord {
  const advisories: PartAdvisory[] = [];
  const unsupported: string[] = [];
  // Once for all releases: the export has some 50,000 entries of five releases each.
  const summary = shortSummary(null, asText(entry["description"]));
  const url = `https://security-tracker.debian.org/tracker/${id}`;
  for (const [suite, member] of Object.entries(releases)) {
    const space = spaceOfSuite(suite);
    if (space === null) {
      unsupported.push(`Debian ${suite}`);
      continue;
    }
    const release = asFields(member);
    const verdict = release === null ? null : readVerdict(release);
    if (release === null || verdict === null) {
      rejected.push({ id: `${name} ${id}`, reason: `its status in ${suite} cannot be read` });
      continue;
    }
    advisories.push({
      part: trackerPart,
      advisory: rowOf({ space, name, id, summary, url, release, verdict }),
    });
  }
  return advisoryRecord({
    id: `${id} ${name}`,
    advisories,
    unsupported,
  });
}

interface Statement {
  readonly space: string;
  readonly name: string;
  readonly id: string;
  readonly summary: string;
  readonly url: string;
  readonly release: Fields;
  readonly verdict: Verdict;
}

function rowOf({ space, name, id, summary, url, release, verdict }: Statement): FeedAdvisory {
  const isSaid = verdict.range !== null;
  const rating = isSaid ? ratingOfWord("debian", asText(release["urgency"]) ?? "") : null;
  return feedAdvisory({
    id,
    space,
    name,
    // Words about a flaw that is not there would only weigh.
    summary: isSaid ? summary : "",
    ranges: verdict.range === null ? [] : [verdict.range],
    severities: rating === null ? [] : [rating],
    url,
    ...(verdict.fixState !== null && { fixState: verdict.fixState }),
    ...(verdict.note !== null && { note: verdict.note }),
  });
}

interface Verdict {
  /** Null: nothing is known to be affected. */
  readonly range: AffectedRange | null;
  readonly fixState: FixState | null;
  readonly note: string | null;
}

function readVerdict(release: Fields): Verdict | null {
  const status = asText(release["status"]);
  const fixed = asText(release["fixed_version"]);
  const isUnimportant = asText(release["urgency"]) === "unimportant";
  if (status === "resolved") {
    if (fixed === null) return null;
    if (fixed === "0") return { range: null, fixState: "not_affected", note: null };
    // A version that cannot be compared must not become a fix that nothing reaches.
    if (compareVersions("deb", fixed, fixed) === null) return null;
    return { range: before(fixed), fixState: null, note: isUnimportant ? "unimportant" : null };
  }
  if (status === "undetermined") return { range: null, fixState: "under_investigation", note: null };
  if (status !== "open") return null;
  return { range: before(null), ...openState(release) };
}

/**
 * Why an open one is open. `unimportant`: Debian's packages are not exposed, and no update is made for it. Without a reason beside
 * `nodsa` it is a minor issue that may come with a point release.
 */
function openState(release: Fields): Pick<Verdict, "fixState" | "note"> {
  const urgency = asText(release["urgency"]);
  const words = asText(release["nodsa"]);
  const reason = asText(release["nodsa_reason"]);
  const note = (label: string): string | null => noteText(words === null ? label : `${label}: ${words}`);
  if (urgency === "end-of-life") return { fixState: "end_of_life", note: note("end-of-life") };
  if (urgency === "unimportant") return { fixState: "will_not_fix", note: note("unimportant") };
  if (reason === "ignored") return { fixState: "will_not_fix", note: note("ignored") };
  if (reason === "postponed") return { fixState: "deferred", note: note("postponed") };
  return { fixState: "affected", note: words === null ? null : note("no-dsa") };
}

function before(fixed: string | null): AffectedRange {
  return { scheme: "deb", introduced: "0", fixed, lastAffected: null };
}
