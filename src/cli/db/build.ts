/** `plimsoll db build`. */
import { resolve } from "node:path";
import { buildDatabase, type BuildReport } from "../../advisories/build.ts";
import { printable } from "../../domain/problem.ts";
import type { CliContext } from "../context.ts";
import { databaseJson } from "./json.ts";
import { sizeText } from "../../reports/shared/words.ts";

export interface BuildCommandOptions {
  readonly from: readonly string[];
  readonly feed?: string;
  readonly demonstration?: true;
  readonly quiet?: true;
  readonly format: string;
}

/** Builds and prints what was read, what was stored and what was not. @throws PlimsollError of `buildDatabase` */
export async function runBuild(context: CliContext, options: BuildCommandOptions): Promise<void> {
  const isQuiet = options.quiet === true;
  const report = await buildDatabase({
    inputs: options.from.map((path) => ({ path: resolve(context.cwd, path), feed: options.feed ?? null })),
    dir: context.config.databaseDir,
    now: context.clock(),
    demonstration: options.demonstration === true,
    ...(isQuiet || !context.stderr.isTerminal
      ? {}
      : { onProgress: (line: string) => context.stderr.write(`${printable(line)}\n`) }),
  });
  if (isQuiet) return;
  context.stdout.write(
    options.format === "json" ? databaseJson("db-build", report) : describe(report, context),
  );
}

function describe(report: BuildReport, context: CliContext): string {
  const lines = report.inputs.flatMap((input) => {
    const unsupported = Object.entries(input.unsupportedByEcosystem).map(
      ([name, count]) => `${printable(name)} ${count}`,
    );
    return [
      `${printable(input.path)} (${input.feeds.join(", ")})`,
      `  records ${input.records}: stored ${input.stored}, withdrawn ${input.withdrawn}, unsupported ${input.unsupported}, without a package ${input.empty}`,
      ...(unsupported.length === 0
        ? []
        : [`  no version scheme yet for packages of: ${unsupported.join(", ")}`]),
      ...(input.invalid === 0 ? [] : [`  could not be used: ${input.invalid}`]),
      ...input.reasons.map((reason) => `    ${printable(reason)}`),
    ];
  });
  lines.push(
    `${report.advisoryCount} advisories in ${report.spaces.length} name spaces, ${sizeText(report.sizeBytes)}, in ${context.config.databaseDir}`,
    `database ${report.digest}`,
  );
  return `${lines.join("\n")}\n`;
}
