/**
 * Rego to WebAssembly, by the `opa` of the machine. What was compiled is kept by the module, the version of OPA and the functions
 * that modules may call.
 */
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PlimsollError } from "../../domain/error.ts";
import { printable } from "../../domain/problem.ts";
import { writeFileAtomic } from "../../io/atomic-file.ts";
import { runProgram } from "../../io/child-process.ts";
import { makeFolder } from "../../io/make-folder.ts";
import { readTarGz } from "../../io/read-tar-gz.ts";
import { hostFunctions, scoutFunctions } from "../../policies/rego/builtins.ts";
import { markPrints, type RegoModule } from "../../policies/rego/module.ts";
import { nativeFunctions } from "../../policies/rego/native-functions.ts";
import type { CliContext } from "../context.ts";

/** Compiles one module. @throws PlimsollError POLICY_MODULE_INVALID with what OPA says of it */
export type Compiler = (module: RegoModule) => Promise<Uint8Array>;

const TIMEOUT_MS = 60_000;
const OUTPUT_BYTES_MAX = 8 * 1024 * 1024;
const WASM_BYTES_MAX = 64 * 1024 * 1024;

/** A compiler, or the reason why there is none. */
export async function openCompiler(context: CliContext): Promise<Compiler | string> {
  const command = context.config.opa ?? "opa";
  const said = await run(command, ["capabilities", "--current"]);
  if (typeof said === "string") {
    return `rego engine missing: ${command} ${said}; install opa, or name it with PLIMSOLL_OPA`;
  }
  if (said.exitCode !== 0) return `rego engine missing: ${command} answers ${printable(said.stderr, 200)}`;
  const capabilities = allowedFunctions(said.stdout);
  if (capabilities === null) return `rego engine missing: ${command} is no Open Policy Agent`;
  return (module) => compileOnce(context, { command, capabilities }, module);
}

interface Opa {
  readonly command: string;
  /** JSON for `--capabilities`. */
  readonly capabilities: string;
}

/** Functions whose answers come from outside, or that nobody answers here, are taken from what the compiler knows. */
function allowedFunctions(text: string): string | null {
  try {
    const known = JSON.parse(text) as { builtins?: unknown };
    if (!Array.isArray(known.builtins)) return null;
    const builtins = (known.builtins as readonly { readonly name: string }[]).filter(
      ({ name }) => hostFunctions.includes(name) || nativeFunctions.includes(name),
    );
    const any = { type: "any" };
    const ours = Object.entries(scoutFunctions).map(([name, count]) => ({
      name,
      decl: { type: "function", args: Array.from({ length: count }, () => any), result: any },
    }));
    return JSON.stringify({ ...known, builtins: [...builtins, ...ours] });
  } catch {
    return null;
  }
}

async function compileOnce(context: CliContext, opa: Opa, module: RegoModule): Promise<Uint8Array> {
  const key = createHash("sha256").update(opa.capabilities).update("\n").update(module.text).digest("hex");
  const folder = join(context.config.cacheDir, "policies");
  const path = join(folder, `${key}.wasm`);
  const kept = await readFile(path).catch(() => null);
  if (kept !== null) return kept;
  const wasm = await compile(opa, module);
  // A cache that cannot be written costs time, not the result.
  await makeFolder(folder)
    .then(() => writeFileAtomic(path, wasm))
    .catch(() => undefined);
  return wasm;
}

async function compile({ command, capabilities }: Opa, module: RegoModule): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), "plimsoll-policy-"));
  try {
    const [source, allowed, bundle] = ["policy.rego", "capabilities.json", "bundle.tar.gz"].map((name) =>
      join(folder, name),
    ) as [string, string, string];
    await writeFile(source, markPrints(module.text));
    await writeFile(allowed, capabilities);
    // Without pruning OPA makes an entry point of each function that calls another, which a function cannot be.
    const args = ["build", "-t", "wasm", "--wasm-include-print", "--prune-unused", "-e", "docker/scout"];
    const said = await run(command, [...args, "--capabilities", allowed, "-o", bundle, source]);
    if (typeof said === "string") throw invalid(module, `${command} ${said}`);
    // OPA names the file that it was given; people know the module by another name.
    if (said.exitCode !== 0)
      throw invalid(module, `${said.stdout}\n${said.stderr}`.replaceAll(source, module.origin));
    const files = await readTarGz(await readFile(bundle), {
      names: /^\/?policy\.wasm$/,
      bytesMax: WASM_BYTES_MAX,
    });
    const [wasm] = files.values();
    if (wasm === undefined) throw invalid(module, "OPA made no WebAssembly of it");
    return wasm;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function invalid(module: RegoModule, reason: string): PlimsollError {
  const words = printable(reason.trim().replaceAll(/\s+/g, " "), 1_000);
  return new PlimsollError("POLICY_MODULE_INVALID", `The policy module ${module.origin}: ${words}`);
}

async function run(
  command: string,
  args: readonly string[],
): Promise<{ readonly exitCode: number; readonly stdout: string; readonly stderr: string } | string> {
  const outcome = await runProgram({
    command,
    args,
    input: "",
    timeoutMs: TIMEOUT_MS,
    outputBytesMax: OUTPUT_BYTES_MAX,
    signal: null,
  });
  if (outcome.kind === "exited") return outcome;
  return outcome.reason === "not_found" ? "was not found" : `could not be run (${outcome.reason})`;
}
