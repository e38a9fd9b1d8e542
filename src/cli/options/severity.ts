/** Whose word decides how grave a vulnerability is. */
import { Option, type Command } from "commander";
import type { FindingFacts } from "../../domain/policy.ts";
import { printable } from "../../domain/problem.ts";
import type { CliContext } from "../context.ts";
import { collectList } from "./output.ts";

export interface SeverityOptions {
  readonly severitySource?: readonly string[];
}

/** Adds --severity-source. */
export function addSeverityOption(command: Command): Command {
  return command.addOption(
    new Option(
      "--severity-source <sources>",
      "whose severity counts, the first that has one (comma separated): nvd, ghsa, debian, …; default: the package's vendor, then the NVD",
    ).argParser(collectList),
  );
}

/** A name that rates nothing here may be a slip of the pen, and would leave the rule in force in silence. */
export function warnOfSilentSources(
  context: CliContext,
  { severitySource = [] }: SeverityOptions,
  findings: readonly Pick<FindingFacts, "ratings">[],
): void {
  if (findings.length === 0) return;
  const known = new Set(findings.flatMap(({ ratings }) => ratings.map(({ source }) => source.toLowerCase())));
  const silent = severitySource.filter((source) => !known.has(source.toLowerCase()));
  if (silent.length === 0) return;
  const rating = [...known].toSorted().join(", ");
  context.stderr.write(
    `warning: --severity-source: nothing here is rated by ${printable(silent.join(", "), 200)}; there is ${printable(rating === "" ? "no rating" : rating, 500)}\n`,
  );
}
