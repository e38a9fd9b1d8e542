/** `plimsoll document`: the documentation of an image, to be handed in with it. */
import { resolve } from "node:path";
import { Command } from "commander";
import type { Analysis } from "../../domain/analysis.ts";
import { writeFileAtomic } from "../../io/atomic-file.ts";
import type { CommandMaker } from "../command-maker.ts";
import type { CliContext } from "../context.ts";
import { addDatabaseOptions, type DatabaseOptions } from "../options/database.ts";
import { addImageOptions, chosenPlatform, IMAGE_ARGUMENT, type ImageOptions } from "../options/image.ts";
import { addOutputOptions, type OutputOptions } from "../options/output.ts";
import { addPolicyOptions, choosePolicies, type PolicyOptions } from "../options/policy.ts";
import { renderOptions, writeReport } from "../options/render.ts";
import { addVexOptions, type VexOptions } from "../options/vex.ts";
import { runAnalysis } from "../run-analysis.ts";

interface Options extends ImageOptions, OutputOptions, DatabaseOptions, PolicyOptions, VexOptions {
  readonly folder?: string;
}

export const documentVerb: CommandMaker = (context) => {
  const command = new Command("document")
    .description(
      "Write what an image is, how it was built, its dependencies, licences, configuration, findings, justifications, policies and provenance.",
    )
    .argument("<image>", IMAGE_ARGUMENT)
    .option("--folder <folder>", "write document.html, document.json and sbom.spdx.json into it")
    .addHelpText("after", EXAMPLES);
  addOutputOptions(command, ["html", "json", "markdown"], "html");
  addPolicyOptions(command);
  addVexOptions(command);
  addDatabaseOptions(command);
  addImageOptions(command);
  return command.action(async (reference: string, options: Options) => {
    const { policies } = await choosePolicies(context, options);
    const analysis = await runAnalysis(context, {
      reference,
      platform: chosenPlatform(options),
      options,
      database: "required",
      policies,
      debugPolicies: false,
    });
    if (options.folder === undefined) await writeReport(context, options, { view: "document", analysis });
    else await writePack(context, analysis, options.folder);
  });
};

async function writePack(context: CliContext, analysis: Analysis, folder: string): Promise<void> {
  const { renderReport } = await import("../../reports/render.ts");
  const { writeSbom } = await import("../../sbom/documents.ts");
  const render = { ...renderOptions(context, {}), color: false, locations: true };
  const report = { view: "document", analysis } as const;
  const { image, sbom } = analysis;
  const files: Readonly<Record<string, string>> = {
    "document.html": renderReport("html", report, render),
    "document.json": renderReport("json", report, render),
    "sbom.spdx.json": writeSbom("spdx", { image, sbom, toolVersion: context.version }),
  };
  for (const [name, text] of Object.entries(files)) {
    await writeFileAtomic(resolve(context.cwd, folder, name), text);
    context.stderr.write(`written to ${folder}/${name}\n`);
  }
}

const EXAMPLES = `
Examples:
  plimsoll document --folder handover registry.example.com/team/app:1.2
  plimsoll document -o app.html archive://app.tar`;
