/** From a command's options to rendered reports. */
import { printable } from "../../domain/problem.ts";
import { renderReport } from "../../reports/render.ts";
import type { RenderOptions, Report } from "../../reports/types.ts";
import type { CliContext } from "../context.ts";
import { chosenOrder, type OrderOptions } from "./order.ts";
import {
  chosenFormat,
  readTemplate,
  writeOutputs,
  type OutputFile,
  type OutputOptions,
  type WrittenFile,
} from "./output.ts";

export interface DisplayOptions extends OrderOptions {
  readonly details?: true;
  readonly locations?: true;
  readonly onlyVulnPackages?: true;
  readonly output?: readonly OutputFile[];
  /** Of commands with --env. */
  readonly env?: string;
}

/** Formats of reports that are lists, besides those of each command. */
export const LIST_FORMATS: readonly string[] = ["csv", "junit", "gitlab-codequality", "html", "ids"];

/** Colours only on a terminal, never in a file. */
export function renderOptions(
  context: CliContext,
  options: DisplayOptions,
  onlyPackages = false,
): RenderOptions {
  const isInFile = options.output?.some(({ format }) => format === null) === true;
  return {
    color: context.stdout.isTerminal && context.config.color && !isInFile,
    width: context.stdout.width,
    details: options.details === true,
    locations: options.locations === true,
    epss: options.epss === true,
    keepsOrder: chosenOrder(options) !== "severity",
    now: context.clock(),
    onlyPackages,
    onlyVulnPackages: options.onlyVulnPackages === true,
    toolVersion: context.version,
    ...(options.env === undefined ? {} : { environment: options.env }),
  };
}

export interface ReportWriting {
  /** Id of the report's format by the command's name for it; absent: the same. */
  readonly names?: Readonly<Record<string, string>>;
  /** The document in a format that is no report's; null: it is one. */
  readonly other?: (format: string) => Promise<string> | null;
}

/** Writes a report in every format that is asked for. @throws PlimsollError OUTPUT_FAILED, USAGE, FILE_NOT_FOUND, TEMPLATE_INVALID */
export async function writeReport(
  context: CliContext,
  options: OutputOptions & DisplayOptions,
  report: Report,
  { names = {}, other }: ReportWriting = {},
): Promise<readonly WrittenFile[]> {
  const template = await readTemplate(context, options);
  const written = await writeOutputs(context, options, (format, isFile) => {
    const document = other?.(format) ?? null;
    if (document !== null) return document;
    const render = renderOptions(context, options, format === "only-packages");
    return renderReport(names[format] ?? format, report, {
      ...render,
      color: render.color && !isFile,
      ...(template === null ? {} : { template }),
    });
  });
  if (chosenFormat(options) === "ids") await tellStates(context, report);
  return written;
}

/** A list of ids cannot say that it is not the whole answer. */
async function tellStates(context: CliContext, report: Report): Promise<void> {
  const { flatRows, isFlat } = await import("../../reports/shared/flat-rows.ts");
  if (!isFlat(report)) return;
  for (const { kind, id, message } of flatRows(report)) {
    if (kind === "state") context.stderr.write(`${id}: ${printable(message, 1000)}\n`);
  }
}
