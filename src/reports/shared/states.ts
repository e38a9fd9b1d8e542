/**
 * What a reader must know before believing a report. Every format says these; none of them may be left out for looks.
 */
import type { Analysis } from "../../domain/analysis.ts";
import { isIncomplete, printable, type Problem } from "../../domain/problem.ts";
import type { FindingFacts } from "../../domain/policy.ts";
import { isUndetermined } from "./counts.ts";
import { ageText, countText } from "./words.ts";

export type StateId =
  | "demonstration"
  | "incomplete"
  | "unverified"
  | "not-judged"
  | "stale"
  | "unjudged-packages"
  | "other-repositories"
  | "end-of-life"
  | "undetermined"
  | "feed-failed"
  | "attested"
  | "build-stages"
  | "removed-packages"
  | "modified-files"
  | "sandbox-partial";

export interface ReportState {
  readonly id: StateId;
  /** In capitals, for people: `INCOMPLETE`. */
  readonly label: string;
  readonly message: string;
  /** Problems, spaces or feeds that it rests on. */
  readonly details: readonly string[];
}

/** All problems of an analysis: those of the inventory and those of the other steps. */
export function allProblems(analysis: Analysis): readonly Problem[] {
  return [...analysis.sbom.problems, ...analysis.problems];
}

/** The states of an analysis, gravest first. `findings` are those the report shows. */
export function findStates(
  analysis: Analysis,
  findings: readonly FindingFacts[] | null,
): readonly ReportState[] {
  return [
    ...demonstration(analysis),
    ...incomplete(analysis),
    ...unverified(analysis),
    ...modifiedFiles(analysis),
    ...inventoryStates(analysis),
    ...databaseStates(analysis),
    ...unjudged(analysis),
    ...otherRepositories(analysis),
    ...endOfLife(analysis),
    ...undetermined(findings ?? []),
    ...partialSandbox(analysis),
  ];
}

/** True when an empty list of findings must not be read as "clean". */
export function hidesFindings(states: readonly ReportState[]): boolean {
  return states.some(({ id }) => !HIDES_NOTHING.includes(id));
}

const HIDES_NOTHING: readonly StateId[] = [
  "feed-failed",
  "undetermined",
  "attested",
  "build-stages",
  "removed-packages",
  "modified-files",
  "sandbox-partial",
];

function demonstration(analysis: Analysis): readonly ReportState[] {
  if (!analysis.demonstration) return [];
  const message =
    "This result rests on the small set of advisories that comes with Plimsoll for demonstration. It does not say what is " +
    "known about these packages today.";
  return [{ id: "demonstration", label: "DEMONSTRATION DATA", message, details: [] }];
}

function incomplete(analysis: Analysis): readonly ReportState[] {
  const problems = allProblems(analysis).filter(isIncomplete);
  if (analysis.sbom.completeness === "complete" && problems.length === 0) return [];
  const message =
    "Packages or findings may be missing: something could not be read. Nothing found does not mean nothing there.";
  return [{ id: "incomplete", label: "INCOMPLETE", message, details: problems.map(problemText) }];
}

/** `PARSE_FAILED: message (var/lib/dpkg/status)` */
export function problemText(problem: Problem): string {
  const path = problem.path === null ? "" : ` (${problem.path})`;
  return `${problem.code}: ${problem.message}${path}`;
}

function unverified(analysis: Analysis): readonly ReportState[] {
  if (analysis.sbom.verification !== "unverified") return [];
  const message =
    "Content was read without checking its digest in this run: it may not be what the digest names.";
  return [{ id: "unverified", label: "UNVERIFIED", message, details: [] }];
}

/** Whose list of packages it is, where nobody read the files of the image alone. */
function inventoryStates({ sbom: { origin, stages, packages } }: Analysis): readonly ReportState[] {
  const attested: ReportState = {
    id: "attested",
    label: "ATTESTED SBOM",
    message:
      "The packages are those of an SBOM attestation of the image; its files were not read. " +
      (origin?.kind === "attestation" && origin.trust === "verified"
        ? "Its signature was verified."
        : "No signature over it was verified."),
    details: origin?.kind === "attestation" ? [`${origin.predicateType} (${origin.format})`] : [],
  };
  const built: ReportState = {
    id: "build-stages",
    label: "BUILD STAGES",
    message: "Packages of build stages are listed too; they need not be in the image.",
    details: (stages ?? []).map(({ name, distro }) => (distro === null ? name : `${name} (${distro.name})`)),
  };
  const gone = packages.filter(({ removedIn }) => removedIn !== undefined);
  const removed: ReportState = {
    id: "removed-packages",
    label: "ALL LAYERS",
    message:
      `${countText(gone.length, "package")} that a later layer removed ${gone.length === 1 ? "is" : "are"} listed too. ` +
      "What is known of them is in no total, policy or gate.",
    details: gone.map(({ purl, removedIn }) => `${purl} (removed by layer ${removedIn?.layerIndex ?? 0})`),
  };
  return [
    ...(origin?.kind === "attestation" ? [attested] : []),
    ...(stages === undefined || stages.length === 0 ? [] : [built]),
    ...(gone.length === 0 ? [] : [removed]),
  ];
}

