/**
 * Policy type `coverage`: the list of packages may be relied on. Whatever was not read, and programs that nothing explains, may
 * hold vulnerabilities that no other policy can see.
 */
import { z } from "zod";
import type { Deviation, ImageFacts, InventoryFacts, PolicyOutcome } from "../../domain/policy.ts";
import { isIncomplete, problemCodes, type ProblemCode } from "../../domain/problem.ts";
import { deviation, notMet } from "../shared/deviation.ts";
import type { PolicyType } from "../types.ts";

const NO_DATABASE = "NO_PACKAGE_DATABASE";
/** Those that make an inventory incomplete; of the database there is an option of its own. */
const codes = (Object.keys(problemCodes) as ProblemCode[]).filter(
  (code) => problemCodes[code] === "incomplete" && code !== NO_DATABASE,
);

const options = z
  .strictObject({
    min_explained_percent: z
      .number()
      .int()
      .min(0)
      .max(100)
      .default(0)
      .meta({
        title: "Smallest share of explained executables",
        description: "In percent: of programs, libraries and archives of programs. 0: not looked at.",
        examples: [95],
      }),
    require_complete: z.boolean().default(true).meta({
      title: "Complete inventory",
      description: "Everything that may name a package could be read.",
    }),
    require_package_database: z.boolean().default(true).meta({
      title: "Package database",
      description: "The distribution's package database was found. Images from scratch have none.",
    }),
    allowed_problems: z
      .array(z.enum(codes))
      .max(codes.length)
      .default([])
      .meta({
        title: "Problems that are accepted",
        description: "Codes of problems with which an inventory still counts as complete.",
        examples: [["DEPENDENCY_UNPINNED"]],
      }),
  })
  .refine(
    (value) => value.min_explained_percent > 0 || value.require_complete || value.require_package_database,
    {
      error: "requires nothing, so every image would meet it",
    },
  );
type Options = z.output<typeof options>;

export const coverage: PolicyType<Options> = Object.freeze({
  id: "coverage",
  title: "Inventory coverage",
  description: "The inventory is complete and explains the executables of the image.",
  specs: ["docs/guide/sbom.md"],
  version: 1,
  needs: [],
  options,
  evaluate,
} satisfies PolicyType<Options>);

function evaluate({ inventory }: ImageFacts, config: Options, debug: (line: string) => void): PolicyOutcome {
  const deviations = [
    ...(config.require_complete ? incompleteDeviations(inventory, config) : []),
    ...(config.require_package_database ? databaseDeviations(inventory) : []),
    ...shareDeviations(inventory, config),
  ];
  debug(`${inventory.completeness}, ${inventory.problems.length} problems, ${shareText(inventory)}`);
  if (deviations.length > 0) return notMet(deviations);
  // What somebody else listed says nothing of the files that he did not see.
  if (config.require_package_database && !inventory.fromFiles) {
    return { status: "no_data", reason: "an SBOM does not tell whether a package database was found" };
  }
  if (config.min_explained_percent > 0 && shareOf(inventory) === null) {
    return { status: "no_data", reason: "the files were not seen, so nothing tells how many are explained" };
  }
  return { status: "met", note: shareText(inventory) };
}

function incompleteDeviations(
  { completeness, problems }: InventoryFacts,
  { allowed_problems: allowed }: Options,
): readonly Deviation[] {
  const hiding = problems.filter(isIncomplete);
  if (hiding.length === 0 && completeness === "incomplete") {
    return [deviation({ message: "The inventory says of itself that it is incomplete" })];
  }
  const accepted: readonly ProblemCode[] = [...allowed, NO_DATABASE];
  return hiding
    .filter(({ code }) => !accepted.includes(code))
    .slice(0, DEVIATIONS_MAX)
    .map(({ code, message, path, layer }) =>
      deviation({ message: `${code}: ${message}`, layer, columns: { Problem: code, Path: path ?? "" } }),
    );
}

function databaseDeviations({ problems }: InventoryFacts): readonly Deviation[] {
  const found = problems.find(({ code }) => code === NO_DATABASE);
  if (found === undefined) return [];
  const { code, message, path, layer } = found;
  return [
    deviation({
      message: `${code}: ${message}`,
      layer,
      columns: { Problem: code, Path: path ?? "" },
      remediation: "Keep the package database in the image: without it system packages cannot be known.",
    }),
  ];
}

function shareDeviations(
  inventory: InventoryFacts,
  { min_explained_percent: min }: Options,
): readonly Deviation[] {
  const share = shareOf(inventory);
  const { coverage: known } = inventory;
  // As it is compared, so that 94.96 % never reads as 95 %.
  if (share === null || known === null || share >= min) return [];
  const { byNothing, total } = known.executables;
  const few = `${(Math.floor(share * 100) / 100).toFixed(2)} % of the executables are explained, less than ${min} %`;
  const remediation = "Install programs with a package manager, or remove those that are not needed.";
  const paths = known.unexplained.slice(0, PATHS_MAX).join(", ");
  const columns = { Unexplained: `${byNothing} of ${total}`, Path: paths };
  return [deviation({ message: few, columns, remediation })];
}

/** In percent; an image without executables is explained. Null: the files were not seen. */
function shareOf({ coverage: known }: InventoryFacts): number | null {
  if (known === null) return null;
  const { total, byNothing } = known.executables;
  return total === 0 ? 100 : ((total - byNothing) / total) * 100;
}

function shareText({ coverage: known }: InventoryFacts): string {
  if (known === null) return "the files were not seen";
  const { total, byNothing } = known.executables;
  return `${total - byNothing} of ${total} executables are explained`;
}

const DEVIATIONS_MAX = 1000;
/** Named in the deviation; reports list more of them. */
const PATHS_MAX = 10;
