/** `plimsoll badge`: the grade of an image as SVG, for a page or a README. */
import { Command } from "commander";
import type { CommandMaker } from "../command-maker.ts";
import { addDatabaseOptions, type DatabaseOptions } from "../options/database.ts";
import { addImageOptions, chosenPlatform, IMAGE_ARGUMENT, type ImageOptions } from "../options/image.ts";
import { addOutputOptions, writeResult, type OutputOptions } from "../options/output.ts";
import { addPolicyOptions, choosePolicies, type PolicyOptions } from "../options/policy.ts";
import { addVexOptions, type VexOptions } from "../options/vex.ts";
import { runAnalysis } from "../run-analysis.ts";

interface Options extends ImageOptions, OutputOptions, DatabaseOptions, PolicyOptions, VexOptions {
  readonly label: string;
}

export const badge: CommandMaker = (context) => {
  const command = new Command("badge")
    .description("Write the grade of an image as a badge in SVG, or its health as JSON.")
    .argument("<image>", IMAGE_ARGUMENT)
    .option("--label <text>", "text at the left", "plimsoll")
    .addHelpText("after", EXAMPLES);
  addOutputOptions(command, ["svg", "json"], "svg");
  addPolicyOptions(command);
  addVexOptions(command);
  addDatabaseOptions(command);
  addImageOptions(command);
  return command.action(async (reference: string, options: Options) => {
    const { badgeOf, writeBadge } = await import("../../reports/badge.ts");
    const { healthPredicate } = await import("../../attestations/predicates.ts");
    const { jsonText } = await import("../../domain/json-text.ts");
    const { policies } = await choosePolicies(context, options);
    const analysis = await runAnalysis(context, {
      reference,
      platform: chosenPlatform(options),
      options,
      database: "required",
      policies,
      debugPolicies: false,
    });
    const making = { toolVersion: context.version, now: context.clock() };
    const text =
      options.format === "json"
        ? jsonText({ schema: "urn:plimsoll:report:health:1", ...healthPredicate(analysis, making) })
        : writeBadge(badgeOf(analysis, options.label));
    await writeResult(context, options, text);
  });
};

const EXAMPLES = `
Examples:
  plimsoll badge -o badge.svg registry.example.com/team/app:1.2
  plimsoll badge --label "image health" --format json archive://app.tar`;
