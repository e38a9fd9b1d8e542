/**
 * The text of the comment: what the run found, short enough to be read. What was there before is never listed: of a comparison only
 * what differs, of the rest numbers. A comment that is too long for GitHub lists less, and says so.
 */
import { createHash } from "node:crypto";
import type { CvesReport, PolicyReport } from "../../api/reports.ts";
import { renderMarkdown } from "../../reports/markdown/document.ts";
import {
  code,
  paragraph,
  plain,
  section,
  toned,
  type Block,
  type Span,
} from "../../reports/shared/blocks.ts";
import { severityLine } from "../../reports/shared/counts.ts";
import { policyMarks, policyTones } from "../../reports/shared/policy-words.ts";
import { countText } from "../../reports/shared/words.ts";
import type { ActionCommand } from "./commands.ts";
import type { CommandResult } from "./command-result.ts";
import { comparisonBlocks, unknownOf } from "./comparison-blocks.ts";
import { cutMarkdown } from "./runner-files.ts";
import { stateOf } from "./state-blocks.ts";

/** GitHub takes no longer comment. */
export const COMMENT_LENGTH_MAX = 65_536;

/** What a comment tells besides the results. */
export interface CommentFacts {
  /** See `commentMarker`. */
  readonly marker: string;
  readonly image: string;
  /** Of the branch. */
  readonly commit: string | null;
  /** The run's page. */
  readonly page: string | null;
  readonly version: string;
}

/**
 * The first line of a comment, which nobody sees: a later run finds its comment by it. The same for the same parts, and made of nothing
 * that could end it.
 */
export function commentMarker(parts: readonly string[]): string {
  const id = createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32);
  return `<!-- plimsoll:comment:${id} -->`;
}

/** The marker of a comment that a later one took the place of. */
export const OLD_MARKER = "<!-- plimsoll:comment:old -->";

/** Commands whose result belongs into a comment. */
const TOLD: ReadonlySet<ActionCommand> = new Set([
  "quickview",
  "compare",
  "cves",
  "recommendations",
  "policy",
  "secrets",
  "lint",
]);

/** Null: nothing that ran has anything to tell a reader of the pull request. */
export function commentBody(results: readonly CommandResult[], facts: CommentFacts): string | null {
  if (!results.some(({ command }) => TOLD.has(command))) return null;
  for (const rowsMax of ROWS) {
    const body = compose(results, facts, rowsMax);
    if (body.length <= COMMENT_LENGTH_MAX) return body;
  }
  // Bytes are never fewer than the characters that GitHub counts.
  return cutMarkdown(compose(results, facts, 0), COMMENT_LENGTH_MAX);
}

/** Rows of each list, as many as the comment has room for. */
const ROWS: readonly number[] = [100, 50, 20, 10, 3, 0];

function compose(results: readonly CommandResult[], facts: CommentFacts, rowsMax: number): string {
  const blocks: readonly Block[] = [
    section(
      [plain(`Plimsoll${headline(results)}`)],
      [paragraph(code(facts.image)), ...results.flatMap((result) => failureBlocks(result))],
    ),
  ];
  const hasComparison = results.some(({ report }) => report?.view === "compare");
  const said = new Set<string>();
  const parts = results.flatMap((result) => partOf(result, { hasComparison, rowsMax, said }));
  return `${[facts.marker, renderMarkdown(blocks).trimEnd(), ...parts, footer(facts)].join("\n\n")}\n`;
}

function headline(results: readonly CommandResult[]): string {
  if (results.some(({ exitCode }) => exitCode === 1)) return ": the check could not be made";
  const stopped = results.filter(({ exitCode }) => exitCode !== 0).map(({ command }) => command);
  if (stopped.length > 0) return `: stopped by ${stopped.join(", ")}`;
  // Where nothing could have stopped it, nothing was passed.
  if (!results.some(({ isGated }) => isGated)) return "";
  return results.every((result) => !result.isGated || isAllKnown(result))
    ? ": passed"
    : ": passed as far as is known";
}

/** States of an image that a gate lets pass unless it is asked, and that leave open what else there is. */
const OPEN_STATES: ReadonlySet<string> = new Set([
  "incomplete",
  "not-judged",
  "stale",
  "sandbox-partial",
  "undetermined",
  "unjudged-packages",
]);

function isAllKnown({ report }: CommandResult): boolean {
  const isClosed = ({ states }: Pick<CvesReport, "states">): boolean =>
    states.every(({ id }) => !OPEN_STATES.has(id));
  switch (report?.view) {
    case "compare":
      return unknownOf(report.report).length === 0;
    case "cves":
      return isClosed(report.report);
    case "policy": {
      const { verdict } = report.report;
      return (
        isClosed(report.report) &&
        verdict !== null &&
        verdict.results.every(({ status }) => status !== "no_data")
      );
    }
    case "secrets":
      return report.report.completeness === "complete";
    default:
      return true;
  }
}

