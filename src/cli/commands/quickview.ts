/** `plimsoll quickview`: one screen with counts, base image, policies and grade. */
import { Command } from "commander";
import type { Analysis } from "../../domain/analysis.ts";
import type { BaseAdvice } from "../../domain/base-advice.ts";
import type { CommandMaker } from "../command-maker.ts";
import type { CliContext } from "../context.ts";
import { addDatabaseOptions, type DatabaseOptions } from "../options/database.ts";
import {
  addImageOptions,
  chosenPlatform,
  OPTIONAL_IMAGE_ARGUMENT,
  type ImageOptions,
} from "../options/image.ts";
import { addSuppressionOptions, makeFilter, type FilterOptions } from "../options/filters.ts";
import { addKnownOptions, chooseImage, type KnownOptions } from "../options/known.ts";
import { addOutputOptions, chosenFormat, type OutputOptions } from "../options/output.ts";
import { addPolicyOptions, choosePolicies, type PolicyOptions } from "../options/policy.ts";
import { writeReport } from "../options/render.ts";
import { addSeverityOption, type SeverityOptions } from "../options/severity.ts";
import { addVexOptions, type VexOptions } from "../options/vex.ts";
import type { AnalysisRequest } from "../run-analysis.ts";

type Options = ImageOptions &
  DatabaseOptions &
  SeverityOptions &
  VexOptions &
  OutputOptions &
  PolicyOptions &
  KnownOptions &
  Pick<FilterOptions, "onlyVexAffected" | "ignoreSuppressed">;

export const quickview: CommandMaker = (context) => {
  const command = new Command("quickview")
    .alias("qv")
    .description("Show one screen about an image: counts, base image, policies, grade.")
    .argument("[image]", OPTIONAL_IMAGE_ARGUMENT)
    .addHelpText("after", EXAMPLES);
  addOutputOptions(command, ["table", "json", "markdown", "html"], "table", { template: true });
  addKnownOptions(command, true);
  addPolicyOptions(command);
  addSuppressionOptions(command);
  addVexOptions(command);
  addSeverityOption(command);
  addDatabaseOptions(command);
  addImageOptions(command);
  return command.action(async (typed: string | undefined, options: Options) => {
    const { reference, analyze } = await chooseImage(context, typed, options);
    const chosen = await choosePolicies(context, options);
    const request = {
      platform: chosenPlatform(options),
      options,
      database: "required",
      policies: chosen.policies,
      debugPolicies: chosen.debug,
    } as const;
    const filter = makeFilter(options);
    const whole = await analyze(request);
    const advice = await adviceOn(context, whole, request);
    const findings = whole.findings?.filter((finding) => filter.keeps(finding)) ?? null;
    const report = { view: "quickview", analysis: { ...whole, findings }, ...advice } as const;
    await writeReport(context, options, { ...report, filters: filter.words });
    if (chosenFormat(options) === "table" && !READ_ONCE.test(reference))
      context.stderr.write(hint(reference));
  });
};

/** Of folders and documents, which have no base, none is asked for. */
async function adviceOn(
  context: CliContext,
  analysis: Analysis,
  request: Omit<AnalysisRequest, "reference">,
): Promise<{ readonly advice?: BaseAdvice }> {
  if (analysis.image.layers.length === 0) return {};
  const { gatherAdvice } = await import("../base-advice.ts");
  const advice = await gatherAdvice(context, analysis, {
    request: { ...request, policies: null, debugPolicies: false },
    fetches: false,
    wants: ["refresh", "update"],
    named: null,
    tag: null,
  });
  return { advice };
}

/** Standard input cannot be read by a second command. */
const READ_ONCE = /^sbom:\/\/-?$/;

function hint(reference: string): string {
  return `What next: plimsoll cves ${reference}   plimsoll policy ${reference}\n`;
}

const EXAMPLES = `
Examples:
  plimsoll quickview alpine:3.22
  plimsoll quickview --format json archive://app.tar
  plimsoll quickview --platform linux/arm64 registry.example.com/team/app:1.2`;
