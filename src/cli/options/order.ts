/** In which order findings are shown. */
import { Option, type Command } from "commander";
import { findingOrders, type FindingOrder } from "../../domain/finding-order.ts";

export interface OrderOptions {
  readonly sort?: FindingOrder;
  readonly epss?: true;
}

/** Adds --epss and --sort. */
export function addOrderOptions(command: Command): Command {
  return command
    .option("--epss", "show EPSS, and sort by it unless --sort says otherwise")
    .addOption(
      new Option(
        "--sort <order>",
        "order of findings: severity (default), risk (exploited, grave, likely and fixable ones first), epss, package",
      ).choices(findingOrders),
    );
}

export function chosenOrder({ sort, epss }: OrderOptions): FindingOrder {
  return sort ?? (epss === true ? "epss" : "severity");
}
