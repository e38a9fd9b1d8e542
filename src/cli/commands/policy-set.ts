/** `plimsoll policy-set`: the rules of a gate as a signed artifact, published, taken and listed. */
import { Command, InvalidArgumentError, Option } from "commander";
import { gateStates, type GateState } from "../../domain/policy-set.ts";
import type { CommandMaker } from "../command-maker.ts";
import { collectInsecure } from "../options/image.ts";
import { addOutputOptions, collectList } from "../options/output.ts";
import { addModuleOptions, addPolicyConfigOption } from "../options/policy.ts";
import { addTrustOptions } from "../options/trust.ts";
import type { PublishSetOptions } from "../policy-set/publish.ts";
import type { ShowOptions } from "../policy-set/show.ts";

export const policySet: CommandMaker = (context) => {
  const command = new Command("policy-set")
    .description("Policy sets: the rules of a gate, to hold images against before they are handed in.")
    .addHelpText("after", EXAMPLES);
  command.addCommand(publishCommand(context));
  const pull = new Command("pull")
    .description("Fetch a policy set and keep it, so that checks can do without its registry.")
    .argument("<reference>", "registry.example.com/policies/hardened:1");
  addOutputOptions(pull, ["table", "json"], "table");
  addInsecureOption(addTrustOptions(pull));
  pull.action(async (reference: string, options: ShowOptions) => {
    const { pullPolicySet } = await import("../policy-set/show.ts");
    await pullPolicySet(context, reference, options);
  });
  const list = new Command("list").description("Policy sets that are kept here, their versions and ages.");
  addOutputOptions(list, ["table", "json"], "table");
  addTrustOptions(list);
  list.action(async (options: ShowOptions) => {
    const { listPolicySets } = await import("../policy-set/show.ts");
    await listPolicySets(context, options);
  });
  command.addCommand(pull);
  command.addCommand(list);
  return command;
};

function publishCommand(context: Parameters<CommandMaker>[0]): Command {
  const publish = new Command("publish")
    .description("Push policies as a signed policy set; without files, the built-in ones.")
    .argument("<reference>", "registry.example.com/policies/hardened:1")
    .requiredOption("--name <name>", "name of the set")
    .requiredOption("--set-version <version>", "version of the set, as its readers are told it")
    .addOption(
      new Option(
        "--max-age-days <days>",
        "after so many days nobody is to rely on it; default: 30",
      ).argParser(readCount),
    )
    .addOption(
      new Option(
        "--fail-on <states>",
        `what stops the gate besides policies: ${gateStates.join(", ")}, or none (comma separated); default: all`,
      ).argParser(readStates),
    )
    .addOption(
      new Option(
        "--database-max-age-hours <hours>",
        "age from which the gate takes a vulnerability database for stale",
      ).argParser(readCount),
    )
    .option("--exceptions <file>", "JSON file with the exceptions that the gate has approved")
    .addOption(
      new Option(
        "--trust-key <file>",
        "PEM file of a public key whose signatures over images the gate believes; repeatable",
      ).argParser(collectList),
    )
    .option("--sign-key <key>", "private key that signs the set: a PEM file, or exec:PROGRAM")
    .option("--allow-unsigned", "publish without a signature; a check against it never says accepted")
    .addOption(
      new Option("--format <format>", "format of the result").choices(["table", "json"]).default("table"),
    );
  addInsecureOption(addPolicyConfigOption(addModuleOptions(publish)));
  return publish.action(async (reference: string, options: PublishSetOptions) => {
    const { publishPolicySet } = await import("../policy-set/publish.ts");
    await publishPolicySet(context, reference, options);
  });
}

function addInsecureOption(command: Command): Command {
  return command.addOption(
    new Option(
      "--insecure-registry <host>",
      "registry that may be spoken to without TLS (loopback always may); repeatable",
    ).argParser(collectInsecure),
  );
}

function readCount(word: string): number {
  if (/^[1-9]\d{0,4}$/.test(word)) return Number(word);
  throw new InvalidArgumentError("It takes a number above 0.");
}

function readStates(word: string): readonly GateState[] {
  if (word === "none") return [];
  return collectList(word, undefined).map((name) => {
    const state = gateStates.find((known) => known === name);
    if (state !== undefined) return state;
    throw new InvalidArgumentError(`It takes ${gateStates.join(", ")}.`);
  });
}

const EXAMPLES = `
Examples:
  plimsoll policy-set publish --name hardened --set-version 2026.11 --policy-config policies.json --sign-key gate.key registry.example.com/policies/hardened:1
  plimsoll policy-set pull --key gate.pub registry.example.com/policies/hardened:1
  plimsoll policy-set list
  plimsoll check --against registry.example.com/policies/hardened:1 --key gate.pub oci-dir://build/image`;
