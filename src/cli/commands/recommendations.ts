/** `plimsoll recommendations`: which base image would be better, and what the image would be on it. */
import { Command, Option } from "commander";
import { PlimsollError } from "../../domain/error.ts";
import { gatherAdvice } from "../base-advice.ts";
import type { CommandMaker } from "../command-maker.ts";
import { addDatabaseOptions, type DatabaseOptions } from "../options/database.ts";
import {
  addImageOptions,
  chooseReference,
  chosenPlatform,
  OPTIONAL_IMAGE_ARGUMENT,
  type ImageOptions,
} from "../options/image.ts";
import { addOutputOptions, type OutputOptions } from "../options/output.ts";
import { writeReport } from "../options/render.ts";
import { addSeverityOption, type SeverityOptions } from "../options/severity.ts";
import { addVexOptions, type VexOptions } from "../options/vex.ts";
import { runAnalysis } from "../run-analysis.ts";

type Options = ImageOptions &
  DatabaseOptions &
  SeverityOptions &
  VexOptions &
  OutputOptions & {
    readonly onlyRefresh?: true;
    readonly onlyUpdate?: true;
    readonly tag?: string;
    readonly baseImage?: string;
  };

export const recommendations: CommandMaker = (context) => {
  const command = new Command("recommendations")
    .description("Advise on the base image: a refresh of its tag, other tags, and the image on each.")
    .argument("[image]", OPTIONAL_IMAGE_ARGUMENT)
    .addHelpText("after", EXAMPLES);
  addOutputOptions(command, ["table", "json", "markdown", "html"], "table", { template: true });
  command
    .option("--only-refresh", "only whether the tag of the base image names a newer image")
    .addOption(new Option("--only-update", "only other tags of the base image").conflicts("onlyRefresh"))
    .option("--tag <tag>", "the tag of the base image, where the image does not tell it")
    .option(
      "--base-image <image>",
      "the base image, where no provenance names it; its layers must come first",
    );
  addVexOptions(command);
  addSeverityOption(command);
  addDatabaseOptions(command);
  addImageOptions(command);
  return command.action(async (typed: string | undefined, options: Options) => {
    if (options.tag !== undefined && !TAG.test(options.tag))
      throw new PlimsollError("USAGE", "--tag takes letters, digits, _ . - and 128 characters.");
    const reference = await chooseReference(context, typed, options);
    const request = {
      platform: chosenPlatform(options),
      options,
      database: "required",
      policies: null,
      debugPolicies: false,
    } as const;
    const analysis = await runAnalysis(context, { ...request, reference });
    const advice = await gatherAdvice(context, analysis, {
      request,
      fetches: true,
      wants: [
        ...(options.onlyUpdate === true ? [] : (["refresh"] as const)),
        ...(options.onlyRefresh === true ? [] : (["update"] as const)),
      ],
      named: options.baseImage ?? null,
      tag: options.tag ?? null,
    });
    await writeReport(context, options, { view: "recommendations", analysis, advice });
  });
};

const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;

const EXAMPLES = `
Examples:
  plimsoll recommendations registry.example.com/team/app:1.2
  plimsoll recommendations --only-refresh local://app:dev
  plimsoll recommendations --tag 3.20 --format json archive://app.tar
  plimsoll recommendations --base-image alpine:3.20 oci-dir://build/image

Candidates are read from the registry of the base image; with PLIMSOLL_OFFLINE only images that this machine has analysed count.`;
