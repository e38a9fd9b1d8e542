/** Which policies are evaluated, and how they are configured. */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { Option, type Command } from "commander";
import { PlimsollError } from "../../domain/error.ts";
import { publicUrl } from "../../io/http-failure.ts";
import { httpBytes } from "../../io/http.ts";
import type { PolicyConfig } from "../../policies/config.ts";
import type { PolicyDefinition } from "../../policies/types.ts";
import type { CliContext } from "../context.ts";
import type { ModuleOptions, NamedPolicies } from "../policy/modules.ts";
import { collectList } from "./output.ts";

export interface PolicyOptions extends ModuleOptions {
  readonly onlyPolicy?: readonly string[];
  readonly policyConfig?: string;
}

/** Adds --only-policy, --policy-config and the options that name modules. */
export function addPolicyOptions(command: Command): Command {
  command.addOption(
    new Option(
      "--only-policy <names>",
      "evaluate only these policies, by id or title (comma separated)",
    ).argParser(collectList),
  );
  return addModuleOptions(addPolicyConfigOption(command)).addOption(
    new Option(
      "--policy-bundle <reference>",
      "bundle of policies in a registry, in place of the built-in ones; repeatable",
    ).argParser(collectList),
  );
}

/** Adds --policy-dir and --policy-file. */
export function addModuleOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        "--policy-dir <folder>",
        "folder of Rego modules, in place of the built-in policies; repeatable",
      ).argParser(collectList),
    )
    .addOption(
      new Option(
        "--policy-file <file>",
        "Rego module, a file or http(s) address, in place of the built-in policies; repeatable",
      ).argParser(collectList),
    );
}

export function addPolicyConfigOption(command: Command): Command {
  return command.option(
    "--policy-config <file>",
    "JSON file or http(s) address: enabled, weight, effect and config by policy, and policies of your own",
  );
}

export interface ChosenPolicies {
  readonly policies: readonly PolicyDefinition[];
  readonly debug: boolean;
  /** Whether any of them judges findings, and so needs the vulnerability database. */
  readonly needFindings: boolean;
}

/** @throws PlimsollError POLICY_UNKNOWN, POLICY_CONFIG_INVALID, FILE_NOT_FOUND, JSON_INVALID */
export async function choosePolicies(context: CliContext, options: PolicyOptions): Promise<ChosenPolicies> {
  // Loaded here because option schemas are the one heavy import, and commands without policies must not pay for it.
  const { knownPolicies, optionalPolicies } = await import("../../policies/definitions.ts");
  const { applyPolicyConfig, readPolicyConfig, readPolicyEntries, selectPolicies } =
    await import("../../policies/config.ts");
  const { policyTypes } = await import("../../policies/policy-types.ts");
  const { checkPrograms } = await import("../../policies/check-programs.ts");
  const document =
    options.policyConfig === undefined
      ? null
      : splitBundles(await readPolicyDocument(context, options.policyConfig), options.policyConfig);
  const named = await namedPolicies(context, {
    ...options,
    policyBundle: [...(document?.bundles ?? []), ...(options.policyBundle ?? [])],
  });
  const ownEntries = async (rest: unknown): Promise<unknown> => {
    if (named === null) return rest;
    const { withoutOthers } = await import("../policy/other-entries.ts");
    return withoutOthers(context, rest, named);
  };
  const { project = null } = context.files ?? {};
  const known =
    named ??
    (project === null
      ? knownPolicies
      : applyPolicyConfig(
          knownPolicies,
          readPolicyEntries(project.policies, knownPolicies, `${project.path}: policies`),
        ));
  const config = document === null ? null : readPolicyConfig(await ownEntries(document.rest), known);
  const configured = config === null ? known : applyPolicyConfig(known, config);
  const policies =
    options.onlyPolicy === undefined
      ? configured
      : selectPolicies(configured, options.onlyPolicy).map((policy) =>
          // Named, so asked for; unless the configuration switches it off.
          optionalPolicies.some(({ id }) => id === policy.id) && !switchesOff(config, policy)
            ? { ...policy, enabled: true }
            : policy,
        );
  await checkPrograms(policies.filter(({ enabled }) => enabled));
  return {
    policies,
    debug: config?.debug ?? false,
    needFindings: policies.some((policy) => {
      const type = policyTypes.find(({ id }) => id === policy.type);
      // What rules of one's own read is known to the language alone; most read findings.
      return policy.enabled && (type?.judgedApart === true || type?.needs.includes("findings") === true);
    }),
  };
}

