/** Who says what of an image, and why they differ, as far as that can be seen from what both have said. */
import type { Severity } from "../../domain/advisory.ts";
import type { OutsideFinding } from "./outside-finding.ts";

/** A finding of ours, settled ones too. */
export interface OwnFinding {
  readonly vulnerability: string;
  readonly aliases: readonly string[];
  readonly purl: string;
  readonly package: string;
  readonly version: string;
  readonly severity: Severity;
  readonly fixedVersion: string | null;
  /** What the distribution says of a fix; null: nothing. */
  readonly fixState: string | null;
  readonly status: string;
  readonly suppressed: boolean;
}

export interface OwnPackage {
  readonly purl: string;
  readonly name: string;
  readonly version: string;
  /** Of which it was built; the other scanner may name that one. */
  readonly sourceName: string | null;
}

export type Agreement = "agree" | "differ" | "only-ours" | "only-theirs";

/**
 * `package-not-seen`, `other-version`: of ours. `suppressed`: by a statement or exception here. `undetermined`: the version cannot be
 * compared. `no-advisory`: the package is here, and no advisory of our database holds its version. `no-database`: nobody asked one.
 * `ignored-there`: they know it and leave it out. `not-listed`: they say nothing of it. `alias`: the same by another name.
 */
export type Reason =
  | "alias"
  | "fix-state"
  | "fixed-version"
  | "ignored-there"
  | "no-advisory"
  | "no-database"
  | "not-listed"
  | "other-version"
  | "package-not-seen"
  | "severity"
  | "suppressed"
  | "undetermined";

export interface ReconciledRow {
  readonly vulnerability: string;
  readonly package: string;
  readonly version: string;
  readonly agreement: Agreement;
  readonly reasons: readonly Reason[];
  readonly ours: OwnFinding | null;
  readonly theirs: OutsideFinding | null;
}

export interface BothSides {
  readonly ours: readonly OwnFinding[];
  readonly packages: readonly OwnPackage[];
  /** A vulnerability database was asked about ours. */
  readonly hasDatabase: boolean;
  readonly theirs: readonly OutsideFinding[];
}

/** Differences first, then by vulnerability and package. */
export function reconcile({ ours, packages, hasDatabase, theirs }: BothSides): readonly ReconciledRow[] {
  const inventory = new Inventory(packages);
  const own = Map.groupBy(ours.flatMap(namesOf), ({ name }) => name);
  const matched = new Set<OwnFinding>();
  const rows = theirs.map((their): ReconciledRow => {
    const candidates = namesOf(their).flatMap(({ name }) => own.get(name) ?? []);
    const found = candidates.find(({ finding }) => inventory.isSame(finding, their))?.finding ?? null;
    if (found === null) {
      const isTold = their.status === "ignored";
      const reasons = [
        inventory.whyMissing(their, hasDatabase),
        ...(isTold ? (["ignored-there"] as const) : []),
      ];
      return {
        ...headOf(their),
        agreement: isTold ? "agree" : "only-theirs",
        reasons,
        ours: null,
        theirs: their,
      };
    }
    matched.add(found);
    return { ...headOf(their), ...compare(found, their), ours: found, theirs: their };
  });
  const rest = ours
    .filter((finding) => !matched.has(finding))
    .map((finding): ReconciledRow => {
      const reasons: Reason[] = finding.suppressed ? ["suppressed", "not-listed"] : ["not-listed"];
      const agreement = finding.suppressed ? "agree" : "only-ours";
      return { ...headOf(finding), agreement, reasons, ours: finding, theirs: null };
    });
  return [...rows, ...rest].toSorted(
    (a, b) =>
      ORDER.indexOf(a.agreement) - ORDER.indexOf(b.agreement) ||
      order(a.vulnerability, b.vulnerability) ||
      order(a.package, b.package) ||
      order(a.version, b.version),
  );
}

const ORDER: readonly Agreement[] = ["only-theirs", "only-ours", "differ", "agree"];

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function headOf(finding: Pick<OutsideFinding, "vulnerability" | "package" | "version">) {
  return { vulnerability: finding.vulnerability, package: finding.package, version: finding.version };
}

