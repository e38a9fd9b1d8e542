/** `plimsoll cves`: the vulnerabilities of an image, with Scout's filters, formats and exit codes. */
import { Command } from "commander";
import type { SigningKey } from "../../attestations/keys.ts";
import { decideGate } from "../../policies/gate.ts";
import type { Analysis } from "../../domain/analysis.ts";
import { orderFindings } from "../../domain/finding-order.ts";
import type { FindingFacts } from "../../domain/policy.ts";
import { isRemoved } from "../../domain/removed.ts";
import type { CommandMaker } from "../command-maker.ts";
import type { CliContext } from "../context.ts";
import { addBaseOptions, baseChoice, makeBaseFilter, type BaseOptions } from "../options/base.ts";
import { addDatabaseOptions, type DatabaseOptions } from "../options/database.ts";
import { addFilterOptions, makeFilter, type FilterOptions } from "../options/filters.ts";
import { addGateOptions, closeGate, gateOptions, type GateOptions } from "../options/gate.ts";
import {
  addImageOptions,
  chosenPlatform,
  OPTIONAL_IMAGE_ARGUMENT,
  type ImageOptions,
} from "../options/image.ts";
import { addInventoryOptions, type InventoryOptions } from "../options/inventory.ts";
import { addKnownOptions, chooseImage, type KnownOptions } from "../options/known.ts";
import { addOrderOptions, chosenOrder } from "../options/order.ts";
import { addOutputOptions, chosenFormats, type OutputOptions, type WrittenFile } from "../options/output.ts";
import { LIST_FORMATS, writeReport, type DisplayOptions } from "../options/render.ts";
import { checkScores } from "../options/scores.ts";
import { addSeverityOption, type SeverityOptions } from "../options/severity.ts";
import { addSignOption, outputKey, type SignOptions } from "../options/sign.ts";
import { addVexOptions, type VexOptions } from "../options/vex.ts";

type Options = ImageOptions &
  DatabaseOptions &
  InventoryOptions &
  VexOptions &
  SeverityOptions &
  FilterOptions &
  BaseOptions &
  KnownOptions &
  GateOptions &
  OutputOptions &
  SignOptions &
  DisplayOptions;

/** Formats that show only the inventory, and so need no vulnerability database. */
const SBOM_FORMATS: Readonly<Record<string, string>> = { sbom: "json", spdx: "spdx", cyclonedx: "cyclonedx" };
const REPORT_FORMATS: Readonly<Record<string, string>> = {
  packages: "table",
  "only-packages": "table",
  table: "table",
  json: "json",
  sarif: "sarif",
  gitlab: "gitlab",
  markdown: "markdown",
};

export const cves: CommandMaker = (context, finish) => {
  const command = new Command("cves")
    .description("Show the vulnerabilities of an image, folder or SBOM.")
    .argument("[image]", OPTIONAL_IMAGE_ARGUMENT)
    .addHelpText("after", EXAMPLES);
  const formats = [...Object.keys(REPORT_FORMATS), ...LIST_FORMATS, ...Object.keys(SBOM_FORMATS)];
  addOutputOptions(command, formats, "packages", {
    template: true,
    onlyId: "ids of the vulnerabilities alone, one a line",
  });
  addGateOptions(command, "findings remain after the filters");
  addFilterOptions(command);
  addBaseOptions(command);
  addKnownOptions(command, false);
  addOrderOptions(command);
  addSeverityOption(command);
  addVexOptions(command);
  addInventoryOptions(command);
  addDatabaseOptions(command);
  addSignOption(command);
  command.option("--details", "long texts").option("--locations", "file paths and layers");
  addImageOptions(command);
  return command.action(async (typed: string | undefined, options: Options) => {
    const { analyze } = await chooseImage(context, typed, options);
    const filter = makeFilter(options);
    baseChoice(options);
    const gate = gateOptions(options);
    const key = await outputKey(context, options, options.output);
    const needsFindings = chosenFormats(options).some((format) => SBOM_FORMATS[format] === undefined);
    const gated = gate.exitCode || gate.failOn.length > 0;
    const analysis = await analyze({
      platform: chosenPlatform(options),
      options,
      database: needsFindings || gated || key !== null ? "required" : "none",
      policies: null,
      debugPolicies: false,
    });
    checkScores(context, analysis.database, options);
    const base = await makeBaseFilter(context, analysis, options);
    const kept = (analysis.findings ?? []).filter((finding) => filter.keeps(finding) && base.keeps(finding));
    const findings = orderFindings(kept, chosenOrder(options));
    const report = { view: "cves", analysis, findings, filters: [...filter.words, ...base.words] } as const;
    const written = await writeReport(context, options, report, {
      names: REPORT_FORMATS,
      other: (format) => asSbom(SBOM_FORMATS[format], analysis, context.version),
    });
    if (key !== null) await signFindings(context, { key, analysis }, written);
    finish(closeGate(context, decide(analysis, findings, gate)));
  });
};

/** All that count are stated, whatever the filters show. */
async function signFindings(
  context: CliContext,
  { key, analysis }: { readonly key: SigningKey; readonly analysis: Analysis },
  written: readonly WrittenFile[],
): Promise<void> {
  const { signFiles } = await import("../attestations/sign-files.ts");
  const { findingsPredicate, findingsType } = await import("../../attestations/predicates.ts");
  const predicate = findingsPredicate(analysis, { toolVersion: context.version, now: context.clock() });
  await signFiles(context, written, { key, images: [analysis.image], type: findingsType, predicate });
}

/** The writers of SBOMs are loaded only when one is asked for. */
function asSbom(
  format: string | undefined,
  { image, sbom }: Analysis,
  toolVersion: string,
): Promise<string> | null {
  if (format === undefined) return null;
  return import("../../sbom/documents.ts").then(({ writeSbom }) =>
    writeSbom(format, { image, sbom, toolVersion }),
  );
}

function decide(
  analysis: Analysis,
  findings: readonly FindingFacts[],
  options: ReturnType<typeof gateOptions>,
) {
  const open = findings.filter((finding) => !finding.suppressed && !isRemoved(finding));
  return decideGate({
    verdict: null,
    findingsLeft: open.filter((finding) => finding.status !== "undetermined").length,
    completeness: analysis.sbom.completeness,
    verification: analysis.sbom.verification,
    database: analysis.database,
    undeterminedCount: open.filter((finding) => finding.status === "undetermined").length,
    options,
  });
}

const EXAMPLES = `
Examples:
  plimsoll cves alpine:3.22
  plimsoll cves local://app:dev
  plimsoll cves --only-severity critical,high --only-fixed oci-dir://build/image
  plimsoll cves --exit-code --strict registry.example.com/team/app:1.2
  plimsoll cves --sort risk --ignore-base --base-image debian:12 local://app:dev
  plimsoll cves --format sarif -o app.sarif archive://app.tar
  plimsoll cves --output sarif=app.sarif --output html=app.html --output json=app.json archive://app.tar
  plimsoll cves --only-id --only-severity critical alpine:3.22
  plimsoll cves --format gitlab -o gl-container-scanning-report.json registry.example.com/team/app:1.2
  plimsoll cves --vex-location vex/ fs://.
  plimsoll cves --multi-stage registry.example.com/team/app:1.2

Exit codes: 0 no gate asked, or nothing left; 1 operational error; 2 findings left (--exit-code) or another cause (--fail-on).`;
