/** What is left of a command that ran: its log, its reports and why it failed. */
import { readFile, stat } from "node:fs/promises";
import { compareReport, type CompareReport } from "../../api/compare-report.ts";
import {
  lintReport,
  secretsReport,
  type LintReport,
  type SecretsReport,
} from "../../api/examination-reports.ts";
import {
  cvesReport,
  policyReport,
  quickviewReport,
  type CvesReport,
  type PolicyReport,
  type QuickviewReport,
} from "../../api/reports.ts";
import { recordOf } from "../../domain/json-record.ts";
import { isGate, type ActionCommand, type CommandCall } from "./commands.ts";

export type ActionReport =
  | { readonly view: "compare"; readonly report: CompareReport }
  | { readonly view: "cves"; readonly report: CvesReport }
  | { readonly view: "lint"; readonly report: LintReport }
  | { readonly view: "policy"; readonly report: PolicyReport }
  | { readonly view: "quickview"; readonly report: QuickviewReport }
  | { readonly view: "secrets"; readonly report: SecretsReport };

export interface CommandResult {
  readonly command: ActionCommand;
  /** 0, 1 an operational error, 2 a gate stopped it. */
  readonly exitCode: number;
  /** What it printed. */
  readonly log: string;
  /** Null: it wrote none. */
  readonly markdown: string | null;
  /** Null: it wrote none, or one of another shape. */
  readonly report: ActionReport | null;
  /** Why it stopped, a line each. */
  readonly reasons: readonly string[];
  /** It could have stopped: a gate was asked for. */
  readonly isGated: boolean;
}

/** Reads what a command left in its files. */
export async function readResult(
  { command, args, files }: CommandCall,
  { exitCode, log }: { readonly exitCode: number; readonly log: string },
): Promise<CommandResult> {
  const json = await readText(files.json);
  return {
    command,
    exitCode,
    log,
    markdown: await readText(files.markdown),
    report: json === null ? null : readReport(json),
    reasons: exitCode === 0 ? [] : reasonsOf(log),
    isGated: isGate(args),
  };
}

/** Reports of images with a million findings are not read back. */
const REPORT_BYTES_MAX = 400 * 1024 * 1024;

async function readText(file: string | undefined): Promise<string | null> {
  if (file === undefined) return null;
  const size = await stat(file).then(
    (found) => found.size,
    () => null,
  );
  return size === null || size > REPORT_BYTES_MAX ? null : readFile(file, "utf8");
}

function readReport(json: string): ActionReport | null {
  const value: unknown = JSON.parse(json);
  switch (recordOf(value)?.["schema"]) {
    case "urn:plimsoll:report:compare:1":
      return { view: "compare", report: compareReport.parse(value) };
    case "urn:plimsoll:report:cves:1":
      return { view: "cves", report: cvesReport.parse(value) };
    case "urn:plimsoll:report:lint:1":
      return { view: "lint", report: lintReport.parse(value) };
    case "urn:plimsoll:report:policy:1":
      return { view: "policy", report: policyReport.parse(value) };
    case "urn:plimsoll:report:secrets:1":
      return { view: "secrets", report: secretsReport.parse(value) };
    case "urn:plimsoll:report:quickview:1":
      return { view: "quickview", report: quickviewReport.parse(value) };
    default:
      return null;
  }
}

/** Lines of gates and errors, as every command prints them. */
function reasonsOf(log: string): readonly string[] {
  return log
    .split("\n")
    .filter((line) => /^(?:gate: |error [A-Z_]+: )/.test(line))
    .slice(0, REASONS_MAX);
}

const REASONS_MAX = 20;
