/** `plimsoll check`: what a gate elsewhere would say of an image, before it is handed in. */
import { Command, InvalidArgumentError, Option } from "commander";
import type { CheckOptions } from "../check/run.ts";
import { acceptable, type Acceptable } from "../check/states.ts";
import type { CommandMaker } from "../command-maker.ts";
import { addDatabaseOptions } from "../options/database.ts";
import { addImageOptions, IMAGE_ARGUMENT } from "../options/image.ts";
import { addOutputOptions, collectList } from "../options/output.ts";
import { addTrustOptions } from "../options/trust.ts";

export const check: CommandMaker = (context, finish) => {
  const command = new Command("check")
    .description(
      "Hold an image against a policy set: what its gate would say, and what would have to change.",
    )
    .argument("<image>", IMAGE_ARGUMENT)
    .requiredOption(
      "--against <policy-set>",
      "the policy set in a registry: registry.example.com/policies/hardened:1",
    )
    .addOption(
      new Option(
        "--at <date>",
        "judge by the clock and the advisories of another day (2026-12-24) or instant (RFC 3339); default: now",
      ).argParser(readDate),
    )
    .addOption(
      new Option(
        "--accept <states>",
        `take for accepted all the same what is unknown because of: ${acceptable.join(", ")} (comma separated); it is still shown`,
      ).argParser(readStates),
    )
    .option("--no-plan", "do not look for what would have to change")
    .option(
      "--base-image <image>",
      "the base image, where no provenance names it; its layers must come first",
    )
    .addHelpText("after", EXAMPLES);
  addOutputOptions(command, ["table", "json", "markdown", "html"], "table", { template: true });
  addTrustOptions(command);
  addDatabaseOptions(command);
  addImageOptions(command, "platforms of an index, comma separated, or all; the answer is the worst of them");
  return command.action(async (reference: string, options: CheckOptions) => {
    const { runCheck } = await import("../check/run.ts");
    finish(await runCheck(context, reference, options));
  });
};

/** A day is its end: what is published on it is known then. */
function readDate(word: string): Date {
  const text = /^\d{4}-\d{2}-\d{2}$/.test(word) ? `${word}T23:59:59Z` : word;
  const isWritten = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/.test(text);
  const date = new Date(text);
  if (isWritten && !Number.isNaN(date.getTime())) return date;
  throw new InvalidArgumentError("It takes a day such as 2026-12-24, or an instant in RFC 3339.");
}

function readStates(word: string, previous: readonly string[] | undefined): readonly Acceptable[] {
  return collectList(word, previous).map((name) => {
    const state = acceptable.find((known) => known === name);
    if (state !== undefined) return state;
    throw new InvalidArgumentError(`It takes ${acceptable.join(", ")}.`);
  });
}

const EXAMPLES = `
Examples:
  plimsoll check --against registry.example.com/policies/hardened:1 --key gate.pub oci-dir://build/image
  plimsoll check --against registry.example.com/policies/hardened:1 --at 2026-12-24 local://app:dev
  plimsoll check --against registry.example.com/policies/hardened:1 --format json -o check.json archive://app.tar

Exit codes: 0 the gate would let it pass; 1 operational error; 2 the gate would stop it; or nobody knows, since the set is too old or
not verified, or the gate may have an answer that is not to be had here.`;