/** Files of the distribution's packages with other bytes than its database says. */
function modifiedFiles({ sbom: { systemFiles } }: Analysis): readonly ReportState[] {
  if (systemFiles === undefined || systemFiles.modified.count === 0) return [];
  const { count, paths } = systemFiles.modified;
  const message = `${countText(count, "file")} of system packages ${count === 1 ? "has" : "have"} other bytes than the package database says.`;
  return [{ id: "modified-files", label: "MODIFIED SYSTEM FILES", message, details: paths }];
}

/** The process that read the image had less of a wall than it should. */
export function partialSandbox({ sandbox }: Pick<Analysis, "sandbox">): readonly ReportState[] {
  if (sandbox !== "partial") return [];
  const message =
    "The system gave no wall of its own around the process that read the image (user or network name spaces): " +
    "it had no files and no programs in reach, but the network.";
  return [{ id: "sandbox-partial", label: "SANDBOX PARTIAL", message, details: [] }];
}

function databaseStates(analysis: Analysis): readonly ReportState[] {
  const { database, findings } = analysis;
  if (database === null || findings === null) {
    const message = "No vulnerability database was asked, so nothing is known about vulnerabilities.";
    return [{ id: "not-judged", label: "NOT JUDGED", message, details: [] }];
  }
  const failed = database.feeds.filter(({ failure }) => failure !== null);
  const stale: ReportState = {
    id: "stale",
    label: "STALE DATABASE",
    message: `The vulnerability database is ${ageText(database.ageHours)} old; newer advisories are not in it.`,
    details: [],
  };
  const feeds: ReportState = {
    id: "feed-failed",
    label: "FEED FAILED",
    message: `The last update of ${countText(failed.length, "feed")} failed; the last good snapshot is used.`,
    details: failed.map(
      ({ feed, part, failure, fetchedAt }) =>
        `${part === "" ? feed : `${feed} (${part})`}: ${failure ?? ""}; snapshot of ${fetchedAt}`,
    ),
  };
  return [...(database.stale ? [stale] : []), ...(failed.length > 0 ? [feeds] : [])];
}

/** Packages that the database has no feed for, by space. */
export function unjudgedPackages(
  analysis: Analysis,
): readonly { readonly space: string; readonly packageCount: number }[] {
  return (analysis.database?.missingSpaces ?? []).map((space) => {
    const [prefix] = space.split(":", 1);
    // Programs known by their bytes are looked up by CPE.
    const ecosystem = prefix === "cpe" ? "generic" : prefix;
    return {
      space,
      packageCount: analysis.sbom.packages.filter((pkg) => pkg.ecosystem === ecosystem).length,
    };
  });
}

function unjudged(analysis: Analysis): readonly ReportState[] {
  const spaces = unjudgedPackages(analysis);
  if (spaces.length === 0) return [];
  const details = spaces.map(
    ({ space, packageCount }) => `${countText(packageCount, "package")} of ${space} cannot be judged`,
  );
  const message =
    "The vulnerability database has no feed for some packages; they were not compared with anything.";
  return [{ id: "unjudged-packages", label: "PACKAGES NOT JUDGED", message, details }];
}

function otherRepositories({ database }: Analysis): readonly ReportState[] {
  const repositories = database?.otherRepositories ?? [];
  if (repositories.length === 0) return [];
  const details = repositories.map(
    ({ repository, packageCount }) =>
      `${countText(packageCount, "package")} of ${printable(repository, 200)}`,
  );
  const message =
    "Some packages come from repositories of others; the distribution's advisories do not judge them, so what those name is undetermined and the rest is not known.";
  return [{ id: "other-repositories", label: "PACKAGES OF OTHER REPOSITORIES", message, details }];
}

/** What its advisories do not name any more may be affected all the same. */
function endOfLife({ endOfLife: text = null, findings }: Analysis): readonly ReportState[] {
  if (text === null || findings === null) return [];
  const message = `${printable(text, 300)}; newer vulnerabilities may be missing from its advisories.`;
  return [{ id: "end-of-life", label: "END OF LIFE", message, details: [] }];
}

function undetermined(findings: readonly FindingFacts[]): readonly ReportState[] {
  const count = findings.filter(isUndetermined).length;
  if (count === 0) return [];
  const message = `${countText(count, "finding")} could not be decided: an advisory names the package, but its version could not be compared.`;
  return [{ id: "undetermined", label: "UNDETERMINED", message, details: [] }];
}
