/** The bases of an image for people: the rows of `quickview`, and the view `recommendations`. */
import type { Analysis } from "../../domain/analysis.ts";
import type { BaseAdvice, BaseCandidate, BaseFacts, BaseLink } from "../../domain/base-advice.ts";
import { storedSizeDelta } from "../../domain/image.ts";
import type { FindingFacts } from "../../domain/policy.ts";
import type { Report } from "../types.ts";
import { ownFacts } from "./base-facts.ts";
import { code, paragraph, plain, section, toned, type Block, type Span, type Tone } from "./blocks.ts";
import { countFindings } from "./counts.ts";
import { severityDelta, signed, signedSize } from "./delta.ts";
import { countSpans, overviewRows, stateBlocks } from "./overview.ts";
import { findStates } from "./states.ts";
import { countText, sizeText } from "./words.ts";

type Row = readonly [label: string, value: readonly Span[]];

/** The overview of an image with what is known of its bases after the row that names the base. */
export function rowsWithBases(analysis: Analysis, advice: BaseAdvice | null): readonly Row[] {
  return advice === null
    ? overviewRows(analysis, analysis.findings)
    : afterBase(analysis, [...baseRows(advice), ...candidateRows(advice)]);
}

function afterBase(analysis: Analysis, more: readonly Row[]): readonly Row[] {
  const rows = overviewRows(analysis, analysis.findings);
  const at = rows.findIndex(([label]) => label === "Base image");
  return at === -1 ? [...rows, ...more] : [...rows.slice(0, at + 1), ...more, ...rows.slice(at + 1)];
}

function baseRows({ base, reason, chain }: BaseAdvice): readonly Row[] {
  const below = chain.slice(0, -1).toReversed();
  const built: readonly Row[] =
    below.length === 0 ? [] : [["  built on", [plain(below.map(linkName).join(", "))]]];
  if (base === null)
    return [...built, ["  vulnerabilities", [toned(`not told apart: ${reason ?? "unknown"}`, "dim")]]];
  return [
    ...built,
    ["  vulnerabilities", findingSpans(base.findings)],
    [
      "  size",
      [plain(sizeText(base.sizeBytes)), toned(`, ${countText(base.packages.length, "package")}`, "dim")],
    ],
  ];
}

function candidateRows({ base, refresh, refreshReason, updates, updateReason }: BaseAdvice): readonly Row[] {
  const [update] = updates;
  return [
    ...(refresh === null
      ? [["Refreshed base image", [toned(refreshReason, "dim")]] as const]
      : rowsOf("Refreshed base image", refresh, base)),
    ...(update === undefined
      ? [["Updated base image", [toned(updateReason ?? "none", "dim")]] as const]
      : rowsOf("Updated base image", update, base)),
  ];
}

function rowsOf(title: string, candidate: BaseCandidate, base: BaseFacts | null): readonly Row[] {
  const { analysis, reason } = candidate;
  const name: Row = [title, [plain(candidateName(candidate))]];
  if (analysis === null) return [name, ["  vulnerabilities", [toned(reason ?? "not analysed", "dim")]]];
  return [name, ["  vulnerabilities", [...findingSpans(analysis.findings), ...deltaSpans(analysis, base)]]];
}

function deltaSpans({ findings }: Analysis, base: BaseFacts | null): readonly Span[] {
  if (findings === null || base === null || base.findings === null) return [];
  return [plain("  "), severityDelta(countFindings(findings), countFindings(base.findings))];
}

function findingSpans(findings: readonly FindingFacts[] | null): readonly Span[] {
  return findings === null ? [toned("not judged", "warn")] : countSpans(countFindings(findings));
}

function linkName({ name, tag }: Pick<BaseLink, "name" | "tag">): string {
  return tag === null ? name : `${name}:${tag}`;
}

function candidateName({ name, tag, digest }: BaseCandidate): string {
  return `${linkName({ name, tag })}@${digest.slice(0, "sha256:".length + 12)}`;
}

