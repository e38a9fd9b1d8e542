/** Options about where the list of packages is taken from. */
import { Option, type Command } from "commander";
import type { InventoryChoice } from "../../analysis/attested-inventory.ts";
import { collectList } from "./output.ts";

export interface InventoryOptions {
  readonly useAttestedSbom?: true;
  readonly multiStage?: true;
  readonly onlyStage?: readonly string[];
}

/** Adds --use-attested-sbom, --multi-stage and --only-stage. */
export function addInventoryOptions(command: Command): Command {
  return command
    .option(
      "--use-attested-sbom",
      "take the packages from the SBOM that is attached to the image, instead of its files",
    )
    .option("--multi-stage", "also packages of the build stages, from the SBOMs attached for them")
    .addOption(
      new Option("--only-stage <stages>", "only packages of these build stages (comma separated)").argParser(
        collectList,
      ),
    );
}

/** What the options mean for an analysis; nothing where none was given. */
export function inventoryChoice(options: InventoryOptions): { readonly inventory?: InventoryChoice } {
  const { useAttestedSbom = false, multiStage = false, onlyStage } = options;
  if (!useAttestedSbom && !multiStage && onlyStage === undefined) return {};
  return { inventory: { useAttestedSbom, stages: onlyStage ?? (multiStage ? "all" : "none") } };
}
