/** `plimsoll base`: the images that bases are found among, by their layers. Every analysed image is one of them too. */
import { Command } from "commander";
import { toKnownImage, toStoredInventory } from "../../analysis/known-image.ts";
import type { BasesReport } from "../../api/known-image-reports.ts";
import { PlimsollError } from "../../domain/error.ts";
import { jsonText } from "../../domain/json-text.ts";
import type { KnownImage } from "../../domain/known-image.ts";
import { addSupport } from "../base-support/commands.ts";
import type { CommandMaker } from "../command-maker.ts";
import type { CliContext } from "../context.ts";
import { keptImages, listKnown } from "../known-images.ts";
import { knownImageLine, nameOf, toKnownImageView } from "../known-image-views.ts";
import { addImageOptions, chosenPlatform, IMAGE_ARGUMENT, type ImageOptions } from "../options/image.ts";
import { addOutputOptions, writeOutputs, type OutputOptions } from "../options/output.ts";
import { runAnalysis } from "../run-analysis.ts";

export const base: CommandMaker = (context) => {
  const command = new Command("base").description(
    "Manage the images that bases are found among, and the lists of tags that their publishers keep up.",
  );
  addAdd(command, context);
  addList(command, context);
  addRemove(command, context);
  addSupport(command, context);
  return command;
};

function addAdd(command: Command, context: CliContext): void {
  const add = command
    .command("add")
    .description("Read images and keep them as bases. Their content is compared with their configuration.")
    .argument("<images...>", IMAGE_ARGUMENT)
    .addHelpText(
      "after",
      "\nExamples:\n  plimsoll base add registry.example.com/base/alpine:3.22\n  plimsoll base add --platform linux/arm64 oci-dir://base",
    );
  addOutputOptions(add, ["table", "json"], "table");
  addImageOptions(add);
  add.action(async (references: readonly string[], options: ImageOptions & OutputOptions) => {
    const added: KnownImage[] = [];
    try {
      for (const reference of references) {
        const analysis = await runAnalysis(context, {
          reference,
          platform: chosenPlatform(options),
          options: { ...options, verify: true },
          database: "none",
          policies: null,
          debugPolicies: false,
        });
        const image = toKnownImage(analysis, { now: context.clock(), by: "person" });
        if (image === null)
          throw new PlimsollError(
            "USAGE",
            `${reference} has no name or no layers, so nothing can be built on it.`,
          );
        await keptImages(context).put(image, toStoredInventory(analysis));
        added.push(image);
      }
    } finally {
      // What was added stays added when a later one fails, so it is told.
      if (added.length > 0) await writeBases(context, options, added, "added ");
    }
  });
}

function addList(command: Command, context: CliContext): void {
  const list = command
    .command("list")
    .description("List the images that bases are found among.")
    .option("--all", "those that were merely analysed too")
    .addHelpText("after", "\nExamples:\n  plimsoll base list\n  plimsoll base list --all --format json");
  addOutputOptions(list, ["table", "json"], "table");
  list.action(async (options: OutputOptions & { readonly all?: true }) => {
    const images =
      options.all === true ? await listKnown(context) : (await keptImages(context).list()).filter(isNamed);
    if (images.length === 0) context.stderr.write("No image was added yet; plimsoll base add does.\n");
    await writeBases(context, options, images, "");
  });
}

/** As JSON, or a line for each with `word` before it. */
async function writeBases(
  context: CliContext,
  options: OutputOptions,
  images: readonly KnownImage[],
  word: string,
): Promise<void> {
  const view: BasesReport = {
    schema: "urn:plimsoll:report:bases:1",
    tool: { name: "plimsoll", version: context.version },
    images: images.map((image) => ({ ...toKnownImageView(image), proved: image.proved, by: image.by })),
  };
  await writeOutputs(context, options, (format) =>
    format === "json" ? jsonText(view) : images.map((image) => `${word}${knownImageLine(image)}\n`).join(""),
  );
}

function isNamed({ by }: KnownImage): boolean {
  return by === "person";
}

function addRemove(command: Command, context: CliContext): void {
  const remove = command
    .command("remove")
    .description("Remove images from those that bases are found among.")
    .argument("<names...>", "names as listed, or digests")
    .addHelpText("after", "\nExamples:\n  plimsoll base remove registry.example.com/base/alpine:3.22");
  addOutputOptions(remove, ["table", "json"], "table");
  remove.action(async (names: readonly string[], options: OutputOptions) => {
    const store = keptImages(context);
    const images = await store.list();
    const removed = names.flatMap((name) => {
      const found = images.filter((image) =>
        [nameOf(image), image.repository, image.digest, image.indexDigest].includes(name),
      );
      if (found.length === 0)
        throw new PlimsollError("SOURCE_NOT_FOUND", `${name} is not among the images that were added.`);
      return found;
    });
    await store.remove(removed);
    await writeBases(context, options, removed, "removed ");
  });
}
