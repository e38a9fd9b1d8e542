/** --only-base and --ignore-base: findings by whether the base image brought their package. */
import { Option, type Command } from "commander";
import type { Analysis } from "../../domain/analysis.ts";
import { PlimsollError } from "../../domain/error.ts";
import { printable } from "../../domain/problem.ts";
import { findBaseLayers, isFromBase, type BaseLayers } from "../base-layers.ts";
import type { CliContext } from "../context.ts";
import type { Package } from "../../domain/package.ts";
import type { FindingFilter } from "./filters.ts";
import type { ImageOptions } from "./image.ts";

/** Leaves findings by the package that they are in. */
export interface BaseFilter extends FindingFilter {
  keepsPackage(pkg: Package): boolean;
}

export interface BaseOptions {
  readonly onlyBase?: true;
  readonly ignoreBase?: true;
  readonly baseImage?: string;
}

/** Adds --only-base, --ignore-base and --base-image. */
export function addBaseOptions(command: Command): Command {
  return command
    .option("--only-base", "only findings in packages that the base image brought")
    .addOption(
      new Option("--ignore-base", "leave out findings in packages that the base image brought").conflicts(
        "onlyBase",
      ),
    )
    .option(
      "--base-image <image>",
      "the base image, for --only-base and --ignore-base, where no provenance names it; its layers must come first",
    );
}

/** What the options ask for; null where none was given. @throws PlimsollError USAGE when only the base is named */
export function baseChoice({ onlyBase, ignoreBase, baseImage }: BaseOptions): "only" | "ignore" | null {
  if (onlyBase === true) return "only";
  if (ignoreBase === true) return "ignore";
  if (baseImage === undefined) return null;
  throw new PlimsollError("USAGE", "--base-image goes with --only-base or --ignore-base.");
}

/**
 * The filter. A base that is not known takes nothing away with --ignore-base, which is said; --only-base would show nothing, and that
 * must not look like a clean base.
 * @throws PlimsollError BASE_IMAGE_UNKNOWN; what opening the base image throws
 */
export async function makeBaseFilter(
  context: CliContext,
  { image, baseImage, baseImageReason }: Analysis,
  options: BaseOptions & ImageOptions,
): Promise<BaseFilter> {
  const choice = baseChoice(options);
  if (choice === null) return byPackage([], () => true);
  const named = options.baseImage ?? null;
  const base = await findBaseLayers(context, { image, baseImage, baseImageReason, named, options });
  if (base.kind === "unknown") {
    if (choice === "only")
      throw new PlimsollError(
        "BASE_IMAGE_UNKNOWN",
        `It is not known what the base image brought: ${base.reason}.`,
      );
    context.stderr.write(`warning: --ignore-base left nothing out: ${printable(base.reason, 500)}\n`);
    return byPackage(["base image ignored (not known, so nothing is left out)"], () => true);
  }
  return choice === "only" ? onlyBase(base) : ignoreBase(base);
}

type KnownBase = Extract<BaseLayers, { kind: "known" }>;

function byPackage(words: readonly string[], keepsPackage: BaseFilter["keepsPackage"]): BaseFilter {
  return { words, keepsPackage, keeps: (finding) => keepsPackage(finding.package) };
}

function onlyBase({ name, layerCount }: KnownBase): BaseFilter {
  return byPackage([`only from the base image ${name}`], (pkg) => isFromBase(pkg, layerCount, "some"));
}

/** A package that stands in a layer of its own too is not the base's alone. */
function ignoreBase({ name, layerCount }: KnownBase): BaseFilter {
  return byPackage([`not from the base image ${name}`], (pkg) => !isFromBase(pkg, layerCount, "every"));
}
