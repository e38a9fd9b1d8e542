/**
 * Settings files of a run: which of them count, and what they change of the context and of a command's options. Loaded by every
 * command, so all that reads YAML stands behind `import()`.
 */
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Command } from "commander";
import { readConfig } from "../config/config.ts";
import { findProjectFile, userFilePath } from "../config/find-files.ts";
import type { ProjectFile } from "../config/project-file.ts";
import { PlimsollError } from "../domain/error.ts";
import { printable } from "../domain/problem.ts";
import { countText } from "../reports/shared/words.ts";
import type { CliContext } from "./context.ts";

/**
 * The context with what the settings files change: environment variables win over the project file, that over the user's file.
 * The same context where there is neither. @throws PlimsollError CONFIG_INVALID, FILE_NOT_FOUND, USAGE
 */
export async function withSettingsFiles(context: CliContext, args: readonly string[]): Promise<CliContext> {
  const named = namedFile(args);
  if (named === NONE) return context;
  const projectPath = named === null ? findProjectFile(context.cwd) : resolve(context.cwd, named);
  const userPath = userFilePath(context.env, context.home);
  const hasUserFile = existsSync(userPath);
  const integrations = integrationsPath(context);
  if (projectPath === null && !hasUserFile && !existsSync(integrations)) return context;
  const { readProjectFile, readUserFile } = await import("../config/project-file.ts");
  const { settingOptions, settingVariables } = await import("../config/file-settings.ts");
  const project = projectPath === null ? null : readProjectFile(projectPath);
  const values = { ...(hasUserFile ? readUserFile(userPath) : {}), ...project?.settings };
  const { integrationVariables, readIntegrations } = await import("./integrations.ts");
  const kept = integrationVariables(readIntegrations(context));
  const env = { ...kept, ...settingVariables(values), ...withoutEmpty(context.env) };
  const config = readConfig(env, context.home, context.cwd);
  const options = { ...settingOptions(values), ...(project === null ? {} : vexOptionsOf(project, config)) };
  const changed: Partial<CliContext> = { config, files: { project, isNamed: named !== null, options } };
  // What the context makes at its first use stays unmade.
  return Object.create(context, Object.getOwnPropertyDescriptors(changed)) as CliContext;
}

/** As `integrationsFile`, which is loaded only where there is one. */
function integrationsPath({ config }: CliContext): string {
  return join(dirname(config.client.credentialsFile), "integrations.json");
}

/** Authors are named by the environment where it names any: a repository's file widens nothing that an operator has set. */
function vexOptionsOf(
  { trust, vex }: ProjectFile,
  { vexAuthors }: CliContext["config"],
): Readonly<Record<string, unknown>> {
  const { vexAuthors: authors = [] } = trust;
  return {
    ...(vex.length === 0 ? {} : { vexLocation: vex }),
    ...(authors.length === 0 || vexAuthors.length > 0 ? {} : { vexAuthor: authors }),
  };
}

/** An empty variable is none, as everywhere. */
function withoutEmpty(env: CliContext["env"]): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ""));
}

const NONE = Symbol("none");

/** The value of --config, NONE with --no-config; null: neither. Read before any command is made, since it changes all of them. */
function namedFile(args: readonly string[]): string | typeof NONE | null {
  for (const [index, arg] of args.entries()) {
    if (arg === "--") return null;
    if (arg === "--no-config") return NONE;
    if (arg.startsWith("--config=")) return arg.slice("--config=".length);
    if (arg !== "--config") continue;
    const value = args[index + 1];
    if (value === undefined || value === "") throw new PlimsollError("USAGE", "--config names a file.");
    return value;
  }
  return null;
}

/** What is the user's own word and would change an organisation's verdict. */
const NOT_FOR_ORGANISATIONS: readonly string[] = ["vexAuthor", "severitySource"];

/**
 * Sets the options that the files name and the command line does not; a command without the option is left as it is. Says what
 * counts from the project file, since it came with the repository and not from who runs the command.
 */
export function applySettingsFiles(context: CliContext, command: Command): void {
  const { files } = context;
  if (files === undefined) return;
  const isForOrganisation =
    command.options.some((option) => option.attributeName() === "org") &&
    (command.opts<{ org?: string }>().org ?? context.config.client.organisation) !== null;
  for (const [name, value] of Object.entries(files.options)) {
    if (isForOrganisation && NOT_FOR_ORGANISATIONS.includes(name)) continue;
    const option = command.options.find((known) => known.attributeName() === name);
    if (option === undefined) continue;
    const source = command.getOptionValueSource(name);
    if (source !== undefined && source !== "default") continue;
    if (option.argChoices !== undefined && !option.argChoices.includes(String(value))) continue;
    command.setOptionValueWithSource(name, value, "config");
  }
  if (files.project !== null && command.options.some((option) => option.attributeName() === "platform")) {
    context.stderr.write(`${originText(files.project, isForOrganisation)}\n`);
  }
}

function originText(project: ProjectFile, isForOrganisation: boolean): string {
  const { policies, exceptions, ignore, vex, trust: trusted } = project;
  const parts = [
    { count: policies.length, noun: "policy" },
    { count: exceptions.length, noun: "exception" },
    { count: ignore.length, noun: "ignore rule" },
    { count: vex.length, noun: "VEX location" },
    { count: trusted.vexAuthors?.length ?? 0, noun: "VEX author" },
    { count: (trusted.keys?.length ?? 0) + (trusted.identities?.length ?? 0), noun: "trusted signer" },
    { count: Object.keys(project.settings).length, noun: "setting" },
  ].flatMap(({ count, noun }) => (count === 0 ? [] : [countText(count, noun)]));
  const says = parts.length === 0 ? "nothing is set" : parts.join(", ");
  const trust = isForOrganisation ? "; for an organisation's verdict they are proposals" : "";
  return `project file ${printable(project.path)}: ${says}${trust} (--no-config leaves it out)`;
}
