/** Options about where the list of packages is taken from. */
import { Option, type Command } from "commander";
import type { InventoryChoice } from "../../analysis/attested-inventory.ts";
import type { InventoryDepth } from "../../analysis/options.ts";
import { collectList } from "./output.ts";

export interface InventoryOptions {
  readonly useAttestedSbom?: true;
  readonly multiStage?: true;
  readonly onlyStage?: readonly string[];
  readonly allLayers?: true;
  readonly checkFiles?: true;
}

/** Adds --check-files. */
export function addCheckFilesOption(command: Command): Command {
  return command.option(
    "--check-files",
    "compare the files of system packages with the digests in their database",
  );
}

/** Adds --use-attested-sbom, --multi-stage, --only-stage, --all-layers and --check-files. */
export function addInventoryOptions(command: Command): Command {
  command
    .option(
      "--use-attested-sbom",
      "take the packages from the SBOM that is attached to the image, instead of its files",
    )
    .option("--multi-stage", "also packages of the build stages, from the SBOMs attached for them")
    .addOption(
      new Option("--only-stage <stages>", "only packages of these build stages (comma separated)").argParser(
        collectList,
      ),
    )
    .option("--all-layers", "also packages that a later layer removed; they are marked, and count nowhere");
  return addCheckFilesOption(command);
}

/** What the options mean for an analysis; nothing where none was given. */
export function inventoryChoice(options: InventoryOptions): {
  readonly inventory?: InventoryChoice;
  readonly depth?: InventoryDepth;
} {
  const { useAttestedSbom = false, multiStage = false, onlyStage } = options;
  const { allLayers: listsRemoved = false, checkFiles: checksFiles = false } = options;
  const isPlain = !useAttestedSbom && !multiStage && onlyStage === undefined;
  const stages = onlyStage ?? (multiStage ? "all" : "none");
  return {
    ...(isPlain ? {} : { inventory: { useAttestedSbom, stages } }),
    ...(listsRemoved || checksFiles ? { depth: { listsRemoved, checksFiles } } : {}),
  };
}
