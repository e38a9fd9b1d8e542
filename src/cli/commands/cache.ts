/** `plimsoll cache`: what the cache holds, and emptying it. */
import { Command, Option } from "commander";
import { emptyCache, listCache, type CacheFile, type CacheKind } from "../../analysis/cache-files.ts";
import type { CachePruneReport, CacheReport } from "../../api/command-reports.ts";
import { PlimsollError } from "../../domain/error.ts";
import { jsonText } from "../../domain/json-text.ts";
import { sizeText } from "../../reports/shared/words.ts";
import type { CommandMaker } from "../command-maker.ts";

export const cache: CommandMaker = (context) => {
  const command = new Command("cache").description("Show and empty the cache of SBOMs and layers.");
  command
    .command("df")
    .description("Show the disk use of the cache, by digest of the image or layer.")
    .addOption(
      new Option("--format <format>", "format of the result").choices(["table", "json"]).default("table"),
    )
    .addHelpText("after", "\nExamples:\n  plimsoll cache df\n  plimsoll cache df --format json")
    .action(async (options: { format: string }) => {
      const { cacheDir: folder, cacheBytesMax } = context.config;
      const files = await listCache(folder);
      const sboms = viewsOf(files, "sbom");
      const layers = viewsOf(files, "layer");
      const totalBytes = bytesOf(files);
      if (options.format === "json") {
        const schema = "urn:plimsoll:report:cache:1";
        const view: CacheReport = { schema, folder, totalBytes, bytesMax: cacheBytesMax, sboms, layers };
        context.stdout.write(jsonText(view));
        return;
      }
      // Redacted texts and what engines told count as bytes, and are no things to be named.
      const named = files.filter(({ kind }) => kind === "sbom" || kind === "layer");
      for (const { kind, digest, sizeBytes } of named)
        context.stdout.write(`${kind.padEnd(5)}  ${digest}  ${sizeText(sizeBytes).padStart(9)}\n`);
      context.stdout.write(
        `${sboms.length} SBOMs and ${layers.length} layers, ${sizeText(totalBytes)} of at most ${sizeText(cacheBytesMax)} in ${folder}\n`,
      );
    });
  command
    .command("prune")
    .description("Empty the cache; the next scan of an image reads it again.")
    .option("-f, --force", "do not ask")
    .addOption(
      new Option("--format <format>", "format of the result").choices(["table", "json"]).default("table"),
    )
    .option("--sboms", "the SBOMs of images too, as in Scout; without it only layers go")
    .addHelpText(
      "after",
      "\nExamples:\n  plimsoll cache prune --force\n  plimsoll cache prune --force --sboms",
    )
    .action(async (options: { force?: true; sboms?: true; format: string }) => {
      if (options.force !== true) {
        const what = options.sboms === true ? "every cached SBOM and layer" : "every cached layer";
        throw new PlimsollError("USAGE", `This removes ${what}. Run it again with --force.`);
      }
      const kinds: readonly CacheKind[] =
        options.sboms === true
          ? ["sbom", "redaction", "engine", "layer", "image", "image-name", "newest", "key"]
          : ["layer"];
      const removed = await emptyCache(context.config.cacheDir, kinds);
      const countOf = (wanted: CacheKind): number => removed.filter(({ kind }) => kind === wanted).length;
      const sboms = countOf("sbom");
      const layers = countOf("layer");
      if (options.format === "json") {
        const schema = "urn:plimsoll:report:cache-prune:1";
        context.stdout.write(
          jsonText({ schema, sboms, layers, bytes: bytesOf(removed) } satisfies CachePruneReport),
        );
        return;
      }
      context.stdout.write(`removed ${sboms} SBOMs and ${layers} layers, ${sizeText(bytesOf(removed))}\n`);
    });
  return command;
};

function viewsOf(files: readonly CacheFile[], wanted: CacheKind): CacheReport["sboms"] {
  return files.flatMap(({ kind, digest, sizeBytes, usedAt }) =>
    kind === wanted ? [{ digest, sizeBytes, usedAt: usedAt.toISOString() }] : [],
  );
}

function bytesOf(files: readonly CacheFile[]): number {
  return files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}