/** The policies of modules and bundles, which stand in the place of the built-in ones; null: none was named. */
async function namedPolicies(
  context: CliContext,
  options: ModuleOptions,
): Promise<readonly PolicyDefinition[] | null> {
  const { policyBundle = [], policyDir = [], policyFile = [] } = options;
  if (policyBundle.length + policyDir.length + policyFile.length === 0) return null;
  const { readNamedPolicies } = await import("../policy/modules.ts");
  return makePolicies(context, await readNamedPolicies(context, options));
}

/**
 * Modules and configurations as policies. Beside modules the built-in policies count where a configuration speaks of them, or is all that
 * its bundle holds. @throws PlimsollError POLICY_UNKNOWN, POLICY_CONFIG_INVALID, POLICY_MODULE_INVALID
 */
export async function makePolicies(
  context: CliContext,
  { modules, configurations }: NamedPolicies,
): Promise<readonly PolicyDefinition[]> {
  const { makeModulePolicies } = await import("../policy/modules.ts");
  const { otherEntries } = await import("../policy/other-entries.ts");
  const { knownPolicies } = await import("../../policies/definitions.ts");
  const { applyPolicyConfig, readPolicyConfig } = await import("../../policies/config.ts");
  const written = await makeModulePolicies(context, modules);
  const countsBuiltIn = configurations.some(
    ({ modules: own, configuration }) => own.length === 0 || otherEntries(configuration, written).length > 0,
  );
  // A module takes the place of a built-in policy of its name.
  const builtIn = countsBuiltIn
    ? knownPolicies.filter(({ id }) => written.every((policy) => policy.id !== id))
    : [];
  return configurations.reduce<readonly PolicyDefinition[]>(
    (policies, { configuration }) => applyPolicyConfig(policies, readPolicyConfig(configuration, policies)),
    [...written, ...builtIn],
  );
}

/** `bundles` of a policy configuration are read as if they had been named with --policy-bundle. */
function splitBundles(
  document: unknown,
  location: string,
): { readonly bundles: readonly string[]; readonly rest: unknown } {
  if (typeof document !== "object" || document === null || !("bundles" in document)) {
    return { bundles: [], rest: document };
  }
  const { bundles, ...rest } = document;
  if (!Array.isArray(bundles) || bundles.some((bundle) => typeof bundle !== "string")) {
    throw new PlimsollError(
      "POLICY_CONFIG_INVALID",
      `${location}: bundles: it takes references of bundles in registries.`,
    );
  }
  return { bundles: bundles as readonly string[], rest };
}

function switchesOff(config: PolicyConfig | null, { id }: PolicyDefinition): boolean {
  return config?.policies.some((override) => override.id === id && override.enabled === false) ?? false;
}

/** @throws PlimsollError FILE_NOT_FOUND, JSON_INVALID */
export async function readPolicyDocument(context: CliContext, location: string): Promise<unknown> {
  const bytes = /^https?:\/\//.test(location)
    ? (await httpBytes({ url: location, limits: { bodyBytesMax: CONFIG_BYTES_MAX } })).bytes
    : await readFile(resolve(context.cwd, location)).catch((error: unknown) => {
        throw new PlimsollError("FILE_NOT_FOUND", `The policy configuration ${location} cannot be read.`, {
          cause: error,
        });
      });
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch (error) {
    const shown = /^https?:/.test(location) ? publicUrl(location) : location;
    throw new PlimsollError("JSON_INVALID", `The policy configuration ${shown} is not valid JSON.`, {
      cause: error,
    });
  }
}

const CONFIG_BYTES_MAX = 4 * 1024 * 1024;
