/** `plimsoll integration`: registries to watch and the quality gate, kept on this machine by name. */
import { Argument, Command, InvalidArgumentError, Option } from "commander";
import type { IntegrationsReport } from "../../api/command-reports.ts";
import { PlimsollError } from "../../domain/error.ts";
import { jsonText } from "../../domain/json-text.ts";
import { printable } from "../../domain/problem.ts";
import type { CommandMaker } from "../command-maker.ts";
import type { CliContext } from "../context.ts";
import {
  getIntegration,
  integrationTypes,
  readIntegrations,
  registryText,
  writeIntegrations,
  type Integration,
} from "../integrations.ts";
import { formatOption } from "../options/output.ts";
import { readSecret } from "../read-secret.ts";
import { readWatchSource } from "../watch/source.ts";

interface ConfigureOptions {
  readonly name?: string;
  readonly parameter?: Readonly<Record<string, string>>;
  readonly secretStdin?: string;
  readonly format: string;
}

interface ListOptions {
  readonly name?: string;
  readonly format: string;
}

export const integration: CommandMaker = (context) => {
  const command = new Command("integration").description(
    "Keep what registries to watch, and the quality gate that policies ask, on this machine.",
  );
  command
    .command("configure")
    .description("Set an integration up, or change what is given of one that is there.")
    .addArgument(new Argument("<type>", "what it is").choices(Object.keys(integrationTypes)))
    .option("--name <name>", "name of the integration; default: its type")
    .addOption(
      new Option("--parameter <name=value>", "see below; an empty value takes it out; repeatable").argParser(
        collectPair,
      ),
    )
    .option("--secret-stdin <name>", "read this parameter from standard input, out of the list of processes")
    .addOption(formatOption())
    .addHelpText("after", CONFIGURE_EXAMPLES)
    .action((type: string, options: ConfigureOptions) => configure(context, type, options));
  command
    .command("list")
    .description("List them; secrets are told to be set, and not shown.")
    .addArgument(new Argument("[type]", "only those of this type").choices(Object.keys(integrationTypes)))
    .option("--name <name>", "only the one of this name")
    .addOption(formatOption())
    .addHelpText(
      "after",
      "\nExamples:\n  plimsoll integration list\n  plimsoll integration list --format json",
    )
    .action((type: string | undefined, { name, format }: ListOptions) => {
      const rows = readIntegrations(context);
      const isAsked = (row: Integration): boolean =>
        (type === undefined || row.type === type) && (name === undefined || row.name === name);
      list(context, rows.filter(isAsked), format);
    });
  command
    .command("delete")
    .description("Forget one.")
    .argument("<name>", "name of the integration; with --name: its type")
    .option("--name <name>", "name of the integration, as in Scout")
    .addOption(formatOption())
    .addHelpText("after", "\nExamples:\n  plimsoll integration delete prod-harbor")
    .action(async (given: string, options: ListOptions) => {
      const name = options.name ?? given;
      const found = getIntegration(context, name);
      if (options.name !== undefined && found.type !== given)
        throw new PlimsollError("USAGE", `${name} is of the type ${found.type}.`);
      await writeIntegrations(
        context,
        readIntegrations(context).filter((row) => row.name !== name),
      );
      context.stderr.write(`${printable(name)} deleted\n`);
      if (options.format === "json") list(context, [found], options.format);
    });
  return command;
};

/** @throws PlimsollError USAGE, OUTPUT_FAILED */
async function configure(context: CliContext, type: string, options: ConfigureOptions): Promise<void> {
  const name = options.name ?? type;
  if (!/^[a-z0-9][a-z0-9._-]{0,62}$/.test(name)) {
    throw new PlimsollError("USAGE", "An integration is named by lower case letters, digits, dots and -.");
  }
  const others = readIntegrations(context).filter((row) => row.name !== name);
  const before = readIntegrations(context).find((row) => row.name === name);
  if (before !== undefined && before.type !== type) {
    throw new PlimsollError("USAGE", `${name} is of the type ${before.type}; delete it first.`);
  }
  const { secretStdin } = options;
  const secret =
    secretStdin === undefined ? {} : { [secretStdin]: await readSecret(context.stdin, secretStdin) };
  const given = Object.entries({ ...before?.parameters, ...options.parameter, ...secret });
  const made: Integration = {
    name,
    type,
    parameters: Object.fromEntries(given.filter(([, value]) => value !== "")),
  };
  check(made);
  await writeIntegrations(context, [...others, made]);
  context.stderr.write(`${name} is set up\n`);
  if (options.format === "json") list(context, [made], options.format);
}

function check(made: Integration): void {
  const known = integrationTypes[made.type] ?? [];
  const names = known.map(({ name }) => name);
  const unknown = Object.keys(made.parameters).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new PlimsollError(
      "USAGE",
      `${made.type} takes ${names.join(", ")}, not "${printable(unknown, 50)}".`,
    );
  }
  const missing = known.find(({ name, required }) => required && made.parameters[name] === undefined);
  if (missing !== undefined)
    throw new PlimsollError("USAGE", `${made.type} needs --parameter ${missing.name}=…`);
  if (made.type !== "sonarqube") readWatchSource(registryText(made));
  else if (!/^https?:\/\/[^/@]+(?:\/.*)?$/.test(made.parameters["url"] ?? "")) {
    throw new PlimsollError("USAGE", "url takes an http or https address without a password.");
  }
}

function list(context: CliContext, rows: readonly Integration[], format: string): void {
  const integrations = rows.map(({ name, type, parameters }) => {
    const secrets = (integrationTypes[type] ?? []).filter(({ secret }) => secret).map((row) => row.name);
    const shown = Object.entries(parameters).filter(([key]) => !secrets.includes(key));
    const set = secrets.filter((key) => parameters[key] !== undefined);
    return { name, type, parameters: Object.fromEntries(shown), secrets: set };
  });
  if (format === "json") {
    const schema = "urn:plimsoll:report:integrations:1";
    context.stdout.write(jsonText({ schema, integrations } satisfies IntegrationsReport));
    return;
  }
  if (integrations.length === 0) context.stdout.write("no integrations\n");
  for (const { name, type, parameters, secrets } of integrations) {
    const words = [
      ...Object.entries(parameters).map(([key, value]) => `${key}=${value}`),
      ...secrets.map((key) => `${key} is set`),
    ];
    context.stdout.write(`${name}  ${type}  ${printable(words.join("  "), 2000)}\n`);
  }
}

function collectPair(
  value: string,
  previous: Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, string>> {
  const [, key, text] = /^([a-z][a-z0-9-]{0,40})=(.*)$/s.exec(value) ?? [];
  if (key === undefined || text === undefined) throw new InvalidArgumentError("It takes name=value.");
  return { ...previous, [key]: text };
}

const CONFIGURE_EXAMPLES = `
Examples:
  plimsoll integration configure harbor --name prod --parameter registry=harbor.example.com --parameter include=acme/*
  plimsoll integration configure harbor --name prod --secret-stdin webhook-secret < secret.txt
  plimsoll integration configure sonarqube --parameter url=https://sonar.example.com --parameter projects=acme-app
  plimsoll watch --org acme --integration prod

Parameters:
${Object.entries(integrationTypes)
  .map(
    ([type, parameters]) =>
      `  ${type.padEnd(12)}${parameters.map(({ name, required }) => `${name}${required ? " (needed)" : ""}`).join(", ")}`,
  )
  .join("\n")}`;
