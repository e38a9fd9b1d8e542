/** `plimsoll policy publish`: modules and a configuration of policies as a bundle in a registry. */
import { basename } from "node:path";
import type { PolicyPublishReport } from "../../api/policy-reports.ts";
import { PlimsollError } from "../../domain/error.ts";
import { jsonText } from "../../domain/json-text.ts";
import { printable } from "../../domain/problem.ts";
import type { RegoModule } from "../../policies/rego/module.ts";
import type { PolicyDefinition } from "../../policies/types.ts";
import type { CliContext } from "../context.ts";
import { makePolicies, readPolicyDocument } from "../options/policy.ts";
import { configurationMediaType, moduleMediaType, pushPolicyBundle, type BundleFile } from "./bundle.ts";
import { readNamedPolicies, type ModuleOptions } from "./modules.ts";
import { withoutOthers } from "./other-entries.ts";

export interface PublishOptions extends ModuleOptions {
  readonly policyConfig?: string;
  readonly format: string;
}

/**
 * Without modules and without a configuration that of the built-in policies is published, to be edited or extended elsewhere.
 * @throws PlimsollError POLICY_MODULE_INVALID, POLICY_CONFIG_INVALID, POLICY_UNKNOWN, FILE_NOT_FOUND, REFERENCE_INVALID, REGISTRY_…
 */
export async function publishPolicies(
  context: CliContext,
  reference: string,
  options: PublishOptions,
): Promise<void> {
  const { files, policies } = await bundleFiles(context, options);
  const pushed = await pushPolicyBundle(context, reference, { files, insecure: options.insecureRegistry });
  const report: PolicyPublishReport = {
    schema: "urn:plimsoll:report:policy-publish:1",
    tool: { name: "plimsoll", version: context.version },
    ...pushed,
    policies: judgedOf(policies),
  };
  context.stdout.write(options.format === "json" ? jsonText(report) : publishedText(report));
}

/** What whoever takes the bundle is going to judge by. */
export function judgedOf(policies: readonly PolicyDefinition[]): PolicyPublishReport["policies"] {
  return policies.filter(({ enabled }) => enabled).map(({ id, title }) => ({ id, title }));
}

/** What was published, for people. */
export function publishedText({
  reference,
  digest,
  policies,
}: Pick<PolicyPublishReport, "reference" | "digest" | "policies">): string {
  const lines = policies.map(({ id, title }) => `  ${printable(id)}  (${printable(title)})`);
  return `${[reference, digest, ...lines].join("\n")}\n`;
}

/**
 * The files of a bundle, and the policies in it, those that are switched off too. A module that does not compile is not published;
 * without OPA only its metadata is looked at, and that is said. @throws as `publishPolicies`, but for registries
 */
export async function bundleFiles(
  context: CliContext,
  options: Pick<PublishOptions, "policyConfig" | "policyDir" | "policyFile">,
): Promise<{ readonly files: readonly BundleFile[]; readonly policies: readonly PolicyDefinition[] }> {
  const { modules } = await readNamedPolicies(context, options);
  const configuration = await configurationOf(context, options, modules);
  const policies = await makePolicies(context, {
    modules,
    configurations:
      configuration === null ? [] : [{ origin: "the configuration", modules, configuration, set: null }],
  });
  const reason = policies.find(({ program }) => (program?.reason ?? null) !== null)?.program?.reason;
  if (reason !== undefined) context.stderr.write(`warning: the modules were not compiled: ${reason}\n`);
  return {
    files: [
      ...modules.map(moduleFile),
      ...(configuration === null ? [] : [configurationFile(configuration)]),
    ],
    policies,
  };
}

/** Null: modules alone are published. Entries about modules that are not in the bundle mean nothing to whoever takes it. */
async function configurationOf(
  context: CliContext,
  { policyConfig }: Pick<PublishOptions, "policyConfig">,
  modules: readonly RegoModule[],
): Promise<unknown> {
  const { builtInPolicies, knownPolicies } = await import("../../policies/definitions.ts");
  if (policyConfig !== undefined) {
    const document = await readPolicyDocument(context, policyConfig);
    return modules.length === 0 ? document : withoutOthers(context, document, [...modules, ...knownPolicies]);
  }
  if (modules.length > 0) return null;
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

function configurationFile(configuration: unknown): BundleFile {
  const bytes = Buffer.from(`${JSON.stringify(configuration, null, 2)}\n`, "utf8");
  if (bytes.byteLength > CONFIGURATION_BYTES_MAX)
    throw new PlimsollError("POLICY_CONFIG_INVALID", "The policy configuration is too large for a bundle.");
  return { name: "policies.json", mediaType: configurationMediaType, bytes };
}

const CONFIGURATION_BYTES_MAX = 4 * 1024 * 1024;