export function recommendationsDocument({
  analysis,
  advice,
}: Extract<Report, { view: "recommendations" }>): readonly Block[] {
  const { refresh, refreshReason, updates, updateReason, chain, base } = advice;
  const states = findStates(analysis, analysis.findings);
  return [
    { kind: "facts", rows: afterBase(analysis, splitRows(analysis, base)) },
    ...stateBlocks(states),
    ...(chain.length === 0 ? [] : [chainSection(chain)]),
    ...(base === null && advice.reason !== null
      ? [paragraph(toned(`What the base brought is not known: ${advice.reason}.`, "warn"))]
      : []),
    section(
      [toned("Refresh the base image", "strong")],
      refresh === null
        ? [paragraph(plain(sentence(refreshReason)))]
        : candidateBlocks(analysis, refresh, base),
    ),
    section(
      [toned("Update the base image", "strong")],
      updates.length === 0
        ? [paragraph(plain(sentence(updateReason ?? "none")))]
        : updates.map((candidate) =>
            section([plain(candidateName(candidate))], candidateBlocks(analysis, candidate, base)),
          ),
    ),
  ];
}

/** Reasons come with a full stop where they are the text of an error. */
function sentence(text: string): string {
  const whole = `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
  return whole.endsWith(".") ? whole : `${whole}.`;
}

function splitRows(analysis: Analysis, base: BaseFacts | null): readonly Row[] {
  if (base === null) return [];
  return [
    ["  from the base", findingSpans(base.findings)],
    ["  from the image itself", findingSpans(ownFacts(analysis, base).findings)],
  ];
}

function chainSection(chain: readonly BaseLink[]): Block {
  const rows = chain.map((link) => [
    plain(linkName(link)),
    code(link.digest?.slice(0, "sha256:".length + 12) ?? ""),
    plain(link.layers === null ? "not known" : `${link.layers.first} to ${link.layers.last}`),
    plain(link.evidence),
    toned(link.confidence, link.confidence === "proved" ? "good" : "warn"),
  ]);
  const head = ["Built on", "Digest", "Layers", "Evidence", "Confidence"];
  return section([toned("Base images, the lowest first", "strong")], [{ kind: "table", head, rows }]);
}

function candidateBlocks(
  image: Analysis,
  candidate: BaseCandidate,
  base: BaseFacts | null,
): readonly Block[] {
  const { analysis, reason, dockerfile, benefits, drawbacks, rebase } = candidate;
  const line = paragraph(code(dockerfile));
  if (analysis === null) return [line, paragraph(toned(`Not analysed: ${reason ?? ""}`, "warn"))];
  const rows: Row[] = [
    ["vulnerabilities", [...findingSpans(analysis.findings), ...deltaSpans(analysis, base)]],
    [
      "size",
      [
        plain(
          withDelta(
            sizeText(analysis.image.sizeBytes),
            base === null ? null : signedSize(storedSizeDelta(analysis.image, base)),
          ),
        ),
      ],
    ],
    [
      "packages",
      [
        plain(
          withDelta(
            String(analysis.sbom.packages.length),
            base === null ? null : signed(analysis.sbom.packages.length - base.packages.length),
          ),
        ),
      ],
    ],
    ...(rebase === null ? [] : [["the image on it", rebaseSpans(image, rebase)] as const]),
    ...pointRows("benefits", "good", benefits),
    ...pointRows("drawbacks", "bad", drawbacks),
    ...pointRows("estimated", "warn", rebase?.caveats ?? []),
  ];
  return [line, { kind: "facts", rows }];
}

/** The label stands once, before the first. */
function pointRows(label: string, tone: Tone, points: readonly string[]): readonly Row[] {
  return points.map((text, index) => [index === 0 ? label : "", [toned(text, tone)]]);
}

function withDelta(text: string, delta: string | null): string {
  return delta === null ? text : `${text} (${delta})`;
}

function rebaseSpans(
  image: Analysis,
  { findings, removed, added }: NonNullable<BaseCandidate["rebase"]>,
): readonly Span[] {
  if (findings === null || image.findings === null) return [toned("not judged", "warn")];
  return [
    ...countSpans(countFindings(findings)),
    plain("  "),
    severityDelta(countFindings(findings), countFindings(image.findings)),
    toned(`  ${removed.length} fewer, ${added.length} new`, "dim"),
  ];
}
