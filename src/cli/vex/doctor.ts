/** `plimsoll vex doctor`: for each statement whether it applied to the image, and to what, or why not. */
import type { CliContext } from "../context.ts";
import type { DatabaseOptions } from "../options/database.ts";
import { chosenPlatform, type ImageOptions } from "../options/image.ts";
import { readTemplate, writeOutputs, type OutputOptions } from "../options/output.ts";
import { renderOptions } from "../options/render.ts";
import type { SeverityOptions } from "../options/severity.ts";
import type { VexOptions } from "../options/vex.ts";
import { renderReport } from "../../reports/render.ts";
import { runAnalysis } from "../run-analysis.ts";

export interface DoctorOptions
  extends ImageOptions, DatabaseOptions, SeverityOptions, VexOptions, OutputOptions {
  readonly all?: true;
}

/** @throws PlimsollError as the analysis of the image */
export async function runDoctor(
  context: CliContext,
  reference: string,
  options: DoctorOptions,
): Promise<void> {
  const analysis = await runAnalysis(context, {
    reference,
    platform: chosenPlatform(options),
    options,
    database: "required",
    policies: null,
    debugPolicies: false,
    explainsVex: true,
  });
  const vex = analysis.vex ?? {
    explanations: [],
    image: { repository: null, tag: null, digests: [] },
    bases: [],
  };
  const report = { view: "vex", analysis, vex, showsAll: options.all === true } as const;
  const template = await readTemplate(context, options);
  await writeOutputs(context, options, (format) =>
    renderReport(format, report, {
      ...renderOptions(context, options),
      ...(template === null ? {} : { template }),
    }),
  );
}
