/** `plimsoll base support`: the lists of tags that publishers keep up, which policies of approved bases read. */
import { Command } from "commander";
import type { SupportedTagsReport } from "../../api/known-image-reports.ts";
import { jsonText } from "../../domain/json-text.ts";
import { printable } from "../../domain/problem.ts";
import type { CliContext } from "../context.ts";
import { addOutputOptions, writeOutputs, type OutputOptions } from "../options/output.ts";
import { ageDays, keptDaysMax, readKeptLists, writeKeptLists, type KeptLists } from "./kept-lists.ts";
import { loadTagLists, officialImages } from "./load-lists.ts";

/** Adds `support update` and `support list`. */
export function addSupport(command: Command, context: CliContext): void {
  const support = command
    .command("support")
    .description(
      "Manage the lists of tags that publishers keep up, for supported_tags_only of approved-base-images.",
    );
  const update = support
    .command("update")
    .description("Load the lists of the Docker Official Images.")
    .option(
      "--from <place>",
      "address or file of an archive of docker-library/official-images, or a folder with a copy of it",
      officialImages,
    )
    .addHelpText(
      "after",
      "\nExamples:\n  plimsoll base support update\n  plimsoll base support update --from ./official-images",
    );
  addOutputOptions(update, ["table", "json"], "table");
  update.action(async (options: OutputOptions & { readonly from: string }) => {
    context.step?.("loading the lists of supported tags");
    const kept = await loadTagLists(context, options.from);
    await writeKeptLists(context, kept);
    await writeOutputs(context, options, (format) =>
      format === "json"
        ? jsonText(toView(context, kept, kept.lists))
        : `${kept.lists.length} images, from ${printable(kept.from)}\n`,
    );
  });
  const list = support
    .command("list")
    .description("Say of which images supported tags are known, and how old that is.")
    .argument("[images...]", "names: alpine, docker.io/library/node; none: all")
    .addHelpText(
      "after",
      "\nExamples:\n  plimsoll base support list\n  plimsoll base support list alpine --format json",
    );
  addOutputOptions(list, ["table", "json"], "table");
  list.action(async (names: readonly string[], options: OutputOptions) => {
    const kept = await readKeptLists(context);
    const days = kept === null ? null : ageDays(kept, context.clock());
    const lists = (kept?.lists ?? []).filter(
      ({ name }) => names.length === 0 || names.some((each) => isNamed(name, each)),
    );
    context.stderr.write(`${ageText(kept, days)}\n`);
    await writeOutputs(context, options, (format) =>
      format === "json"
        ? jsonText(toView(context, kept, lists))
        : lists.map(({ name, tags }) => `${name}: ${tags.join(" ")}\n`).join(""),
    );
  });
}

function toView(context: CliContext, kept: KeptLists | null, lists: KeptLists["lists"]): SupportedTagsReport {
  return {
    schema: "urn:plimsoll:report:supported-tags:1",
    tool: { name: "plimsoll", version: context.version },
    loadedAt: kept?.loadedAt ?? null,
    from: kept?.from ?? null,
    stale: kept === null ? null : ageDays(kept, context.clock()) > keptDaysMax,
    images: lists.map(({ name, tags, source }) => ({ name, tags: [...tags], source })),
  };
}

function isNamed(name: string, asked: string): boolean {
  return name === asked || name === `docker.io/library/${asked}`;
}

function ageText(kept: KeptLists | null, days: number | null): string {
  if (kept === null || days === null) return "No list was loaded yet; plimsoll base support update does.";
  const old = days > keptDaysMax ? `; older than ${keptDaysMax} days, so it counts no more` : "";
  return `Loaded ${days} days ago from ${printable(kept.from)}${old}.`;
}