function namesOf<Finding extends Pick<OutsideFinding, "vulnerability" | "aliases">>(finding: Finding) {
  const names = new Set([finding.vulnerability, ...finding.aliases].map((name) => name.toUpperCase()));
  return [...names].map((name) => ({ name, finding }));
}

function compare(ours: OwnFinding, theirs: OutsideFinding): Pick<ReconciledRow, "agreement" | "reasons"> {
  const reasons: Reason[] = [];
  const isIgnored = theirs.status === "ignored";
  if (ours.suppressed) reasons.push("suppressed");
  if (isIgnored) reasons.push("ignored-there");
  const isCountedByOne = ours.suppressed !== isIgnored;
  if (ours.vulnerability.toUpperCase() !== theirs.vulnerability.toUpperCase()) reasons.push("alias");
  if (ours.status === "undetermined") reasons.push("undetermined");
  const isGraded = theirs.severity !== "unspecified" && ours.severity !== "unspecified";
  if (isGraded && ours.severity !== theirs.severity) reasons.push("severity");
  if (ours.fixedVersion !== null && theirs.fixedVersion !== null) {
    if (ours.fixedVersion !== theirs.fixedVersion) reasons.push("fixed-version");
  } else if (ours.fixedVersion !== theirs.fixedVersion && theirs.status !== null) reasons.push("fix-state");
  const isOther = reasons.some((reason) => DIFFERENCES.includes(reason));
  return { agreement: isCountedByOne || isOther ? "differ" : "agree", reasons };
}

const DIFFERENCES: readonly Reason[] = ["undetermined", "severity", "fixed-version", "fix-state"];

/** Our packages by the names that another scanner may have for them. */
class Inventory {
  readonly #byName: ReadonlyMap<string, readonly OwnPackage[]>;

  constructor(packages: readonly OwnPackage[]) {
    const named = packages.flatMap((each) =>
      [...new Set([...fullNames(each), ...(each.sourceName === null ? [] : [each.sourceName])])].map(
        (name) => ({
          name: name.toLowerCase(),
          each,
        }),
      ),
    );
    const groups = Map.groupBy(named, ({ name }) => name);
    this.#byName = new Map([...groups].map(([name, list]) => [name, list.map(({ each }) => each)]));
  }

  isSame(ours: OwnFinding, theirs: OutsideFinding): boolean {
    if (theirs.purl !== null && core(theirs.purl) === core(ours.purl)) return true;
    return (
      this.#find(theirs).some(({ purl }) => purl === ours.purl) && isVersion(ours.version, theirs.version)
    );
  }

  whyMissing(theirs: OutsideFinding, hasDatabase: boolean): Reason {
    const found = this.#find(theirs);
    if (found.length === 0) return "package-not-seen";
    if (!found.some(({ version }) => isVersion(version, theirs.version))) return "other-version";
    return hasDatabase ? "no-advisory" : "no-database";
  }

  #find({ package: name }: OutsideFinding): readonly OwnPackage[] {
    return this.#byName.get(name.toLowerCase()) ?? [];
  }
}

/** `ansi-regex`; of `pkg:maven/org.x/y@1` also `org.x:y` and `org.x/y`, of `pkg:npm/%40a/b` also `@a/b`. */
function fullNames({ name, purl }: OwnPackage): readonly string[] {
  const path = core(purl).replace(/^pkg:[^/]{1,50}\//, "");
  const at = path.lastIndexOf("@");
  const full = (at <= 0 ? path : path.slice(0, at)).replaceAll("%40", "@");
  return [name, full, full.replace("/", ":")];
}

/** Without qualifiers, in which scanners differ. */
function core(purl: string): string {
  return (purl.split(/[?#]/, 1)[0] ?? "").toLowerCase();
}

/** An epoch of 0 and a missing one are the same, and so is Go's `v`. */
function isVersion(ours: string, theirs: string): boolean {
  const plain = (version: string): string => version.replace(/^(?:v(?=\d)|0:)/, "");
  return theirs === "" || plain(ours) === plain(theirs);
}
