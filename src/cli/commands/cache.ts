/** `plimsoll cache`: what the SBOM cache holds, and emptying it. */
import { Command, Option } from "commander";
import { listCachedSboms, pruneCachedSboms } from "../../analysis/sbom-cache.ts";
import { PlimsollError } from "../../domain/error.ts";
import { sizeText } from "../../reports/shared/words.ts";
import type { CommandMaker } from "../command-maker.ts";

export const cache: CommandMaker = (context) => {
  const command = new Command("cache").description("Show and empty the SBOM cache.");
  command
    .command("df")
    .description("Show the disk use of the cache, by image digest.")
    .addOption(
      new Option("--format <format>", "format of the result").choices(["table", "json"]).default("table"),
    )
    .addHelpText("after", "\nExamples:\n  plimsoll cache df\n  plimsoll cache df --format json")
    .action(async (options: { format: string }) => {
      const entries = await listCachedSboms(context.config.cacheDir);
      const total = entries.reduce((sum, entry) => sum + entry.sizeBytes, 0);
      if (options.format === "json") {
        context.stdout.write(
          `${JSON.stringify({ folder: context.config.cacheDir, totalBytes: total, sboms: entries }, null, 2)}\n`,
        );
        return;
      }
      for (const entry of entries)
        context.stdout.write(`${entry.digest}  ${sizeText(entry.sizeBytes).padStart(9)}\n`);
      context.stdout.write(`${entries.length} SBOMs, ${sizeText(total)} in ${context.config.cacheDir}\n`);
    });
  command
    .command("prune")
    .description("Remove the cached SBOMs; the next scan of an image reads it again.")
    .option("-f, --force", "do not ask")
    .option("--sboms", "accepted for those who know it from Scout; SBOMs are all there is")
    .addHelpText("after", "\nExamples:\n  plimsoll cache prune --force")
    .action(async (options: { force?: true }) => {
      if (options.force !== true) {
        throw new PlimsollError("USAGE", "This removes every cached SBOM. Run it again with --force.");
      }
      const removed = await pruneCachedSboms(context.config.cacheDir);
      const total = removed.reduce((sum, entry) => sum + entry.sizeBytes, 0);
      context.stdout.write(`removed ${removed.length} SBOMs, ${sizeText(total)}\n`);
    });
  return command;
};
