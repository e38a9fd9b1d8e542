/**
 * The head of a report: what was looked at, and how far it can be believed.
 */
import { formatPlatform } from "../../domain/image.ts";
import type { Analysis } from "../../domain/analysis.ts";
import type { Coverage } from "../../domain/package.ts";
import type { FindingFacts } from "../../domain/policy.ts";
import { code, plain, toned, type Block, type Span } from "./blocks.ts";
import { countFindings, severityLine, severityParts, type FindingCounts } from "./counts.ts";
import type { ReportState } from "./states.ts";
import { ageText, baseEvidenceText, baseImageName, countText, sizeText, targetName } from "./words.ts";

type Row = readonly [label: string, value: readonly Span[]];

/** Target, digest, platform, counts, size, packages, base image and database. `findings` are those the report shows. */
export function overviewRows(analysis: Analysis, findings: readonly FindingFacts[] | null): readonly Row[] {
  const { image, sbom } = analysis;
  const isImage = image.source !== "fs" && image.source !== "sbom";
  return [
    ["Target", [{ text: targetName(image), tone: "strong" }]],
    ...(image.digest === null ? [] : [["  digest", [code(image.digest)]] as const]),
    ...(isImage ? [["  platform", [plain(formatPlatform(image.config.platform))]] as const] : []),
    [
      "  vulnerabilities",
      findings === null ? [toned("not judged", "warn")] : countSpans(countFindings(findings)),
    ],
    ...(isImage ? [["  size", [plain(sizeText(image.sizeBytes))]] as const] : []),
    ["  packages", [plain(String(sbom.packages.length))]],
    ...(sbom.coverage === undefined ? [] : [["  coverage", coverageSpans(sbom.coverage)] as const]),
    ...(sbom.distro === null ? [] : [["  distribution", [plain(sbom.distro.name)]] as const]),
    ...(isImage ? [["Base image", baseImageSpans(analysis)] as const] : []),
    ["Database", databaseSpans(analysis)],
  ];
}

/** `98 % of 1,234 executables explained, 24 unknown` */
function coverageSpans({ executables, files }: Coverage): readonly Span[] {
  const isPrograms = executables.total > 0;
  const { total, byNothing } = isPrograms ? executables : files;
  const share = total === 0 ? 100 : Math.floor((100 * (total - byNothing)) / total);
  const what = countText(total, isPrograms ? "executable" : "file");
  const rest = byNothing === 0 ? "" : `, ${byNothing} unknown`;
  return [plain(`${share} % of ${what} explained`), toned(rest, "dim")];
}

/** `5C 3H 6M 63L 6?`, then what is not in it: `2 suppressed, 1 undetermined`. */
export function countSpans(numbers: FindingCounts): readonly Span[] {
  const parts = severityParts(numbers).flatMap(({ text, severity, count }, index): readonly Span[] => [
    ...(index === 0 ? [] : [plain(" ")]),
    toned(text, count > 0 ? severity : "dim"),
  ]);
  const rest = besidesText(numbers);
  return rest === "" ? parts : [...parts, toned(rest, "warn")];
}

/** The same in one piece, for the cell of a table. */
export function countsText(numbers: FindingCounts): string {
  return `${severityLine(numbers)}${besidesText(numbers)}`;
}

function besidesText(numbers: FindingCounts): string {
  const besides = [
    ...(numbers.suppressed > 0 ? [`${numbers.suppressed} suppressed`] : []),
    ...(numbers.undetermined > 0 ? [`${numbers.undetermined} undetermined`] : []),
  ];
  return besides.length === 0 ? "" : ` (${besides.join(", ")})`;
}

/** The base image with the evidence for it, or that it is unknown and why. */
export function baseImageSpans({ baseImage, baseImageReason }: Analysis): readonly Span[] {
  if (baseImage === null) {
    return [toned("unknown", "warn"), ...(baseImageReason === null ? [] : [plain(` (${baseImageReason})`)])];
  }
  const tone = baseImage.evidence === "claimed" ? "warn" : "dim";
  return [plain(baseImageName(baseImage)), toned(` (${baseEvidenceText(baseImage)})`, tone)];
}

function databaseSpans({ database }: Analysis): readonly Span[] {
  if (database === null) return [toned("none", "warn")];
  const age = `updated ${ageText(database.ageHours)} ago (${database.updatedAt})`;
  return [
    toned(age, database.stale ? "warn" : "dim"),
    toned(`, ${countText(database.advisoryCount, "advisory")}`, "dim"),
  ];
}

/** States as blocks, all of their details. */
export function stateBlocks(states: readonly ReportState[]): readonly Block[] {
  return states.map(({ label, message, details }) => ({ kind: "state", label, message, details }));
}