function failureBlocks({ command, reasons, exitCode }: CommandResult): readonly Block[] {
  if (exitCode === 0) return [];
  const lines = reasons.length === 0 ? [`exit code ${exitCode}`] : reasons;
  return [
    {
      kind: "list",
      entries: lines.map((line): readonly Span[] => [toned(command, "strong"), plain(`: ${line}`)]),
    },
  ];
}

interface Rest {
  readonly hasComparison: boolean;
  readonly rowsMax: number;
  /** States that the comment told already: commands of one run are about one image. */
  readonly said: Set<string>;
}

/** Markdown of one result. */
function partOf(result: CommandResult, rest: Rest): readonly string[] {
  const { hasComparison, rowsMax } = rest;
  const { command, report, markdown } = result;
  switch (report?.view) {
    case "compare":
      newStates(report.report.analysed.states, rest);
      return [rendered(comparisonBlocks(report.report, rowsMax))];
    case "cves":
      return [rendered(cvesBlocks(report.report, rest))];
    case "policy":
      return hasComparison ? [] : [rendered(policyBlocks(report.report, rest))];
    case "quickview":
      return hasComparison || markdown === null ? [] : [cutMarkdown(markdown.trimEnd(), TEXT_BYTES_MAX)];
    case "lint": {
      const { file, findings } = report.report;
      const found = findings.length === 0 ? "nothing found" : countText(findings.length, "finding");
      return [rendered([paragraph(plain("Lint of "), code(file), plain(`: ${found}.`))])];
    }
    case "secrets": {
      const { secrets, completeness } = report.report;
      const found = secrets.length === 0 ? "none found" : `${secrets.length} found`;
      const part = completeness === "complete" ? "" : ", not all of the image could be read";
      return [rendered([paragraph(plain(`Secrets: ${found}${part}.`))])];
    }
    default:
      if (!TOLD.has(command) || markdown === null) return [];
      return [folded(command, cutMarkdown(markdown.trimEnd(), rowsMax === 0 ? 0 : TEXT_BYTES_MAX))];
  }
}

/** Of a report that is taken over as it is. */
const TEXT_BYTES_MAX = 16 * 1024;

function folded(title: string, markdown: string): string {
  return `<details><summary>${title}</summary>\n\n${markdown}\n\n</details>`;
}

function rendered(blocks: readonly Block[]): string {
  return renderMarkdown(blocks).trimEnd();
}

/** Those that were not told before, which are from now on. */
function newStates(states: CvesReport["states"], { said }: Rest): readonly Block[] {
  const fresh = states.filter(({ id, message }) => !said.has(`${id} ${message}`));
  for (const { id, message } of fresh) said.add(`${id} ${message}`);
  return fresh.map((state) => stateOf(state));
}

function cvesBlocks({ counts, states, filters }: CvesReport, rest: Rest): readonly Block[] {
  const found =
    counts === null
      ? toned("not judged", "warn")
      : { text: counts.total === 0 ? "none" : severityLine(counts), tone: "strong" as const };
  const filtered = filters.length === 0 ? "" : ` (${filters.join("; ")})`;
  return [
    ...newStates(states, rest),
    paragraph(
      plain(`Vulnerabilities of the image${filtered}: `),
      found,
      plain(". Each of them is in the job summary."),
    ),
  ];
}

function policyBlocks({ verdict, states }: PolicyReport, rest: Rest): readonly Block[] {
  if (verdict === null) return [paragraph(toned("Policies were not judged.", "warn"))];
  const open = verdict.results.filter(({ status }) => status !== "met");
  const rows = open
    .slice(0, Math.max(rest.rowsMax, ROWS_LEAST))
    .map(({ title, status, deviations, reason }) => [
      toned(policyMarks[status], policyTones[status]),
      plain(title),
      plain(status === "not_met" ? countText(deviations.length, "deviation") : `no data: ${reason ?? ""}`),
    ]);
  const { grade, percent } = verdict.score;
  const score = grade === null ? "" : ` Health score ${grade} (${percent ?? 0}%).`;
  return [
    ...newStates(states, rest),
    paragraph(plain(`${verdict.metCount} of ${countText(verdict.policyCount, "policy")} met.${score}`)),
    ...(rows.length === 0 ? [] : [{ kind: "table", head: ["", "Policy", "Result"], rows } as const]),
  ];
}

const ROWS_LEAST = 20;

function footer({ commit, page, version }: CommentFacts): string {
  const spans: Span[] = [
    ...(commit === null ? [] : [plain("Commit "), code(commit.slice(0, 12)), plain(", ")]),
    {
      text: page === null ? "log and summary in the run" : "log and summary",
      ...(page === null ? {} : { link: page }),
    },
    plain(`, plimsoll ${version}`),
  ];
  return `<sub>${renderMarkdown([paragraph(...spans)]).trimEnd()}</sub>`;
}
