/**
 * Policies in Rego, from files, folders, addresses and bundles in a registry. Each module is a policy of its own, and where any is
 * named the built-in policies are not evaluated, as with `docker scout policy`.
 */
import { readdir, readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { PlimsollError } from "../../domain/error.ts";
import { printable } from "../../domain/problem.ts";
import { publicUrl } from "../../io/http-failure.ts";
import { httpBytes } from "../../io/http.ts";
import { MODULE_BYTES_MAX, readModule, type RegoModule } from "../../policies/rego/module.ts";
import type { PolicyDefinition } from "../../policies/types.ts";
import type { CliContext } from "../context.ts";
import { readPolicyBundle, type PolicyBundle } from "./bundle.ts";
import { openCompiler } from "./compile.ts";

export interface ModuleOptions {
  readonly policyBundle?: readonly string[];
  readonly policyDir?: readonly string[];
  readonly policyFile?: readonly string[];
  readonly insecureRegistry?: readonly string[];
}

/** What the user named: modules, and policies that a bundle configures. */
export interface NamedPolicies {
  readonly modules: readonly RegoModule[];
  /** Documents like those of `--policy-config`, each with the modules that its bundle holds. */
  readonly configurations: readonly PolicyBundle[];
}

const MODULES_MAX = 1_000;

/** @throws PlimsollError FILE_NOT_FOUND, POLICY_MODULE_INVALID, POLICY_BUNDLE_INVALID, REGISTRY_… */
export async function readNamedPolicies(context: CliContext, options: ModuleOptions): Promise<NamedPolicies> {
  const { policyBundle = [], policyDir = [], policyFile = [] } = options;
  const modules: RegoModule[] = [];
  const configurations: PolicyBundle[] = [];
  for (const reference of policyBundle) {
    const bundle = await readPolicyBundle(context, reference, options.insecureRegistry);
    if (bundle.configuration !== null) configurations.push(bundle);
    modules.push(...bundle.modules.map(({ text, origin }) => readModule(text, origin)));
  }
  for (const folder of policyDir) modules.push(...(await readFolder(context, folder)));
  for (const file of policyFile) modules.push(await readOne(context, file));
  refuseTwice(modules);
  return { modules, configurations };
}

/** The modules as policies, compiled where there is an OPA; without one they have no data, and say so. */
export async function makeModulePolicies(
  context: CliContext,
  modules: readonly RegoModule[],
): Promise<readonly PolicyDefinition[]> {
  if (modules.length === 0) return [];
  const compiler = await openCompiler(context);
  const policies: PolicyDefinition[] = [];
  for (const module of modules) {
    const { id, title, description, weight, columns, origin, text } = module;
    const wasm = typeof compiler === "string" ? null : await compiler(module);
    const reason = typeof compiler === "string" ? compiler : null;
    policies.push({
      id,
      title,
      type: "rego",
      weight,
      enabled: true,
      config: {},
      ...(description === "" ? {} : { description }),
      program: { origin, wasm, reason, columns, text },
    });
  }
  // The heaviest first, as people know them from Scout.
  return policies.toSorted((left, right) => right.weight - left.weight);
}

function refuseTwice(modules: readonly RegoModule[]): void {
  if (modules.length > MODULES_MAX) {
    throw new PlimsollError("POLICY_MODULE_INVALID", `There are more than ${MODULES_MAX} policy modules.`);
  }
  const origins = new Map<string, string>();
  for (const { id, origin } of modules) {
    const first = origins.get(id);
    if (first !== undefined) {
      const message = `${origin} and ${first} are both named ${printable(id)}: give each a name of its own in METADATA, custom.name.`;
      throw new PlimsollError("POLICY_MODULE_INVALID", printable(message, 1_000));
    }
    origins.set(id, origin);
  }
}

/** Every `.rego` below a folder but tests, by path. */
async function readFolder(context: CliContext, folder: string): Promise<RegoModule[]> {
  const path = resolve(context.cwd, folder);
  const facts = await stat(path).catch(() => null);
  if (facts?.isDirectory() !== true) {
    throw new PlimsollError("FILE_NOT_FOUND", `There is no folder of policies at ${folder}.`);
  }
  const names = (await readdir(path, { recursive: true }))
    .filter((name) => name.endsWith(".rego") && !name.endsWith("_test.rego"))
    .sort();
  if (names.length === 0) {
    throw new PlimsollError("FILE_NOT_FOUND", `The folder ${folder} holds no policy: files end in .rego.`);
  }
  const modules: RegoModule[] = [];
  for (const name of names.slice(0, MODULES_MAX + 1))
    modules.push(await readOne(context, join(folder, name)));
  return modules;
}

async function readOne(context: CliContext, location: string): Promise<RegoModule> {
  if (/^https?:\/\//.test(location)) {
    const { bytes } = await httpBytes({ url: location, limits: { bodyBytesMax: MODULE_BYTES_MAX } });
    return readModule(Buffer.from(bytes).toString("utf8"), publicUrl(location));
  }
  const path = resolve(context.cwd, location);
  const sizeBytes = (await stat(path).catch(() => null))?.size ?? 0;
  if (sizeBytes > MODULE_BYTES_MAX) {
    const message = `The policy module ${location} has more than ${MODULE_BYTES_MAX} bytes.`;
    throw new PlimsollError("POLICY_MODULE_INVALID", message);
  }
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw new PlimsollError("FILE_NOT_FOUND", `The policy module ${location} cannot be read.`, {
      cause: error,
    });
  });
  return readModule(text, location);
}
