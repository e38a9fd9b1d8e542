/**
 * Debian's advisories as the lists they are written in, `DSA/list` and `DLA/list`:
 *
 *     [29 Mar 2023] DSA-5380-1 xorg-server - security update
 *     	{CVE-2023-1393}
 *     	[bullseye] - xorg-server 2:1.20.11-1+deb11u6
 *
 * Names are of source packages. In place of a version: `<not-affected>`, `<unfixed>`, `<end-of-life>`. Notes and bug numbers follow
 * in parentheses or on lines of their own. The lists reach back to releases that the tracker no longer exports.
 */
import type { AffectedRange, FixState } from "../../domain/advisory.ts";
import { isPackageName, sortedUnique } from "../shared/fields.ts";
import { noteText } from "../shared/note.ts";
import { advisoryRecord, feedAdvisory } from "../shared/record.ts";
import { shortSummary } from "../shared/summary.ts";
import { compareVersions } from "../shared/versions.ts";
import type { AdvisoryRecord, FeedAdvisory, FeedReading, RejectedRecord } from "../types.ts";
import { spaceOfSuite } from "./releases.ts";

const HEADER = /^\[(\d{1,2}) ([A-Z][a-z]{2,8}) (\d{4})\] ((DSA|DLA)-\d{1,6}(?:-\d{1,3})?)(?: (.{0,1000}))?$/;

const FIX =
  /^\s{1,16}\[([a-z]{2,20})\] - ([^\s]{1,200}) {1,4}(<[a-z-]{1,20}>|[^\s(]{1,200})\s*(?:\((.{0,1000})\))?/;

const linesMax = 5_000_000;

/** Whether a text begins as such a list does; `DTSA` (testing, until 2010) is another one. */
export function isAdvisoryList(text: string): boolean {
  return HEADER.test(text.slice(0, text.indexOf("\n")).trimEnd());
}

interface Notice {
  readonly id: string;
  readonly part: string;
  /** `2023-03-29`. */
  readonly date: string | null;
  readonly title: string;
  readonly cves: string[];
  readonly fixes: Fix[];
}

interface Fix {
  readonly suite: string;
  readonly name: string;
  /** A version, or a word in angle brackets. */
  readonly fixed: string;
  readonly remark: string | null;
}

export function readAdvisoryList(text: string): FeedReading {
  const rejected: RejectedRecord[] = [];
  const notices: Notice[] = [];
  for (const line of text.split("\n", linesMax)) {
    const written = line.trimEnd();
    if (written.startsWith("[")) {
      const notice = readHeader(written);
      if (notice === null) rejected.push({ id: written.slice(0, 60), reason: "a headline cannot be read" });
      else notices.push(notice);
      continue;
    }
    const notice = notices.at(-1);
    if (notice === undefined) continue;
    if (/^\s{1,16}\{/.test(written)) notice.cves.push(...(written.match(/\bCVE-\d{4}-\d{4,19}\b/g) ?? []));
    else if (/^\s{1,16}\[/.test(written)) {
      const fix = readFix(written);
      if (fix === null) rejected.push({ id: notice.id, reason: "a line about a package cannot be read" });
      else notice.fixes.push(fix);
    }
  }
  const records = notices.map((notice) => recordOf(notice, rejected));
  return { records, rejected, spaces: [] };
}

const months: readonly string[] = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

function readHeader(line: string): Notice | null {
  const [, day = "", month = "", year = "", id = "", part = "", title = ""] = HEADER.exec(line) ?? [];
  if (id === "") return null;
  const at = months.indexOf(month.slice(0, 3));
  const date = at === -1 ? null : `${year}-${String(at + 1).padStart(2, "0")}-${day.padStart(2, "0")}`;
  return { id, part, date, title: title.trim(), cves: [], fixes: [] };
}

function readFix(line: string): Fix | null {
  const [, suite = "", name = "", fixed = "", remark = null] = FIX.exec(line) ?? [];
  return isPackageName(name) && name !== "" ? { suite, name, fixed, remark } : null;
}

function recordOf(notice: Notice, rejected: RejectedRecord[]): AdvisoryRecord {
  const { id, part, date } = notice;
  const unsupported: string[] = [];
  const advisories: FeedAdvisory[] = [];
  // A notice without CVEs stands for itself, unless it only repairs what an earlier one broke.
  const isRepair = notice.cves.length === 0 && /\bregression|\bfunctional update/i.test(notice.title);
  const ids = notice.cves.length > 0 ? sortedUnique(notice.cves) : [id];
  for (const fix of isRepair ? [] : notice.fixes) {
    const space = spaceOfSuite(fix.suite);
    const verdict = readVerdict(fix);
    if (space === null) unsupported.push(`Debian ${fix.suite}`);
    else if (verdict === null) rejected.push({ id, reason: "a fixed version cannot be read" });
    else advisories.push(...ids.map((each) => rowOf(notice, each, { ...fix, space }, verdict)));
  }
  return advisoryRecord({
    id,
    modifiedAt: date,
    advisories: advisories.map((advisory) => ({ part, advisory })),
    unsupported,
  });
}

interface Verdict {
  readonly range: AffectedRange | null;
  readonly fixState: FixState | null;
}

function readVerdict({ fixed }: Fix): Verdict | null {
  const range = { scheme: "deb", introduced: "0", fixed: null, lastAffected: null };
  if (fixed === "<not-affected>" || fixed === "0") return { range: null, fixState: "not_affected" };
  if (fixed === "<unfixed>") return { range, fixState: "affected" };
  if (fixed === "<end-of-life>") return { range, fixState: "end_of_life" };
  if (fixed.startsWith("<") || compareVersions("deb", fixed, fixed) === null) return null;
  return { range: { ...range, fixed }, fixState: null };
}

function rowOf(
  { id: noticeId, title, date }: Notice,
  id: string,
  { space, name, remark }: Fix & { readonly space: string },
  { range, fixState }: Verdict,
): FeedAdvisory {
  const note = fixState === null ? null : noteText(remark);
  return feedAdvisory({
    id,
    space,
    name,
    summary: shortSummary(`${noticeId}: ${title}`, null),
    ranges: range === null ? [] : [range],
    publishedAt: date === null ? null : `${date}T00:00:00.000Z`,
    url: `https://security-tracker.debian.org/tracker/${noticeId}`,
    ...(fixState !== null && { fixState }),
    ...(note !== null && { note }),
    ...(date !== null && range?.fixed !== null && range !== null && { fixedAt: date }),
  });
}
