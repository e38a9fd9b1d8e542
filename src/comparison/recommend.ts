/** What speaks for and against another base, from facts alone. */
import type { Analysis } from "../domain/analysis.ts";
import { severities } from "../domain/advisory.ts";
import type { BaseCandidate, BaseFacts, Rebase } from "../domain/base-advice.ts";
import { storedSizeDelta } from "../domain/image.ts";
import { isCounted } from "./open-findings.ts";
import { parseVersionTag } from "./candidate-tags.ts";

export interface CandidateInput {
  readonly kind: BaseCandidate["kind"];
  readonly name: string;
  readonly tag: string | null;
  readonly digest: string;
  /** Null: it could not be analysed; `reason` tells why. */
  readonly analysis: Analysis | null;
  readonly reason: string | null;
  readonly rebase: Rebase | null;
}

/** The base that the image has now. */
export interface CurrentBase {
  readonly tag: string | null;
  readonly createdAt: string | null;
  /** Null: its layers are not known, so nothing is compared with it. */
  readonly facts: BaseFacts | null;
  /** As in `Analysis`, of the image: its distribution is the base's. */
  readonly distro: Analysis["sbom"]["distro"];
  readonly endOfLife: string | null;
}

export function toCandidate(input: CandidateInput, current: CurrentBase): BaseCandidate {
  const { analysis } = input;
  const points =
    analysis === null ? [] : [...pointsOf(analysis, current), ...tagPoints(input.tag, current.tag)];
  return {
    ...input,
    dockerfile: `FROM ${familiarName(input.name)}${input.tag === null ? "" : `:${input.tag}`}@${input.digest}`,
    benefits: points.flatMap(({ good, text }) => (good ? [text] : [])),
    drawbacks: points.flatMap(({ good, text }) => (good ? [] : [text])),
  };
}

/** As people write it in a Dockerfile: `docker.io/library/alpine` is `alpine`. */
function familiarName(name: string): string {
  return name.replace(/^docker\.io\/(?:library\/)?/, "");
}

interface Point {
  readonly good: boolean;
  readonly text: string;
}

function pointsOf(
  candidate: Analysis,
  { facts, distro, endOfLife, createdAt }: CurrentBase,
): readonly Point[] {
  const after = candidate.sbom.distro;
  return [
    ...(facts === null ? [] : factPoints(candidate, facts)),
    ...agePoints(candidate.image.config.createdAt, createdAt),
    ...(distro !== null && after !== null && distro.id !== after.id
      ? [{ good: false, text: `another distribution: ${after.name} in place of ${distro.name}` }]
      : []),
    ...(endOfLife !== null && (candidate.endOfLife ?? null) === null
      ? [{ good: true, text: `its distribution still gets security fixes; ${endOfLife}` }]
      : []),
    ...(endOfLife === null && (candidate.endOfLife ?? null) !== null
      ? [{ good: false, text: candidate.endOfLife ?? "" }]
      : []),
    ...(candidate.sbom.completeness === "incomplete"
      ? [{ good: false, text: "its inventory is incomplete: there may be more in it" }]
      : []),
  ];
}

function factPoints(candidate: Analysis, facts: BaseFacts): readonly Point[] {
  const points: Point[] = [];
  if (facts.findings !== null && candidate.findings !== null) {
    const before = facts.findings.filter(isCounted);
    const after = candidate.findings.filter(isCounted);
    for (const severity of severities) {
      const delta =
        after.filter((finding) => finding.severity === severity).length -
        before.filter((finding) => finding.severity === severity).length;
      if (delta !== 0)
        points.push({
          good: delta < 0,
          text: `${Math.abs(delta)} ${delta < 0 ? "fewer" : "more"} ${severity}`,
        });
    }
  }
  const size = storedSizeDelta(candidate.image, facts);
  // A few kilobytes more or less are the noise of every build.
  if (size !== null && size !== 0 && Math.abs(size) >= SIZE_NOISE * facts.sizeBytes)
    points.push({ good: size < 0, text: `${amount(size)} ${size < 0 ? "smaller" : "larger"}` });
  const packages = candidate.sbom.packages.length - facts.packages.length;
  if (packages !== 0)
    points.push({
      good: packages < 0,
      text: `${Math.abs(packages)} ${Math.abs(packages) === 1 ? "package" : "packages"} ${packages < 0 ? "fewer" : "more"}`,
    });
  return points;
}

const SIZE_NOISE = 0.02;

function amount(bytes: number): string {
  const size = Math.abs(bytes);
  return size < 1_000_000 ? `${Math.ceil(size / 1000)} kB` : `${(size / 1_000_000).toFixed(1)} MB`;
}

function agePoints(after: string | null, before: string | null): readonly Point[] {
  const days = Math.floor((Date.parse(after ?? "") - Date.parse(before ?? "")) / DAY_MS);
  if (!Number.isFinite(days) || days === 0) return [];
  return [{ good: days > 0, text: `built ${Math.abs(days)} days ${days > 0 ? "later" : "earlier"}` }];
}

const DAY_MS = 86_400_000;

/** What the tags tell by themselves. */
function tagPoints(after: string | null, before: string | null): readonly Point[] {
  if (after === null || before === null || after === before) return [];
  const [now, then] = [parseVersionTag(after), parseVersionTag(before)];
  if (now === null || then === null) return [];
  const points: Point[] = [];
  const isOtherMajor = now.numbers[0] !== then.numbers[0];
  if (isOtherMajor)
    points.push({
      good: false,
      text: `another major version, ${then.numbers[0]} to ${now.numbers[0]}: try it first`,
    });
  else if (now.numbers.join() !== then.numbers.join())
    points.push({ good: true, text: "the same major version" });
  if (now.variant !== then.variant)
    points.push({
      good: false,
      text: `another variant (${now.variant || "none"} in place of ${then.variant || "none"}): tools may be missing`,
    });
  return points;
}

/** Fewer grave vulnerabilities first, then the smaller one; those that could not be analysed last. */
export function rankCandidates(candidates: readonly BaseCandidate[]): readonly BaseCandidate[] {
  return candidates.toSorted((a, b) => {
    const [left, right] = [rankOf(a), rankOf(b)];
    for (const [index, value] of left.entries()) {
      const other = right[index] ?? value;
      if (value !== other) return value - other;
    }
    return a.digest < b.digest ? -1 : 1;
  });
}

function rankOf({ analysis }: BaseCandidate): readonly number[] {
  if (analysis === null) return [1];
  const counted = (analysis.findings ?? []).filter(isCounted);
  const counts = severities.map(
    (severity) => counted.filter((finding) => finding.severity === severity).length,
  );
  return [0, ...counts, analysis.image.sizeBytes];
}
