/** From a command's options to a rendered report. */
import type { RenderOptions } from "../../reports/types.ts";
import type { CliContext } from "../context.ts";
import { chosenOrder, type OrderOptions } from "./order.ts";

export interface DisplayOptions extends OrderOptions {
  readonly details?: true;
  readonly locations?: true;
  readonly onlyVulnPackages?: true;
  readonly output?: string;
}

/** Colours only on a terminal, never in a file. */
export function renderOptions(
  context: CliContext,
  options: DisplayOptions,
  onlyPackages = false,
): RenderOptions {
  return {
    color: context.stdout.isTerminal && context.config.color && options.output === undefined,
    width: context.stdout.width,
    details: options.details === true,
    locations: options.locations === true,
    epss: options.epss === true,
    keepsOrder: chosenOrder(options) !== "severity",
    now: context.clock(),
    onlyPackages,
    onlyVulnPackages: options.onlyVulnPackages === true,
    toolVersion: context.version,
  };
}
