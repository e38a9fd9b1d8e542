/** `plimsoll sbom`: the inventory as a document. Needs no vulnerability database. */
import { Command, Option } from "commander";
import type { Sbom } from "../../domain/package.ts";
import { isIncomplete } from "../../domain/problem.ts";
import { writeSbom } from "../../sbom/documents.ts";
import type { CliContext } from "../context.ts";
import type { CommandMaker } from "../command-maker.ts";
import { addImageOptions, chosenPlatform, IMAGE_ARGUMENT, type ImageOptions } from "../options/image.ts";
import { addOutputOptions, collectList, writeResult, type OutputOptions } from "../options/output.ts";
import { runAnalysis } from "../run-analysis.ts";

interface Options extends ImageOptions, OutputOptions {
  readonly onlyPackageType?: readonly string[];
}

export const sbom: CommandMaker = (context) => {
  const command = new Command("sbom")
    .description("Write the software bill of materials of an image, folder or SBOM.")
    .argument("<image>", IMAGE_ARGUMENT)
    .addHelpText("after", EXAMPLES);
  addOutputOptions(command, ["json", "list", "spdx", "cyclonedx"], "json");
  command.addOption(
    new Option(
      "--only-package-type <types>",
      "only packages of these package URL types (comma separated)",
    ).argParser(collectList),
  );
  addImageOptions(command);
  return command.action(async (reference: string, options: Options) => {
    const analysis = await runAnalysis(context, {
      reference,
      platform: chosenPlatform(options),
      options,
      database: "none",
      policies: null,
      debugPolicies: false,
    });
    const shown = onlyTypes(analysis.sbom, options.onlyPackageType);
    await writeResult(
      context,
      options,
      writeSbom(options.format, { image: analysis.image, sbom: shown, toolVersion: context.version }),
    );
    warn(context, analysis.sbom);
  });
};

function onlyTypes(sbom: Sbom, types: readonly string[] | undefined): Sbom {
  if (types === undefined) return sbom;
  return { ...sbom, packages: sbom.packages.filter((pkg) => types.includes(pkg.ecosystem)) };
}

/** An SBOM from which packages may be missing must not look whole, whatever its format can say. */
function warn(context: CliContext, sbom: Sbom): void {
  const reasons = sbom.problems.filter(isIncomplete);
  for (const problem of reasons.slice(0, 10)) {
    context.stderr.write(`incomplete: ${problem.code}: ${problem.message}\n`);
  }
  if (reasons.length > 10) context.stderr.write(`incomplete: and ${reasons.length - 10} more problems\n`);
  if (sbom.verification === "unverified") {
    context.stderr.write("unverified: layers were read without hashing them; --verify hashes everything\n");
  }
}

const EXAMPLES = `
Examples:
  plimsoll sbom --format cyclonedx -o app.cdx.json alpine:3.22
  plimsoll sbom --format list oci-dir://build/image
  plimsoll sbom --format spdx fs://.`;
