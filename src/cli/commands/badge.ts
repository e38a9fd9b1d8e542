/** `plimsoll badge`: the grade of an image as SVG, for a page or a README. */
import { Command } from "commander";
import type { CommandMaker } from "../command-maker.ts";
import { addDatabaseOptions, type DatabaseOptions } from "../options/database.ts";
import { addImageOptions, chosenPlatform, IMAGE_ARGUMENT, type ImageOptions } from "../options/image.ts";
import { addOutputOptions, writeOutputs, type OutputOptions } from "../options/output.ts";
import { addPolicyOptions, choosePolicies, type PolicyOptions } from "../options/policy.ts";
import { addSignOption, outputKey, type SignOptions } from "../options/sign.ts";
import { addVexOptions, type VexOptions } from "../options/vex.ts";
import { runAnalysis } from "../run-analysis.ts";

interface Options
  extends ImageOptions, OutputOptions, DatabaseOptions, PolicyOptions, VexOptions, SignOptions {
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
  addSignOption(command);
  addImageOptions(command);
  return command.action(async (reference: string, options: Options) => {
    const key = await outputKey(context, options, options.output);
    const { badgeOf, writeBadge } = await import("../../reports/badge.ts");
    const { healthPredicate, healthType } = await import("../../attestations/predicates.ts");
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
    const predicate = healthPredicate(analysis, making);
    const written = await writeOutputs(context, options, (format) =>
      format === "json"
        ? jsonText({ schema: "urn:plimsoll:report:health:1", ...predicate })
        : writeBadge(badgeOf(analysis, options.label)),
    );
    if (key === null) return;
    const { signFiles } = await import("../attestations/sign-files.ts");
    await signFiles(context, written, { key, images: [analysis.image], type: healthType, predicate });
  });
};

const EXAMPLES = `
Examples:
  plimsoll badge -o badge.svg registry.example.com/team/app:1.2
  plimsoll badge --label "image health" --format json archive://app.tar`;
