/** `plimsoll quickview`: one screen with counts, base image, policies and grade. */
import { Command } from "commander";
import type { CommandMaker } from "../command-maker.ts";
import { addDatabaseOptions, type DatabaseOptions } from "../options/database.ts";
import {
  addImageOptions,
  chooseReference,
  chosenPlatform,
  OPTIONAL_IMAGE_ARGUMENT,
  type ImageOptions,
} from "../options/image.ts";
import { addOutputOptions, chosenFormat, type OutputOptions } from "../options/output.ts";
import { addPolicyOptions, choosePolicies, type PolicyOptions } from "../options/policy.ts";
import { writeReport } from "../options/render.ts";
import { addSeverityOption, type SeverityOptions } from "../options/severity.ts";
import { addVexOptions, type VexOptions } from "../options/vex.ts";
import { runAnalysis } from "../run-analysis.ts";

type Options = ImageOptions & DatabaseOptions & SeverityOptions & VexOptions & OutputOptions & PolicyOptions;

export const quickview: CommandMaker = (context) => {
  const command = new Command("quickview")
    .alias("qv")
    .description("Show one screen about an image: counts, base image, policies, grade.")
    .argument("[image]", OPTIONAL_IMAGE_ARGUMENT)
    .addHelpText("after", EXAMPLES);
  addOutputOptions(command, ["table", "json", "markdown", "html"], "table", { template: true });
  addPolicyOptions(command);
  addVexOptions(command);
  addSeverityOption(command);
  addDatabaseOptions(command);
  addImageOptions(command);
  return command.action(async (typed: string | undefined, options: Options) => {
    const reference = await chooseReference(context, typed, options);
    const chosen = await choosePolicies(context, options);
    const analysis = await runAnalysis(context, {
      reference,
      platform: chosenPlatform(options),
      options,
      database: "required",
      policies: chosen.policies,
      debugPolicies: chosen.debug,
    });
    await writeReport(context, options, { view: "quickview", analysis });
    if (chosenFormat(options) === "table" && !READ_ONCE.test(reference))
      context.stderr.write(hint(reference));
  });
};

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
