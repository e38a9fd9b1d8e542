/** `plimsoll explain`: why a vulnerability matches a package or does not, or which statement suppressed it. */
import { Command } from "commander";
import { PlimsollError } from "../../domain/error.ts";
import type { Analysis } from "../../domain/analysis.ts";
import type { FindingFacts } from "../../domain/policy.ts";
import type { CommandMaker } from "../command-maker.ts";
import { addDatabaseOptions, type DatabaseOptions } from "../options/database.ts";
import { addImageOptions, chosenPlatform, IMAGE_ARGUMENT, type ImageOptions } from "../options/image.ts";
import { addOutputOptions, type OutputOptions } from "../options/output.ts";
import { writeReport } from "../options/render.ts";
import { addSeverityOption, type SeverityOptions } from "../options/severity.ts";
import { addVexOptions, type VexOptions } from "../options/vex.ts";
import { runAnalysis } from "../run-analysis.ts";

type Options = ImageOptions & DatabaseOptions & SeverityOptions & VexOptions & OutputOptions;

export const explain: CommandMaker = (context) => {
  const command = new Command("explain")
    .description(
      "Say why a vulnerability matches or does not: source, range, comparison, evidence, and what decided its status.",
    )
    .argument("<id>", "vulnerability or advisory id, e.g. CVE-2022-24999")
    .argument("<image>", IMAGE_ARGUMENT)
    .addHelpText("after", EXAMPLES);
  addOutputOptions(command, ["table", "json", "markdown", "html"], "table", { template: true });
  addVexOptions(command);
  addSeverityOption(command);
  addDatabaseOptions(command);
  addImageOptions(command);
  return command.action(async (id: string, reference: string, options: Options) => {
    const analysis = await runAnalysis(context, {
      reference,
      platform: chosenPlatform(options),
      options,
      database: "required",
      policies: null,
      debugPolicies: false,
      explains: id,
    });
    const findings = findingsOf(analysis, id);
    if (findings.length === 0 && analysis.considered.length === 0) throw notFound(analysis, id);
    const report = { view: "explain", analysis, vulnerability: id, findings } as const;
    await writeReport(context, options, report);
  });
};

function findingsOf(analysis: Analysis, id: string): FindingFacts[] {
  const wanted = id.toUpperCase();
  return (analysis.findings ?? []).filter((finding) =>
    [finding.vulnerability, ...finding.aliases].some((known) => known.toUpperCase() === wanted),
  );
}

/** "No finding" is a statement about what was looked at, so it says what that was. */
function notFound(analysis: Analysis, id: string): PlimsollError {
  const { sbom, database } = analysis;
  const missing = database?.missingSpaces.length
    ? ` The database has nothing for ${database.missingSpaces.join(", ")}.`
    : "";
  const incomplete = sbom.completeness === "incomplete" ? " The inventory is incomplete." : "";
  return new PlimsollError(
    "FINDING_NOT_FOUND",
    `No advisory for any of the ${sbom.packages.length} packages is known as ${id}.${missing}${incomplete}`,
  );
}

const EXAMPLES = `
Examples:
  plimsoll explain CVE-2022-24999 registry.example.com/team/app:1.2
  plimsoll explain CVE-2017-16137 sbom://app.spdx.json
  plimsoll explain --vex-location vex/ GHSA-hrpp-h998-j3pp oci-dir://build/image

Advisories that name a package and do not hold its version are shown with the comparison that fails.
Exit codes: 0 explained; 1 operational error, or no advisory of this id names a package of the image.`;
