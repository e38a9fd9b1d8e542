/** `plimsoll vex export`: what is decided about an image's findings, or the exceptions of the project file, as a document. */
import { statementsOfFindings } from "../../vex/shared/write-findings.ts";
import { readVexDocument } from "../../vex/read.ts";
import { writeOpenVex } from "../../vex/openvex/write.ts";
import { PlimsollError } from "../../domain/error.ts";
import { printable } from "../../domain/problem.ts";
import type { CliContext } from "../context.ts";
import type { DatabaseOptions } from "../options/database.ts";
import { chosenPlatform, type ImageOptions } from "../options/image.ts";
import type { SeverityOptions } from "../options/severity.ts";
import type { VexOptions } from "../options/vex.ts";
import { projectExceptions } from "../project-exceptions.ts";
import { runAnalysis } from "../run-analysis.ts";
import { writeVexDocument, type DocumentOptions } from "./document-options.ts";

export interface ExportOptions
  extends ImageOptions, DatabaseOptions, SeverityOptions, VexOptions, DocumentOptions {
  readonly all?: true;
  readonly repository?: readonly string[];
}

/** @throws PlimsollError VEX_NOT_FOUND when there is nothing to state; USAGE; as the analysis of the image */
export async function runExport(
  context: CliContext,
  reference: string | undefined,
  options: ExportOptions,
): Promise<void> {
  const { author } = options;
  if (author === undefined)
    throw new PlimsollError("USAGE", "A document is somebody's word: name its --author.");
  if (reference === undefined) return exportExceptions(context, author, options);
  const analysis = await runAnalysis(context, {
    reference,
    platform: chosenPlatform(options),
    options,
    database: "required",
    policies: null,
    debugPolicies: false,
  });
  const statements = statementsOfFindings(analysis.image, analysis.findings ?? [], {
    author,
    now: context.clock(),
    includesOpen: options.all === true,
  });
  if (statements.length === 0) {
    throw new PlimsollError(
      "VEX_NOT_FOUND",
      `Nothing is decided about the findings of ${printable(reference)}; --all states the open ones too.`,
    );
  }
  await writeVexDocument(context, options, statements, analysis.image);
}

/** Written as OpenVEX, where the words for an exception are, and read back for the other formats. */
async function exportExceptions(context: CliContext, author: string, options: ExportOptions): Promise<void> {
  const exceptions = projectExceptions(context).filter(
    ({ vulnerability, scope }) =>
      // Patterns are rules of ours: no format of VEX has a product for them.
      vulnerability !== "*" && scope.packagePattern === undefined && scope.pathPattern === undefined,
  );
  const now = context.clock();
  const dated = exceptions.map((exception) => ({
    ...exception,
    decidedAt: Number.isNaN(Date.parse(exception.decidedAt)) ? now.toISOString() : exception.decidedAt,
  }));
  const repositories = options.repository ?? [];
  const { text, omitted } = writeOpenVex({ exceptions: dated, repositories, author, timestamp: now });
  for (const { vulnerability, id } of omitted) {
    context.stderr.write(
      `left out ${printable(id)} about ${printable(vulnerability)}: it is about every image; --repository names those it is for\n`,
    );
  }
  if (text === null)
    throw new PlimsollError("VEX_NOT_FOUND", "The project file holds no exception that can be written.");
  await writeVexDocument(context, options, readVexDocument(Buffer.from(text), "the project file").statements);
}
