/**
 * The view `compare`: both images side by side with signed differences, then what was added, removed and changed.
 */
import type { ComparedSide, FindingChange, PackageChange, PolicyChange } from "../../domain/comparison.ts";
import { formatPlatform, storedSizeDelta } from "../../domain/image.ts";
import { packageName } from "../../domain/package-name.ts";
import type { PolicyStatus } from "../../domain/policy.ts";
import type { Report } from "../types.ts";
import { code, paragraph, plain, section, toned, type Block, type Span, type Tone } from "./blocks.ts";
import { countFindings } from "./counts.ts";
import { severityDelta, signed, signedSize } from "./delta.ts";
import { countsText, stateBlocks } from "./overview.ts";
import { policyMarks, policyResultText, policyTones, policyWords } from "./policy-words.ts";
import { findStates } from "./states.ts";
import { countText, sizeText, targetName } from "./words.ts";

type CompareReport = Extract<Report, { view: "compare" }>;

export function compareDocument(report: CompareReport): readonly Block[] {
  const { comparison, filters, hidesPolicies } = report;
  const { analysed, baseline } = comparison;
  return [
    { kind: "table", head: ["", "Analysed", "Baseline", "Difference"], rows: overview(report) },
    ...(filters.length === 0 ? [] : [paragraph(toned(`filters: ${filters.join("; ")}`, "dim"))]),
    ...sideStates("Analysed", analysed),
    ...sideStates("Baseline", baseline),
    ...unknownBlocks(report),
    ...findingBlocks(report),
    ...packageBlocks(report),
    ...(hidesPolicies || comparison.policies === null ? [] : policyBlocks(comparison.policies, report)),
  ];
}

/** What is the same on both sides because nobody knows it reads as no worse, unless it is told. */
function unknownBlocks({ unknown, hidesPolicies }: CompareReport): readonly Block[] {
  const told = unknown.filter(({ cause }) => cause !== "package" && !(hidesPolicies && cause === "policy"));
  if (told.length === 0) return [];
  return [
    paragraph(toned("Nobody knows whether it is worse:", "warn")),
    { kind: "list", entries: told.map(({ cause, message }) => [plain(`${cause}: ${message}`)]) },
  ];
}

function sideStates(title: string, { analysis, findings }: ComparedSide): readonly Block[] {
  const states = findStates(analysis, findings);
  return stateBlocks(states.map((state) => ({ ...state, message: `${title}: ${state.message}` })));
}

type Row = readonly Span[];

const nothing = plain("");

function overview({ comparison, hidesPolicies }: CompareReport): readonly Row[] {
  const { analysed, baseline } = comparison;
  const both: Both = (label, show, delta) => [plain(label), show(analysed), show(baseline), delta];
  const imageOf = ({ analysis }: ComparedSide) => analysis.image;
  const shared = comparison.sharedLayerCount;
  return [
    both("Target", (side) => ({ text: targetName(imageOf(side)), tone: "strong" }), nothing),
    both("  digest", (side) => code(shortDigest(imageOf(side).digest)), nothing),
    both("  platform", (side) => plain(platformText(side)), nothing),
    both("  vulnerabilities", countsOf, findingDelta(analysed, baseline)),
    both(
      "  size",
      (side) => plain(imageOf(side).sizeBytes === 0 ? "none" : sizeText(imageOf(side).sizeBytes)),
      plain(signedSize(storedSizeDelta(imageOf(analysed), imageOf(baseline)))),
    ),
    both(
      "  packages",
      ({ packages }) => plain(String(packages.length)),
      plain(signed(analysed.packages.length - baseline.packages.length)),
    ),
    both(
      "  layers",
      (side) => plain(String(imageOf(side).layers.length)),
      plain(shared === 0 ? "none shared" : `${shared} shared`),
    ),
    ...(hidesPolicies ? [] : verdictRows(analysed, baseline, both)),
  ];
}

type Both = (label: string, show: (side: ComparedSide) => Span, delta: Span) => Row;

function verdictRows(analysed: ComparedSide, baseline: ComparedSide, both: Both): readonly Row[] {
  const now = analysed.analysis.verdict;
  const before = baseline.analysis.verdict;
  if (now === null || before === null) return [];
  const percent = (now.score.percent ?? 0) - (before.score.percent ?? 0);
  const isScored = now.score.percent !== null && before.score.percent !== null;
  return [
    both("Policies", ({ analysis: { verdict } }) => verdictSpan(verdict), nothing),
    both(
      "Health score",
      ({ analysis: { verdict } }) =>
        plain(
          verdict === null || verdict.score.grade === null
            ? "N/A"
            : `${verdict.score.grade} (${verdict.score.percent ?? 0}%)`,
        ),
      isScored ? toned(`${signed(percent)} %`, percent < 0 ? "bad" : percent > 0 ? "good" : "dim") : nothing,
    ),
  ];
}

function verdictSpan(verdict: ComparedSide["analysis"]["verdict"]): Span {
  if (verdict === null) return nothing;
  const countOf = (wanted: PolicyStatus): number =>
    verdict.results.filter(({ status }) => status === wanted).length;
  const missing = countOf("no_data");
  const missingText = missing === 0 ? "" : `, ${missing} no data`;
  const text = `${policyWords[verdict.status]} (${countOf("met")}/${verdict.results.length} met${missingText})`;
  return toned(text, policyTones[verdict.status]);
}

