/**
 * The views `quickview` and `policy`.
 */
import type { Analysis } from "../../domain/analysis.ts";
import type { Deviation, PolicyResult, Verdict } from "../../domain/policy.ts";
import type { PlatformVerdict, RenderOptions, Report } from "../types.ts";
import { rowsWithBases } from "./base-document.ts";
import { paragraph, plain, section, toned, type Block, type Span } from "./blocks.ts";
import { gradeLines } from "./grade-words.ts";
import { overviewRows, stateBlocks } from "./overview.ts";
import {
  effectWords,
  lostPoints,
  policyHeadline,
  policyMarks,
  policyResultText,
  policyTones,
  policyWords,
  scoreSpans,
} from "./policy-words.ts";
import { findStates } from "./states.ts";

/** One screen: the target, its base, the states, the policy table and the score. */
export function quickviewDocument({
  analysis,
  advice,
  filters = [],
}: Extract<Report, { view: "quickview" }>): readonly Block[] {
  const rows = rowsWithBases(analysis, advice ?? null);
  return [
    {
      kind: "facts",
      rows: filters.length === 0 ? rows : [...rows, ["Filters", [toned(filters.join("; "), "warn")]]],
    },
    ...stateBlocks(findStates(analysis, analysis.findings)),
    ...verdictBlocks(analysis),
  ];
}

/** The policy table with every deviation; several platforms: a section each, and the worst of them first. */
export function policyDocument(
  report: Extract<Report, { view: "policy" }>,
  options: RenderOptions,
): readonly Block[] {
  if (report.platforms.length === 0) return analysisBlocks(report.analysis, options);
  const worst = worstPlatform(report.platforms);
  return [
    paragraph(
      { text: "Policy status ", tone: "strong" },
      toned(policyWords[worst.status], policyTones[worst.status]),
      plain(` (the worst of ${report.platforms.length} platforms: ${worst.platform})`),
    ),
    ...report.platforms.map((entry) =>
      section(
        [toned(entry.platform, "strong")],
        entry.analysis === null
          ? [paragraph(toned(`? No data: ${entry.reason ?? "it was not analysed"}`, "warn"))]
          : analysisBlocks(entry.analysis, options),
      ),
    ),
  ];
}

/** Worst status of all platforms: not met, then no data, then met. */
export function worstPlatform(platforms: readonly PlatformVerdict[]): {
  readonly platform: string;
  readonly status: Verdict["status"];
} {
  const order: readonly Verdict["status"][] = ["not_met", "no_data", "met"];
  const ranked = platforms
    .map(({ platform, analysis }) => ({
      platform,
      status: analysis?.verdict?.status ?? ("no_data" as const),
    }))
    .sort((a, b) => order.indexOf(a.status) - order.indexOf(b.status));
  return ranked[0] ?? { platform: "none", status: "no_data" };
}

function analysisBlocks(analysis: Analysis, options: RenderOptions): readonly Block[] {
  const { verdict } = analysis;
  return [
    { kind: "facts", rows: overviewRows(analysis, analysis.findings) },
    ...stateBlocks(findStates(analysis, analysis.findings)),
    ...verdictBlocks(analysis),
    ...(verdict?.results ?? []).flatMap((result) => resultSection(result, options, result.policy)),
  ];
}

function verdictBlocks(analysis: Analysis): readonly Block[] {
  const { verdict, findings } = analysis;
  if (verdict === null) return [paragraph(toned("Policies were not evaluated.", "warn"))];
  const lost = lostPoints(verdict);
  // Where every policy stops a gate, as all of the built-in ones do, a column that says so tells nothing.
  const hasEffects = verdict.results.some(({ effect = "block" }) => effect !== "block");
  return [
    paragraph(...policyHeadline(verdict)),
    {
      kind: "table",
      head: ["", "Policy", "Result", ...(hasEffects ? ["When not met"] : [])],
      rows: verdict.results.map((result): readonly Span[] => [
        toned(policyMarks[result.status], policyTones[result.status]),
        plain(result.title),
        toned(policyResultText(result, findings), policyTones[result.status]),
        ...(hasEffects ? [plain(effectWords[result.effect ?? "block"])] : []),
      ]),
    },
    paragraph(...scoreSpans(verdict)),
    ...(lost.length === 0 ? [] : [{ kind: "list", entries: lost.map((text) => [plain(text)]) } as const]),
    ...gradeLines(analysis).map((line) => paragraph(...line)),
  ];
}

/**
 * Reason, deviations and what to do, folded; nothing for a met policy unless details are asked for. `id`: as people write the
 * policy; null where it has none that they would.
 */
export function resultSection(
  result: PolicyResult,
  { details }: RenderOptions,
  id: string | null,
): readonly Block[] {
  const blocks: Block[] = [];
  if (result.reason !== null) blocks.push(paragraph(plain(result.reason)));
  if (result.deviations.length > 0) blocks.push(deviationTable(result.deviations));
  const advice = [...result.deviations.map(({ remediation }) => remediation), result.supply ?? null];
  const remedies = [...new Set(advice)].filter((text) => text !== null);
  if (remedies.length > 0) {
    blocks.push(paragraph(toned("What to do", "strong")));
    blocks.push({ kind: "list", entries: remedies.map((text) => [plain(text)]) });
  }
  if (result.debug.length > 0)
    blocks.push({ kind: "list", entries: result.debug.map((line) => [toned(line, "dim")]) });
  // A met policy has its line in the table; more of it only when asked.
  if (blocks.length === 0 || (result.status === "met" && !details && result.debug.length === 0)) return [];
  const title = toned(`${policyMarks[result.status]} ${result.title}`, policyTones[result.status]);
  return [section(id === null ? [title] : [title, plain(`  ${id}`)], blocks, true)];
}

/** Columns in the order in which deviations first name them; without columns the message. */
function deviationTable(deviations: readonly Deviation[]): Block {
  const columns = [...new Set(deviations.flatMap((deviation) => Object.keys(deviation.columns)))];
  if (columns.length === 0)
    return { kind: "list", entries: deviations.map(({ message }) => [plain(message)]) };
  const rows = deviations.map((deviation): readonly Span[] => [
    plain(deviation.message),
    ...columns.map((name) => plain(deviation.columns[name] ?? "")),
  ]);
  return { kind: "table", head: ["Deviation", ...columns], rows };
}
