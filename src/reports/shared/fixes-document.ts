/** The view `fixes`: the upgrades of the whole image, then each package with its vulnerabilities. */
import type { PackageFix } from "../../domain/fix-advice.ts";
import { packageName } from "../../domain/package-name.ts";
import type { Report } from "../types.ts";
import { code, paragraph, plain, section, toned, type Block, type Span } from "./blocks.ts";
import { countFindings } from "./counts.ts";
import { severityDelta } from "./delta.ts";
import { countSpans, overviewRows, stateBlocks } from "./overview.ts";
import { findStates } from "./states.ts";
import { countText } from "./words.ts";

export function fixesDocument({
  analysis,
  fixes,
  filters,
}: Extract<Report, { view: "fixes" }>): readonly Block[] {
  const { packages, open, left, introduced } = fixes;
  const mended = packages.filter(({ version }) => version !== null);
  const after = countFindings(left);
  const brought = introduced.length === 0 ? "" : `, and ${countText(introduced.length, "new vulnerability")}`;
  return [
    {
      kind: "facts",
      rows: [
        ...overviewRows(analysis, analysis.findings),
        [
          "After the upgrades",
          [...countSpans(after), plain("  "), severityDelta(after, countFindings(open)), plain(brought)],
        ],
        ...(filters.length === 0 ? [] : [["Filters", [plain(filters.join("; "))]] as const]),
      ],
    },
    ...stateBlocks(findStates(analysis, analysis.findings)),
    mended.length === 0
      ? paragraph(plain("No upgrade is known that would clear anything."))
      : upgradeTable(mended),
    ...packages.map(packageSection),
  ];
}

function upgradeTable(packages: readonly PackageFix[]): Block {
  return {
    kind: "table",
    head: ["Package", "Has", "Upgrade to", "Step", "Clears", "Leaves", "From"],
    rows: packages.map(({ package: pkg, version, step, cleared, left, fromBase }) => [
      plain(packageName(pkg)),
      plain(pkg.version),
      toned(version ?? "", "good"),
      toned(step === null || step === "unknown" ? "" : step, step === "major" ? "warn" : "dim"),
      plain(String(cleared.length)),
      toned(String(left.length), left.length > 0 ? "warn" : "dim"),
      plain(fromBase === null ? "" : fromBase ? "base image" : "image itself"),
    ]),
  };
}

function packageSection(fix: PackageFix): Block {
  const { package: pkg, version, command, findings, introduced, places, fromBase } = fix;
  const title: readonly Span[] = [
    { text: `${packageName(pkg)} ${pkg.version}`, tone: "strong" },
    version === null ? toned(": no fix is known", "warn") : toned(` to ${version}`, "good"),
  ];
  return section(
    title,
    [
      ...(places > 1 ? [paragraph(toned(`in ${places} places`, "dim"))] : []),
      ...(fromBase === true
        ? [paragraph(toned("The base image brought it: a refreshed base may have the fix.", "dim"))]
        : []),
      ...(command === null ? [] : [paragraph(code(command))]),
      {
        kind: "table",
        head: ["Severity", "Id", "Fixed by"],
        rows: findings.map(({ finding, version: by }) => [
          toned(finding.severity, finding.severity),
          plain(finding.vulnerability),
          by === null ? toned("none known", "warn") : plain(by),
        ]),
      },
      ...(introduced.length === 0
        ? []
        : [paragraph(toned(`The upgrade brings ${introduced.join(", ")}.`, "bad"))]),
    ],
    true,
  );
}
