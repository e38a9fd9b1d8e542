/**
 * Contract of a report format: a pure function from a report to the text of a document.
 * Text that comes from an image goes through `printable()` in every format for people.
 */
import type { Analysis, AppliedVex } from "../domain/analysis.ts";
import type { BaseAdvice } from "../domain/base-advice.ts";
import type { Comparison, ComparisonCause } from "../domain/comparison.ts";
import type { FixAdvice } from "../domain/fix-advice.ts";
import type { GateCheck } from "../domain/gate-check.ts";
import type { Examination, StandardResult } from "../domain/hygiene.ts";
import type { Judgement } from "../domain/judgement.ts";
import type { LintResult } from "../domain/lint.ts";
import type { OutdatedPackage } from "../domain/newest-version.ts";
import type { FindingFacts } from "../domain/policy.ts";
import type { Template } from "./template.ts";

/** A view is what a command shows; each carries exactly what it needs. */
export type Report =
  | {
      readonly view: "cves";
      readonly analysis: Analysis;
      /** What the filters left, in report order. Suppressed ones are included and labelled. */
      readonly findings: readonly FindingFacts[];
      /** Filters in words, for the head of the report; empty: none. */
      readonly filters: readonly string[];
    }
  | {
      readonly view: "quickview";
      readonly analysis: Analysis;
      /** Absent: nobody looked at its bases. */
      readonly advice?: BaseAdvice;
      /** Filters in words; absent or empty: none. */
      readonly filters?: readonly string[];
    }
  | {
      readonly view: "fixes";
      readonly analysis: Analysis;
      readonly fixes: FixAdvice;
      /** Filters in words; empty: none. */
      readonly filters: readonly string[];
    }
  | {
      readonly view: "outdated";
      readonly analysis: Analysis;
      /** Those that are shown, outdated ones first. */
      readonly packages: readonly OutdatedPackage[];
      readonly currentCount: number;
    }
  | { readonly view: "recommendations"; readonly analysis: Analysis; readonly advice: BaseAdvice }
  | { readonly view: "policy"; readonly analysis: Analysis; readonly platforms: readonly PlatformVerdict[] }
  | {
      readonly view: "compare";
      readonly comparison: Comparison;
      /** Filters in words; empty: none. */
      readonly filters: readonly string[];
      readonly hidesPolicies: boolean;
      readonly hidesUnchanged: boolean;
      /** What a gate on each would say. */
      readonly worse: Readonly<Record<ComparisonCause, boolean>>;
      /** What nobody can say whether it is worse. */
      readonly unknown: readonly { readonly cause: ComparisonCause; readonly message: string }[];
    }
  | { readonly view: "check"; readonly analysis: Analysis; readonly check: GateCheck }
  | { readonly view: "document"; readonly analysis: Analysis }
  | { readonly view: "organisation"; readonly judgement: Judgement }
  | { readonly view: "secrets"; readonly examination: Examination }
  | {
      readonly view: "hygiene";
      readonly examination: Examination;
      /** By the controls of a standard; null: by check. */
      readonly standard: StandardResult | null;
    }
  | { readonly view: "lint"; readonly lint: LintResult }
  | {
      readonly view: "vex";
      readonly analysis: Analysis;
      readonly vex: AppliedVex;
      /** Show also the statements about vulnerabilities that were not found. */
      readonly showsAll: boolean;
    }
  | {
      readonly view: "explain";
      readonly analysis: Analysis;
      readonly vulnerability: string;
      readonly findings: readonly FindingFacts[];
    };

/** One row per platform when several were asked of an index. */
export interface PlatformVerdict {
  /** `linux/arm64` */
  readonly platform: string;
  /** Null: there is no image for it that can be analysed; that is `no_data`. */
  readonly analysis: Analysis | null;
  /** Why there is no analysis: `the index has no image for this platform`; null when there is one. */
  readonly reason: string | null;
}

export interface RenderOptions {
  /** ANSI colours. */
  readonly color: boolean;
  /** Columns of the terminal; documents for machines ignore it. */
  readonly width: number;
  /** Long text: descriptions, references (`--details`). */
  readonly details: boolean;
  /** File paths and layers (`--locations`). */
  readonly locations: boolean;
  /** EPSS columns (`--epss`). */
  readonly epss: boolean;
  /** Packages in the order of the findings, which were put into one (`--sort`). Absent: the worst package first. */
  readonly keepsOrder?: boolean;
  /** When the report is made, for formats that must tell it. Absent: the date of the vulnerability database. */
  readonly now?: Date;
  /** cves: list every package (`only-packages` format). */
  readonly onlyPackages: boolean;
  readonly onlyVulnPackages: boolean;
  readonly toolVersion: string;
  /** The environment that the image was taken from (`--env`). Absent: it was named otherwise. */
  readonly environment?: string;
  /** Of the format `template`, which every view has. */
  readonly template?: Template;
}

export interface ReportFormat {
  /** Value of --format: `table`, `json`, `sarif`, `markdown`. */
  readonly id: string;
  readonly title: string;
  readonly specs: readonly string[];
  readonly version: number;
  readonly views: readonly Report["view"][];
  /** Text with a final newline. */
  render(report: Report, options: RenderOptions): string;
}
