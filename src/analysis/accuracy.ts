/**
 * Labels: what is known to be true of a package and a vulnerability, and how often the engine says the same. What a database
 * must pass before it becomes active; `npm run accuracy` runs it on the labels of `test/accuracy`.
 */
import type { Finding } from "../domain/finding.ts";
import type { Package, Sbom } from "../domain/package.ts";
import type { AdvisoryDatabase } from "../domain/ports.ts";
import { matchPackages } from "./match-packages.ts";

export interface AccuracyLabel {
  /** Ecosystem, name with its namespace where that is part of the name, version: `golang/golang.org/x/net@v0.1.0`. */
  readonly package: string;
  /** Id of the vulnerability or of one advisory: `CVE-2022-1292`, `ALSA-2023:2523`. */
  readonly vulnerability: string;
  /**
   * `notice`: it applies, and it is no vulnerability (unmaintained, unsound). `undetermined`: nobody can tell from what the
   * inventory and the advisories say, and to say anything else is a guess.
   */
  readonly verdict: "affected" | "not_affected" | "notice" | "undetermined";
}

/** `missing`: the inventory has no such package. */
export type AccuracyAnswer = AccuracyLabel["verdict"] | "missing";

export interface AnsweredLabel<Label extends AccuracyLabel = AccuracyLabel> {
  readonly label: Label;
  readonly answer: AccuracyAnswer;
  /** For people: the comparison behind a finding, or why it is undetermined; null where there is no finding. */
  readonly because: string | null;
}

/**
 * What the engine says to each label, in their order.
 * @throws PlimsollError DATABASE_INVALID when a damaged block is met
 */
export function answerLabels<Label extends AccuracyLabel>(
  sbom: Sbom,
  labels: readonly Label[],
  database: AdvisoryDatabase,
): readonly AnsweredLabel<Label>[] {
  const asked = new Set(labels.map((label) => label.package));
  const packages = sbom.packages.filter((pkg) => namesOf(pkg).some((name) => asked.has(name)));
  const findings = new Map<string, Finding[]>();
  for (const match of matchPackages(packages, sbom.distro, database).packages) {
    for (const name of namesOf(match.package)) {
      findings.set(name, [...(findings.get(name) ?? []), ...match.findings]);
    }
  }
  return labels.map((label) => answerOf(label, findings.get(label.package) ?? null));
}

export interface AccuracyTally {
  readonly labels: number;
  /** Affected, and found. */
  readonly found: number;
  /** Affected, and not found: what somebody relies on to be told. */
  readonly lost: number;
  /** Not affected, and found all the same. */
  readonly false: number;
  /** The engine says that it cannot tell. */
  readonly undetermined: number;
  /** Of what was found, the part that is true; 1 when nothing was found. */
  readonly precision: number;
  /** Of what is true, the part that was found; 1 when nothing is. */
  readonly recall: number;
}

/** Counts answers. A notice that is shown as a vulnerability is false, one that is not shown is lost. */
export function tallyAnswers(answers: readonly AnsweredLabel[]): AccuracyTally {
  const count = (test: (answered: AnsweredLabel) => boolean): number => answers.filter(test).length;
  const found = count((each) => ["affected", "notice"].includes(each.label.verdict) && isRight(each));
  const lost = count(isLost);
  const wrong = count(isFalse);
  return {
    labels: answers.length,
    found,
    lost,
    false: wrong,
    undetermined: count(({ answer }) => answer === "undetermined"),
    precision: found + wrong === 0 ? 1 : found / (found + wrong),
    recall: found + lost === 0 ? 1 : found / (found + lost),
  };
}

export function isRight({ label, answer }: AnsweredLabel): boolean {
  return answer === label.verdict;
}

/** It is or may be true, and the engine does not say so: "cannot tell", a lesser word and a package that is gone are none of it. */
export function isLost({ label, answer }: AnsweredLabel): boolean {
  const { verdict } = label;
  if (verdict === "affected") return answer !== "affected";
  if (verdict === "not_affected") return false;
  return (
    answer === "not_affected" || answer === "missing" || (verdict === "notice" && answer === "undetermined")
  );
}

/** It is said to be a vulnerability of the package, and is none, or none that is known. */
export function isFalse({ label, answer }: AnsweredLabel): boolean {
  if (label.verdict === "affected") return false;
  return answer === "affected" || (answer === "notice" && label.verdict !== "notice");
}

/** `deb/libssl1.1@1.1.1n-0+deb11u1`; with the namespace too, which is part of the name in some ecosystems. */
function namesOf({ ecosystem, namespace, name, version }: Package): readonly string[] {
  const short = `${ecosystem}/${name}@${version}`;
  return namespace === null ? [short] : [short, `${ecosystem}/${namespace}/${name}@${version}`];
}

/** What the findings of a package say to a label; null: there is no such package. */
export function answerOf<Label extends AccuracyLabel>(
  label: Label,
  findings: readonly Finding[] | null,
): AnsweredLabel<Label> {
  if (findings === null) return { label, answer: "missing", because: null };
  const about = findings.filter((finding) => isAbout(finding, label.vulnerability));
  const affected = about.filter((finding) => finding.state === "affected");
  const telling = affected.find((finding) => finding.kind !== "informational") ?? affected[0] ?? about[0];
  if (telling === undefined) return { label, answer: "not_affected", because: null };
  if (telling.state !== "affected") return { label, answer: "undetermined", because: telling.reason };
  const because = telling.evidence[0]?.comparison ?? null;
  return { label, answer: telling.kind === "informational" ? "notice" : "affected", because };
}

/**
 * By what the evidence says of itself: the aliases of a finding also hold the ids of advisories of the same vulnerability that do
 * not hold this version.
 */
function isAbout({ vulnerability, evidence }: Finding, id: string): boolean {
  return (
    vulnerability === id ||
    evidence.some(({ advisory }) => advisory.id === id || advisory.aliases.includes(id))
  );
}
