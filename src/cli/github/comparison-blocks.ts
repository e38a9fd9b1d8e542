/** A comparison as a comment shows it: what a pull request changes, and nothing of what was there before. */
import type { CompareReport } from "../../api/compare-report.ts";
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
import { severityDelta, signed, signedSize } from "../../reports/shared/delta.ts";
import { countText, sizeText } from "../../reports/shared/words.ts";
import { listed } from "./listed.ts";
import { policyChangeBlocks } from "./policy-changes.ts";
import { stateOf } from "./state-blocks.ts";

type Side = CompareReport["analysed"];
type State = Side["states"][number];
type Finding = NonNullable<CompareReport["findings"]>[number];

/** `rowsMax`: of each list. */
export function comparisonBlocks(report: CompareReport, rowsMax: number): readonly Block[] {
  const { analysed, baseline, findings } = report;
  return [
    paragraph(plain("Compared with "), code(baseline.target.name), plain(".")),
    {
      kind: "table",
      head: ["", "This", "Before", "Change"],
      rows: numbers(report),
    },
    ...stateBlocks(analysed, baseline),
    ...unknownOf(report).map(({ cause, message }): Block => {
      return { kind: "state", label: "NOT KNOWN", message: `${cause}: ${message}`, details: [] };
    }),
    ...(findings === null
      ? [paragraph(toned("Vulnerabilities were not compared.", "warn"))]
      : findingBlocks(findings, rowsMax)),
    ...policyChangeBlocks(report, rowsMax),
    ...packageBlocks(report, rowsMax),
  ];
}

/** What nobody can say whether it is worse, each once; nothing of policies that are left out. */
export function unknownOf({ unknown, policies }: CompareReport): CompareReport["unknown"] {
  const first = new Set<string>();
  return unknown.filter(({ cause, message }) => {
    if (first.has(message) || (cause === "policy" && policies === null)) return false;
    first.add(message);
    return true;
  });
}

/** What is so of both is said once. */
function stateBlocks(analysed: Side, baseline: Side): readonly Block[] {
  const isIn = ({ states }: Side, { id, message }: State): boolean =>
    states.some((other) => other.id === id && other.message === message);
  return [
    ...analysed.states.map((state) =>
      stateOf(state, isIn(baseline, state) ? "Both images: " : "This image: "),
    ),
    ...baseline.states
      .filter((state) => !isIn(analysed, state))
      .map((state) => stateOf(state, "The image before: ")),
  ];
}

function numbers({ analysed, baseline, delta }: CompareReport): readonly (readonly Span[])[] {
  const counts = ({ counts: of }: Side): Span =>
    of === null ? toned("not judged", "warn") : plain(severityLine(of));
  const score = ({ verdict }: Side): string => {
    const { grade = null, percent = null } = verdict?.score ?? {};
    return grade === null ? "N/A" : `${grade} (${percent ?? 0}%)`;
  };
  const hasScore = analysed.verdict !== null && baseline.verdict !== null;
  return [
    [
      plain("Vulnerabilities"),
      counts(analysed),
      counts(baseline),
      analysed.counts === null || baseline.counts === null
        ? plain("")
        : severityDelta(analysed.counts, baseline.counts),
    ],
    ...(hasScore
      ? [
          [
            plain("Health score"),
            plain(score(analysed)),
            plain(score(baseline)),
            plain(delta.scorePercent === null ? "" : `${signed(delta.scorePercent)} %`),
          ],
        ]
      : []),
    [
      plain("Packages"),
      plain(String(analysed.packageCount)),
      plain(String(baseline.packageCount)),
      plain(signed(delta.packages)),
    ],
    [
      plain("Size"),
      plain(sizeText(analysed.target.sizeBytes)),
      plain(sizeText(baseline.target.sizeBytes)),
      plain(signedSize(delta.sizeBytes)),
    ],
  ];
}

function findingBlocks(findings: readonly Finding[], rowsMax: number): readonly Block[] {
  const added = findings.filter(({ change }) => change === "added");
  const removed = findings.filter(({ change }) => change === "removed");
  if (added.length + removed.length === 0) return [paragraph(plain("No vulnerability comes or goes."))];
  return [
    ...findingSection("added", added, rowsMax, false),
    ...findingSection("removed", removed, rowsMax, true),
  ];
}

function findingSection(
  word: string,
  findings: readonly Finding[],
  rowsMax: number,
  folded: boolean,
): readonly Block[] {
  if (findings.length === 0) return [];
  const rows = findings.map(({ severity, vulnerability, url, package: pkg, fixedVersion, status }) => [
    toned(severity, severity),
    { text: vulnerability, ...(url === null ? {} : { link: url }) },
    plain(`${pkg.name} ${pkg.version}`),
    plain(fixedVersion ?? "none"),
    toned(status === "affected" ? "" : status.replaceAll("_", " "), "warn"),
  ]);
  const title = `${countText(findings.length, "vulnerability")} ${word}`;
  const head = ["Severity", "Id", "Package", "Fixed version", ""];
  return [section([plain(title)], listed(head, rows, rowsMax), folded)];
}

function packageBlocks({ packages, packageCounts }: CompareReport, rowsMax: number): readonly Block[] {
  const changed = packages.filter(({ change }) => change !== "unchanged");
  if (changed.length === 0) return [paragraph(plain("No package changes."))];
  const rows = changed.map(({ change, ecosystem, name, before, after, direction }) => [
    plain(direction === "older" ? `${change}, older` : change),
    plain(ecosystem),
    plain(name),
    plain(before?.version ?? ""),
    plain(after?.version ?? ""),
  ]);
  const { added, removed, changed: others } = packageCounts;
  const title = `Packages: ${added} added, ${removed} removed, ${others} changed`;
  return [section([plain(title)], listed(["", "Type", "Package", "Before", "This"], rows, rowsMax), true)];
}
