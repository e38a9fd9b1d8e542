/** `plimsoll document`: the documentation of an image, to be handed in with it. */
import { join, resolve } from "node:path";
import { Command } from "commander";
import type { SigningKey } from "../../attestations/keys.ts";
import type { Analysis } from "../../domain/analysis.ts";
import { writeFileAtomic } from "../../io/atomic-file.ts";
import type { CommandMaker } from "../command-maker.ts";
import type { CliContext } from "../context.ts";
import { addDatabaseOptions, type DatabaseOptions } from "../options/database.ts";
import { addImageOptions, chosenPlatform, IMAGE_ARGUMENT, type ImageOptions } from "../options/image.ts";
import { addOutputOptions, type OutputOptions, type WrittenFile } from "../options/output.ts";
import { addPolicyOptions, choosePolicies, type PolicyOptions } from "../options/policy.ts";
import { renderOptions, writeReport } from "../options/render.ts";
import { addSignOption, outputKey, type SignOptions } from "../options/sign.ts";
import { addVexOptions, type VexOptions } from "../options/vex.ts";
import { runAnalysis } from "../run-analysis.ts";

interface Options
  extends ImageOptions, OutputOptions, DatabaseOptions, PolicyOptions, VexOptions, SignOptions {
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
  addSignOption(command);
  addImageOptions(command);
  return command.action(async (reference: string, options: Options) => {
    const { folder } = options;
    const output = folder === undefined ? options.output : [{ format: null, file: folder }];
    const key = await outputKey(context, options, output);
    const { policies } = await choosePolicies(context, options);
    const analysis = await runAnalysis(context, {
      reference,
      platform: chosenPlatform(options),
      options,
      database: "required",
      policies,
      debugPolicies: false,
    });
    const written =
      folder === undefined
        ? await writeReport(context, options, { view: "document", analysis })
        : await writePack(context, analysis, folder);
    if (key !== null) await signPack(context, analysis, written, key);
  });
};

/** What the pack says as JSON, beside each of its files. */
async function signPack(
  context: CliContext,
  analysis: Analysis,
  written: readonly WrittenFile[],
  key: SigningKey,
): Promise<void> {
  const { renderReport } = await import("../../reports/render.ts");
  const { signFiles } = await import("../attestations/sign-files.ts");
  const { documentType } = await import("../../attestations/predicates.ts");
  const text = renderReport("json", { view: "document", analysis }, renderOptions(context, {}));
  const predicate: unknown = JSON.parse(text);
  await signFiles(context, written, { key, images: [analysis.image], type: documentType, predicate });
}

async function writePack(
  context: CliContext,
  analysis: Analysis,
  folder: string,
): Promise<readonly WrittenFile[]> {
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
  return Object.entries(files).map(([name, text]) => ({ file: join(folder, name), text }));
}

const EXAMPLES = `
Examples:
  plimsoll document --folder handover registry.example.com/team/app:1.2
  plimsoll document -o app.html archive://app.tar`;
