/** `plimsoll policy publish`: modules and a configuration of policies as a bundle in a registry. */
import { basename } from "node:path";
import { PlimsollError } from "../../domain/error.ts";
import { printable } from "../../domain/problem.ts";
import type { RegoModule } from "../../policies/rego/module.ts";
import type { CliContext } from "../context.ts";
import { readPolicyDocument } from "../options/policy.ts";
import { configurationMediaType, moduleMediaType, pushPolicyBundle, type BundleFile } from "./bundle.ts";
import { openCompiler } from "./compile.ts";
import { readNamedPolicies, type ModuleOptions } from "./modules.ts";

export interface PublishOptions extends ModuleOptions {
  readonly policyConfig?: string;
  readonly format: string;
}

/**
 * Without modules and without a configuration that of the built-in policies is published, to be edited or extended elsewhere.
 * @throws PlimsollError POLICY_MODULE_INVALID, POLICY_CONFIG_INVALID, FILE_NOT_FOUND, REFERENCE_INVALID, REGISTRY_…
 */
export async function publishPolicies(
  context: CliContext,
  reference: string,
  options: PublishOptions,
): Promise<void> {
  const { files, policies } = await bundleFiles(context, options);
  const pushed = await pushPolicyBundle(context, reference, { files, insecure: options.insecureRegistry });
  if (options.format === "json") {
    context.stdout.write(`${JSON.stringify({ ...pushed, policies }, null, 2)}\n`);
    return;
  }
  const lines = policies.map(({ id, title }) => `  ${printable(id)}  (${printable(title)})`);
  context.stdout.write(`${[pushed.reference, pushed.digest, ...lines].join("\n")}\n`);
}

/** The files of a bundle, and the policies in it. @throws as `publishPolicies`, but for registries */
export async function bundleFiles(
  context: CliContext,
  options: Pick<PublishOptions, "policyConfig" | "policyDir" | "policyFile">,
): Promise<{
  readonly files: readonly BundleFile[];
  readonly policies: readonly { readonly id: string; readonly title: string }[];
}> {
  const { modules } = await readNamedPolicies(context, options);
  await compileAll(context, modules);
  const configuration = await configurationOf(context, options, modules.length > 0);
  return {
    files: [
      ...modules.map(moduleFile),
      ...(configuration === null ? [] : [configurationFile(configuration)]),
    ],
    policies: [
      ...modules.map(({ id, title }) => ({ id, title })),
      ...(configuration?.policies ?? []).map(({ id, name }) => ({ id: id ?? name, title: name })),
    ],
  };
}

/** A module that does not compile is not published; without OPA only its metadata is looked at, and that is said. */
async function compileAll(context: CliContext, modules: readonly RegoModule[]): Promise<void> {
  if (modules.length === 0) return;
  const compiler = await openCompiler(context);
  if (typeof compiler === "string") {
    context.stderr.write(`warning: the modules were not compiled: ${compiler}\n`);
    return;
  }
  for (const module of modules) await compiler(module);
}

interface Configuration {
  readonly policies: readonly { readonly name: string; readonly id?: string }[];
}

async function configurationOf(
  context: CliContext,
  { policyConfig }: Pick<PublishOptions, "policyConfig">,
  hasModules: boolean,
): Promise<Configuration | null> {
  const { builtInPolicies, knownPolicies } = await import("../../policies/definitions.ts");
  if (policyConfig !== undefined) {
    const { readPolicyConfig } = await import("../../policies/config.ts");
    const document = await readPolicyDocument(context, policyConfig);
    if (!hasModules) readPolicyConfig(document, knownPolicies);
    return document as Configuration;
  }
  if (hasModules) return null;
  return {
    policies: builtInPolicies.map(({ id, weight, enabled, config }) => ({
      name: id,
      enabled,
      weight,
      config,
    })),
  };
}

function moduleFile({ text, origin, id }: RegoModule): BundleFile {
  const name = basename(new URL(origin, "file:///").pathname);
  return {
    name: name.endsWith(".rego") ? name : `${id.replaceAll(/[^\w.-]/g, "-")}.rego`,
    mediaType: moduleMediaType,
    bytes: Buffer.from(text, "utf8"),
  };
}

function configurationFile(configuration: Configuration): BundleFile {
  const bytes = Buffer.from(`${JSON.stringify(configuration, null, 2)}\n`, "utf8");
  if (bytes.byteLength > CONFIGURATION_BYTES_MAX)
    throw new PlimsollError("POLICY_CONFIG_INVALID", "The policy configuration is too large for a bundle.");
  return { name: "policies.json", mediaType: configurationMediaType, bytes };
}

const CONFIGURATION_BYTES_MAX = 4 * 1024 * 1024;
