/** `plimsoll policy-set publish`: the rules of a gate as a signed artifact, for whoever wants to know beforehand what it will say. */
import { resolve } from "node:path";
import { readFileSync } from "node:fs";
import type { PolicySetPublishReport } from "../../api/policy-set-reports.ts";
import type { SigningKey } from "../../attestations/keys.ts";
import type { ResolvedImage } from "../../domain/image.ts";
import { PlimsollError } from "../../domain/error.ts";
import { jsonText } from "../../domain/json-text.ts";
import { recordOf } from "../../domain/json-record.ts";
import type { GateState } from "../../domain/policy-set.ts";
import { printable } from "../../domain/problem.ts";
import type { PolicySetDocument } from "../../policies/policy-set.ts";
import type { PolicyDefinition } from "../../policies/types.ts";
import { attachSignature } from "../attestations/attach.ts";
import type { CliContext } from "../context.ts";
import { openSigningKey } from "../options/trust.ts";
import { configurationMediaType, pushPolicyBundle, setMediaType } from "../policy/bundle.ts";
import { bundleFiles, judgedOf, publishedText, type PublishOptions } from "../policy/publish.ts";

export interface PublishSetOptions extends PublishOptions {
  readonly name: string;
  readonly setVersion: string;
  readonly maxAgeDays?: number;
  readonly failOn?: readonly GateState[];
  readonly databaseMaxAgeHours?: number;
  readonly exceptions?: string;
  readonly trustKey?: readonly string[];
  readonly signKey?: string;
  readonly allowUnsigned?: true;
}

/** @throws PlimsollError USAGE without a key, POLICY_SET_INVALID, KEY_INVALID; as `publishPolicies` */
export async function publishPolicySet(
  context: CliContext,
  reference: string,
  options: PublishSetOptions,
): Promise<void> {
  // Asked first: a set that cannot be signed is not to be pushed.
  const key = await signingKey(context, options);
  const document = await documentOf(context, options);
  const { files, policies } = await bundleFiles(context, options);
  const resolved = await resolvedConfiguration(policies, options);
  const pushed = await pushPolicyBundle(context, reference, {
    files: [
      jsonFile("policy-set.json", setMediaType, document),
      ...files.filter(({ mediaType }) => mediaType !== configurationMediaType),
      ...(resolved === null ? [] : [jsonFile("policies.json", configurationMediaType, resolved)]),
    ],
    insecure: options.insecureRegistry,
  });
  if (key !== null) await sign(context, pushed, key, options);
  const report: PolicySetPublishReport = {
    schema: "urn:plimsoll:report:policy-set-publish:1",
    tool: { name: "plimsoll", version: context.version },
    ...pushed,
    name: document.name,
    version: document.version,
    createdAt: document.createdAt,
    signed: key !== null,
    keyId: key?.keyId ?? null,
    policies: judgedOf(policies),
  };
  context.stdout.write(options.format === "json" ? jsonText(report) : publishedText(report));
}

async function signingKey(context: CliContext, options: PublishSetOptions): Promise<SigningKey | null> {
  if (options.signKey !== undefined || context.config.signing.signKey !== null)
    return openSigningKey(context, options.signKey);
  if (options.allowUnsigned !== true)
    throw new PlimsollError(
      "USAGE",
      "A policy set is signed: name the key with --sign-key or PLIMSOLL_SIGN_KEY, or write --allow-unsigned.",
    );
  context.stderr.write("warning: the set is not signed, so a check against it never says accepted\n");
  return null;
}

async function documentOf(context: CliContext, options: PublishSetOptions): Promise<PolicySetDocument> {
  const { readPolicySet } = await import("../../policies/policy-set.ts");
  const { maxAgeDays, failOn, databaseMaxAgeHours, exceptions, trustKey } = options;
  const document: PolicySetDocument = {
    schema: "urn:plimsoll:policy-set:1",
    name: options.name,
    version: options.setVersion,
    createdAt: context.clock().toISOString(),
    ...(maxAgeDays === undefined ? {} : { maxAgeDays }),
    ...(failOn === undefined ? {} : { failOn: [...failOn] }),
    ...(databaseMaxAgeHours === undefined ? {} : { databaseMaxAgeHours }),
    ...(trustKey === undefined ? {} : { trust: { keys: trustKey.map((path) => readKey(context, path)) } }),
    ...(exceptions === undefined ? {} : { exceptions: await exceptionsOf(context, exceptions) }),
  };
  readPolicySet(document, "The policy set");
  return document;
}

/** Checked with the whole document. */
async function exceptionsOf(
  context: CliContext,
  file: string,
): Promise<NonNullable<PolicySetDocument["exceptions"]>> {
  const { readJsonFile } = await import("../policy/recorded.ts");
  const read = await readJsonFile(context, file);
  const listed = recordOf(read)?.["exceptions"] ?? read;
  if (!Array.isArray(listed))
    throw new PlimsollError("POLICY_SET_INVALID", `${printable(file)} holds no list of exceptions.`);
  return listed as NonNullable<PolicySetDocument["exceptions"]>;
}

function readKey(context: CliContext, path: string): string {
  try {
    const pem = readFileSync(resolve(context.cwd, path), "utf8");
    if (!pem.includes("PRIVATE KEY-----")) return pem;
  } catch (cause) {
    throw new PlimsollError("KEY_INVALID", `The key ${printable(path)} cannot be read.`, { cause });
  }
  throw new PlimsollError("KEY_INVALID", `${printable(path)} is a private key; give its public half.`);
}

/** Every option written out, so that another version of the program judges by the same; null: modules without a configuration. */
async function resolvedConfiguration(
  policies: readonly PolicyDefinition[],
  { policyConfig, policyDir = [], policyFile = [] }: PublishSetOptions,
): Promise<unknown> {
  const { knownPolicies } = await import("../../policies/definitions.ts");
  const { validatePolicy } = await import("../../policies/policy-types.ts");
  if (policyConfig === undefined && policyDir.length + policyFile.length > 0) return null;
  const known = new Set(knownPolicies.map(({ id }) => id));
  const entryOf = ({
    id,
    title,
    type,
    weight,
    enabled,
    config,
    description,
    effect,
    program,
  }: PolicyDefinition) => ({
    id,
    ...(known.has(id) || program !== undefined ? {} : { type }),
    name: title,
    enabled,
    weight,
    ...(description === undefined ? {} : { description }),
    ...(effect === undefined ? {} : { effect }),
    config: enabled ? validatePolicy({ type, config }) : config,
  });
  return { policies: policies.map(entryOf) };
}

function jsonFile(name: string, mediaType: string, document: unknown) {
  return { name, mediaType, bytes: Buffer.from(`${JSON.stringify(document, null, 2)}\n`, "utf8") };
}

/** As `cosign sign` does, so that `cosign verify` reads it. */
async function sign(
  context: CliContext,
  { reference, digest }: { readonly reference: string; readonly digest: string },
  key: SigningKey,
  { insecureRegistry }: PublishSetOptions,
): Promise<void> {
  const { parseReference } = await import("../../oci/reference.ts");
  const { registry, path } = parseReference(reference);
  const artifact: Pick<ResolvedImage, "source" | "repository"> = {
    source: "registry",
    repository: `${registry}/${path}`,
  };
  await attachSignature(context, artifact, key, {
    subject: digest,
    ...(insecureRegistry === undefined ? {} : { insecureRegistry }),
  });
}
