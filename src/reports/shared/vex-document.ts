/** The view `vex`: for each statement whether it applied to the image, and to what, or why not. */
import type { VexExplanation, VexOutcome } from "../../domain/vex.ts";
import type { ProblemCode } from "../../domain/problem.ts";
import { tierOf, vexOutcomes } from "../../domain/vex.ts";
import type { Report } from "../types.ts";
import { code, paragraph, plain, section, toned, type Block, type Span } from "./blocks.ts";
import { overviewRows, stateBlocks } from "./overview.ts";
import { findStates } from "./states.ts";
import { vexAdvice } from "./vex-words.ts";
import { countText } from "./words.ts";

type VexReport = Extract<Report, { view: "vex" }>;
type Row = readonly [label: string, value: readonly Span[]];

/** Statements shown in full; JSON has them all. */
const SHOWN_MAX = 200;
/** Findings and products shown of one statement. */
const NAMES_SHOWN_MAX = 5;

export function vexDocument(report: VexReport): readonly Block[] {
  const { analysis, vex, showsAll } = report;
  const { explanations } = vex;
  const told = explanations.filter(({ outcome }) => showsAll || outcome !== "no-finding");
  const shown = told.toSorted((a, b) => rank(b.outcome) - rank(a.outcome)).slice(0, SHOWN_MAX);
  const hidden = explanations.length - shown.length;
  return [
    { kind: "facts", rows: [...overviewRows(analysis, analysis.findings), ...baseRows(report)] },
    ...stateBlocks(findStates(analysis, analysis.findings)),
    paragraph(toned(countText(explanations.length, "statement"), "strong"), plain(countsText(explanations))),
    ...shown.map((explanation) => statementSection(explanation, report)),
    ...(hidden === 0
      ? []
      : [paragraph(plain(`${countText(hidden, "statement")} not shown; --all and --format json show more`))]),
    ...unreadSection(report),
  ];
}

const unreadCodes: readonly ProblemCode[] = ["VEX_STATEMENT_INVALID", "VEX_FILES_IGNORED"];

/** What is no statement by the rules of its format, and files that were left out. */
function unreadSection({ analysis }: VexReport): readonly Block[] {
  const unread = analysis.problems.filter(({ code: name }) => unreadCodes.includes(name));
  if (unread.length === 0) return [];
  const shown = unread.slice(0, SHOWN_MAX).map(({ message }) => paragraph(plain(message)));
  const rest = unread.length - shown.length;
  return [
    section(
      [toned(`Not read: ${unread.length}`, "warn")],
      rest === 0 ? shown : [...shown, paragraph(plain(`and ${rest} more, which --format json shows`))],
    ),
  ];
}

function rank(outcome: VexOutcome): number {
  return vexOutcomes.indexOf(outcome);
}

function baseRows({ vex: { bases } }: VexReport): readonly Row[] {
  return bases.length === 0 ? [] : [["Statements of bases", [plain(bases.join(", "))]]];
}

/** `: 3 it applied, 2 another statement decided` in the order of outcomes, the best first. */
function countsText(explanations: readonly VexExplanation[]): string {
  const groups = [...Map.groupBy(explanations, ({ outcome }) => outcome).values()];
  const parts = groups
    .toSorted(([a], [b]) => rank(b?.outcome ?? "applied") - rank(a?.outcome ?? "applied"))
    .map((group) => `${group.length} ${words(group[0]?.outcome ?? "applied", group[0]?.text ?? "")}`);
  return parts.length === 0 ? "" : `: ${parts.join("; ")}`;
}

function words(outcome: VexOutcome, text: string): string {
  return outcome === "applied" ? "applied" : `not applied because ${text}`;
}

function statementSection(explanation: VexExplanation, { vex }: VexReport): Block {
  const { statement, outcome, text, applied } = explanation;
  const isApplied = outcome === "applied";
  const advice = vexAdvice(explanation, vex);
  const rows: readonly Row[] = [
    isApplied
      ? [
          "Applied to",
          [plain(namesText(applied.map(({ vulnerability, purl }) => `${vulnerability} in ${purl}`)))],
        ]
      : ["Not applied", [toned(`because ${text}`, "warn")]],
    ...(advice === null ? [] : [["To do", [plain(advice)]] as const]),
    ["Products", [plain(namesText(statement.products.flatMap(productNames)))]],
    ["By", [plain(`${statement.author}, ${statement.timestamp}`)]],
    [
      "Read from",
      [code(statement.location), plain(` (${statement.origin ?? "location"}, ${tierOf(statement)})`)],
    ],
  ];
  const title = `${isApplied ? "✓" : "✗"} ${statement.vulnerabilities.join(", ")} ${statement.status}`;
  return section([toned(title, isApplied ? "good" : "warn")], [{ kind: "facts", rows }]);
}

function productNames({
  ids,
  subcomponents,
}: VexExplanation["statement"]["products"][number]): readonly string[] {
  const [id = ""] = ids;
  return subcomponents.length === 0 ? [id] : subcomponents.map((part) => `${part} in ${id}`);
}

function namesText(names: readonly string[]): string {
  const rest = names.length - NAMES_SHOWN_MAX;
  const shown = names.slice(0, NAMES_SHOWN_MAX).join(", ");
  return rest > 0 ? `${shown} and ${rest} more` : shown;
}
