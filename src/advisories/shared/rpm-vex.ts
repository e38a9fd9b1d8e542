/**
 * VEX statements about rpm packages as advisories: one for each name space, name and module stream.
 */
import type { AffectedRange, FixState } from "../../domain/advisory.ts";
import type { AdvisoryRecord, FeedAdvisory, FeedReading, RejectedRecord } from "../types.ts";
import type { CsafStatement, CsafVex } from "./csaf.ts";
import { sortedUnique } from "./fields.ts";
import { advisoryRecord, feedAdvisory } from "./record.ts";
import { shortSummary } from "./summary.ts";
import { compareVersions } from "./versions.ts";

/** One statement, placed. */
interface RpmStatement {
  readonly space: string;
  readonly name: string;
  /** `epoch:version-release`, or null when none is named. */
  readonly version: string | null;
  readonly modularity: string | null;
  readonly statement: CsafStatement;
}

/** What a vendor's statement means: a package in a name space, or why it is none. */
export type Placing =
  | { readonly kind: "placed"; readonly placed: Omit<RpmStatement, "statement"> }
  /** A product without a place in the database, as it is counted. */
  | { readonly kind: "unsupported"; readonly product: string }
  | { readonly kind: "rejected"; readonly reason: string }
  /** No package: a container, a module as a whole. */
  | { readonly kind: "nothing" };

export interface RpmVendor {
  readonly place: (statement: CsafStatement) => Placing;
  /** Its page about a CVE. */
  readonly pageOf: (cve: string) => string;
}

/** One VEX document of a vendor. */
export function readRpmVex(vex: CsafVex, { place, pageOf }: RpmVendor): FeedReading {
  const statements: RpmStatement[] = [];
  const unsupported: string[] = [];
  const rejected: RejectedRecord[] = [];
  for (const statement of vex.statements) {
    const placing = place(statement);
    if (placing.kind === "placed") statements.push({ ...placing.placed, statement });
    else if (placing.kind === "unsupported") unsupported.push(placing.product);
    else if (placing.kind === "rejected") rejected.push({ id: vex.id, reason: placing.reason });
  }
  if (vex.unknownProducts > 0) {
    rejected.push({ id: vex.id, reason: "a statement is about a product that the document does not name" });
  }
  const url = /^CVE-\d{4}-\d{4,}$/.test(vex.id) ? pageOf(vex.id) : null;
  const record: AdvisoryRecord = advisoryRecord({
    id: vex.id,
    modifiedAt: vex.modifiedAt,
    advisories: adviseOnRpms(vex, statements, url).map((advisory) => ({ part: "", advisory })),
    unsupported: sortedUnique(unsupported),
  });
  return { records: [record], rejected, spaces: [] };
}

/** Advisories in the order of first mention. `url` is the page of the vulnerability. */
function adviseOnRpms(vex: CsafVex, statements: readonly RpmStatement[], url: string | null): FeedAdvisory[] {
  const groups = new Map<string, RpmStatement[]>();
  for (const placed of statements) {
    const key = [placed.space, placed.name, placed.modularity ?? ""].join("\n");
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [placed]);
    else group.push(placed);
  }
  return [...groups.values()].flatMap((group) => {
    const told = tell(group);
    if (told === null) return [];
    const { space, name, modularity, statement } = told.by;
    const { remedy } = statement;
    return feedAdvisory({
      id: vex.id,
      space,
      name,
      summary: shortSummary(vex.title === vex.id ? null : vex.title, null),
      ranges: told.ranges,
      severities: statement.severities,
      cwes: vex.cwes,
      publishedAt: vex.publishedAt,
      modifiedAt: vex.modifiedAt,
      url,
      ...(told.state !== null && { fixState: told.state }),
      ...noteOf(statement, told.state),
      ...(told.state === null && remedy?.date !== null && remedy !== null && { fixedAt: remedy.date }),
      ...(modularity !== null && { modularity }),
      ...referencesOf(statement, told.state),
    });
  });
}

interface Told {
  readonly by: RpmStatement;
  readonly state: FixState | null;
  readonly ranges: readonly AffectedRange[];
}

const before = (fixed: string | null): AffectedRange => ({
  scheme: "rpm",
  introduced: "0",
  fixed,
  lastAffected: null,
});

/**
 * What holds where a package is named more than once. A fix outweighs the rest; of several, the lowest version, since later minor
 * releases begin with a later build that has the fix too. Then an affected build outweighs one that is not.
 */
function tell(group: readonly RpmStatement[]): Told | null {
  const fixes = group.filter(({ statement, version }) => isFix(statement) && version !== null);
  const [first, ...rest] = fixes;
  if (first !== undefined) {
    const lowest = rest.reduce(
      (best, each) => (compareVersions("rpm", each.version ?? "", best.version ?? "") === -1 ? each : best),
      first,
    );
    return { by: lowest, state: null, ranges: [before(lowest.version)] };
  }
  const affected = group.find(({ statement }) => statement.status === "affected");
  if (affected !== undefined)
    return { by: affected, state: stateOf(affected.statement), ranges: [before(null)] };
  const open = group.find(({ statement }) => statement.status === "under_investigation");
  if (open !== undefined) return { by: open, state: "under_investigation", ranges: [] };
  const safe = group.find(({ statement }) => statement.status === "not_affected");
  return safe === undefined ? null : { by: safe, state: "not_affected", ranges: [] };
}

function isFix({ status }: CsafStatement): boolean {
  return status === "fixed" || status === "recommended";
}

function stateOf({ remedy }: CsafStatement): FixState {
  const details = remedy?.details.toLowerCase() ?? "";
  if (remedy?.category === "no_fix_planned") {
    return details.includes("out of support") || details.includes("end of life")
      ? "end_of_life"
      : "will_not_fix";
  }
  return details.startsWith("fix deferred") ? "deferred" : "affected";
}

const noteLengthMax = 300;

function noteOf({ remedy, flag }: CsafStatement, state: FixState | null): { note?: string } {
  if (state === null) return {};
  const text = state === "not_affected" ? (flag ?? "").replaceAll("_", " ") : (remedy?.details ?? "");
  const note = text.replace(/\s+/g, " ").trim();
  if (note === "") return {};
  return { note: note.length <= noteLengthMax ? note : `${note.slice(0, noteLengthMax - 1)}…` };
}

/** The notice that brought the fix. */
function referencesOf({ remedy }: CsafStatement, state: FixState | null): { references?: readonly string[] } {
  const url = state === null ? remedy?.url : null;
  return url !== null && url !== undefined && /^https:\/\/[\x21-\x7e]{1,500}$/.test(url)
    ? { references: [url] }
    : {};
}