function countsOf({ findings }: ComparedSide): Span {
  return findings === null ? toned("not judged", "warn") : plain(countsText(countFindings(findings)));
}

function findingDelta(analysed: ComparedSide, baseline: ComparedSide): Span {
  if (analysed.findings === null || baseline.findings === null) return nothing;
  return severityDelta(countFindings(analysed.findings), countFindings(baseline.findings));
}

/** Twelve digits are enough to tell two images apart by eye; the whole digest is in the JSON. */
function shortDigest(digest: string | null): string {
  return digest === null ? "none" : digest.slice(0, "sha256:".length + 12);
}

function platformText({ analysis: { image } }: ComparedSide): string {
  return image.source === "fs" || image.source === "sbom" ? "none" : formatPlatform(image.config.platform);
}

function findingBlocks({ comparison, hidesUnchanged }: CompareReport): readonly Block[] {
  const { findings } = comparison;
  if (findings === null) return [paragraph(toned("Vulnerabilities were not compared.", "warn"))];
  const of = (kind: FindingChange["kind"]) => findings.filter((change) => change.kind === kind);
  const [added, removed, unchanged] = [of("added"), of("removed"), of("unchanged")];
  const line = `${signed(added.length)} added, ${removed.length === 0 ? "0" : `-${removed.length}`} removed, ${unchanged.length} unchanged`;
  return [
    paragraph({ text: "Vulnerabilities  ", tone: "strong" }, plain(line)),
    ...findingSection("Added", "bad", added),
    ...findingSection("Removed", "good", removed),
    ...(hidesUnchanged ? [] : findingSection("Unchanged", "dim", unchanged)),
  ];
}

function findingSection(title: string, tone: Tone, changes: readonly FindingChange[]): readonly Block[] {
  if (changes.length === 0) return [];
  const rows = changes.map(({ finding }): Row => [
    toned(finding.severity, finding.severity),
    { text: finding.vulnerability, ...(finding.url === null ? {} : { link: finding.url }) },
    plain(`${packageName(finding.package)} ${finding.package.version}`),
    plain(finding.fixedVersion ?? "none"),
    toned(finding.status === "affected" ? "" : finding.status, "warn"),
  ]);
  const table: Block = { kind: "table", head: ["Severity", "Id", "Package", "Fixed version", ""], rows };
  return [section([toned(`${title}: ${countText(changes.length, "vulnerability")}`, tone)], [table], true)];
}

const PACKAGE_TITLES: Readonly<Record<PackageChange["kind"], string>> = {
  added: "Added",
  removed: "Removed",
  changed: "Changed",
  unchanged: "Unchanged",
};

function packageBlocks({ comparison }: CompareReport): readonly Block[] {
  const of = (kind: PackageChange["kind"]) => comparison.packages.filter((change) => change.kind === kind);
  const [added, removed, changed] = [of("added"), of("removed"), of("changed")];
  const line = `+ ${added.length} added  - ${removed.length} removed  ~ ${changed.length} changed  = ${of("unchanged").length} unchanged`;
  return [
    paragraph({ text: "Packages  ", tone: "strong" }, plain(line)),
    ...[added, removed, changed].flatMap((changes) => packageSection(changes)),
  ];
}

function packageSection(changes: readonly PackageChange[]): readonly Block[] {
  const [first] = changes;
  if (first === undefined) return [];
  const rows = changes.map(({ before, after, direction }): Row => {
    const pkg = after ?? before;
    return [
      plain(pkg?.ecosystem ?? ""),
      plain(pkg === null ? "" : packageName(pkg)),
      plain(before?.version ?? ""),
      plain(after?.version ?? ""),
      toned(direction === "older" ? "older" : "", "warn"),
    ];
  });
  const table: Block = { kind: "table", head: ["Type", "Package", "Baseline", "Analysed", ""], rows };
  const title = `${PACKAGE_TITLES[first.kind]}: ${countText(changes.length, "package")}`;
  return [section([plain(title)], [table], true)];
}

const CHANGE_TONES: Readonly<Record<PolicyChange["change"], Tone>> = {
  worse: "bad",
  better: "good",
  same: "dim",
  unknown: "warn",
};

function policyBlocks(changes: readonly PolicyChange[], { comparison }: CompareReport): readonly Block[] {
  const { analysed, baseline } = comparison;
  const cell = (result: PolicyChange["before"], side: ComparedSide): Span =>
    result === null
      ? toned("not evaluated", "dim")
      : toned(
          `${policyMarks[result.status]} ${policyResultText(result, side.analysis.findings)}`.trimEnd(),
          policyTones[result.status],
        );
  return [
    paragraph({ text: "Policies", tone: "strong" }),
    {
      kind: "table",
      head: ["Policy", "Analysed", "Baseline", ""],
      rows: changes.map(({ title, before, after, change }): Row => [
        plain(title),
        cell(after, analysed),
        cell(before, baseline),
        toned(change === "same" ? "" : change, CHANGE_TONES[change]),
      ]),
    },
  ];
}
