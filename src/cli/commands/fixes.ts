/** `plimsoll fixes`: the smallest upgrades that clear the vulnerabilities of an image, by finding, by package and for the whole image. */
import { Command } from "commander";
import { findKnownBases } from "../../analysis/known-bases.ts";
import { tryVersions } from "../../analysis/try-versions.ts";
import { adviseFixes, versionsToTry } from "../../comparison/fixes.ts";
import type { Analysis } from "../../domain/analysis.ts";
import { findBaseLayers } from "../base-layers.ts";
import type { CommandMaker } from "../command-maker.ts";
import type { CliContext } from "../context.ts";
import { knownImages } from "../known-images.ts";
import { openAtHand } from "../open-at-hand.ts";
import { addDatabaseOptions, type DatabaseOptions } from "../options/database.ts";
import { addFilterOptions, makeFilter, type FilterOptions } from "../options/filters.ts";
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
import { versionOrder } from "../version-order.ts";

type Options = ImageOptions & DatabaseOptions & SeverityOptions & VexOptions & FilterOptions & OutputOptions;

export const fixes: CommandMaker = (context) => {
  const command = new Command("fixes")
    .description("Show the smallest upgrades that clear the vulnerabilities of an image.")
    .argument("[image]", OPTIONAL_IMAGE_ARGUMENT)
    .addHelpText("after", EXAMPLES);
  addOutputOptions(command, ["table", "json", "markdown", "html"], "table", { template: true });
  addFilterOptions(command);
  addVexOptions(command);
  addSeverityOption(command);
  addDatabaseOptions(command);
  addImageOptions(command);
  return command.action(async (typed: string | undefined, options: Options) => {
    const filter = makeFilter(options);
    const reference = await chooseReference(context, typed, options);
    const analysis = await runAnalysis(context, {
      reference,
      platform: chosenPlatform(options),
      options,
      database: "required",
      policies: null,
      debugPolicies: false,
    });
    const findings = (analysis.findings ?? []).filter((finding) => filter.keeps(finding));
    const wanted = versionsToTry(findings, versionOrder);
    const database = openAtHand(context, true);
    try {
      const tried = database === null ? [] : tryVersions(wanted, analysis.sbom.distro, database);
      const layerCount = await countBaseLayers(context, analysis, options);
      const fixAdvice = adviseFixes({ findings, tried, layerCount });
      await writeReport(context, options, {
        view: "fixes",
        analysis,
        fixes: fixAdvice,
        filters: filter.words,
      });
    } finally {
      database?.close();
    }
  });
};

/** Null where nothing tells which layers are the base's. */
async function countBaseLayers(
  context: CliContext,
  { image, baseImage, baseImageReason }: Analysis,
  options: ImageOptions,
): Promise<number | null> {
  const known = (await findKnownBases(image, knownImages(context))).at(-1);
  if (baseImage === null && known !== undefined) return known.layerCount;
  const layers = await findBaseLayers(context, { image, baseImage, baseImageReason, named: null, options });
  return layers.kind === "known" ? layers.layerCount : null;
}

const EXAMPLES = `
Examples:
  plimsoll fixes registry.example.com/team/app:1.2
  plimsoll fixes --only-severity critical,high --format json local://app:dev
  plimsoll fixes --format markdown -o fixes.md archive://app.tar`;
