/** `plimsoll version`: what to tell with a question or a fault. */
import { Command } from "commander";
import type { VersionReport } from "../../api/command-reports.ts";
import { jsonText } from "../../domain/json-text.ts";
import type { CommandMaker } from "../command-maker.ts";
import { addOutputOptions, writeResult, type OutputOptions } from "../options/output.ts";

export const version: CommandMaker = (context) => {
  const command = new Command("version")
    .description("Show the version of the program, of Node and of the system.")
    .addHelpText("after", "\nExamples:\n  plimsoll version\n  plimsoll version --format json");
  addOutputOptions(command, ["table", "json"], "table");
  return command.action(async (options: OutputOptions) => {
    const report: VersionReport = {
      schema: "urn:plimsoll:report:version:1",
      version: context.version,
      node: process.version,
      platform: `${process.platform}/${process.arch}`,
    };
    const lines = [`version   ${report.version}`, `node      ${report.node}`, `platform  ${report.platform}`];
    await writeResult(
      context,
      options,
      options.format === "json" ? jsonText(report) : `${lines.join("\n")}\n`,
    );
  });
};
