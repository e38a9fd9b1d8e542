/**
 * How Docker calls its plug-ins: with the whole command line, its own options first. What those say of engine and settings
 * holds for Plimsoll too. https://github.com/docker/cli/blob/master/cli-plugins/metadata/metadata.go
 */
import { resolve } from "node:path";

/** What Docker asks a plug-in before it offers it. */
export function pluginMetadata(version: string): string {
  const metadata = {
    SchemaVersion: "0.1.0",
    Vendor: "Plimsoll",
    Version: version,
    ShortDescription: "What is inside a container image, and whether it is safe to ship",
  };
  return `${JSON.stringify(metadata)}\n`;
}

export interface DockerCall {
  /** Without Docker's options and the plug-in's name. */
  readonly args: readonly string[];
  /** What Docker's options say, as the environment variables of the same meaning. */
  readonly env: Readonly<Record<string, string>>;
}

/** Docker's options that take a value, with the variable of the same meaning; null: of no matter here. */
const OPTIONS: ReadonlyMap<string, string | null> = new Map([
  ["--config", "DOCKER_CONFIG"],
  ["--context", "DOCKER_CONTEXT"],
  ["-c", "DOCKER_CONTEXT"],
  ["--host", "DOCKER_HOST"],
  ["-H", "DOCKER_HOST"],
  ["--log-level", null],
  ["-l", null],
  ["--tlscacert", null],
  ["--tlscert", null],
  ["--tlskey", null],
]);

/** `args` as Docker hands them over: `--context build plimsoll cves alpine`. */
export function readDockerCall(args: readonly string[], cwd: string): DockerCall {
  const env: Record<string, string> = {};
  for (let index = 0; index < args.length; index += 1) {
    const word = args[index] ?? "";
    if (!word.startsWith("-")) return { args: behindOptions(args.slice(index), cwd), env };
    const [name = "", inline] = splitOnce(word);
    const variable = OPTIONS.get(name);
    if (variable === undefined) continue;
    const value = inline ?? args[(index += 1)] ?? "";
    if (variable !== null) env[variable] = variable === "DOCKER_CONFIG" ? resolve(cwd, value) : value;
  }
  return { args: [], env };
}

/** `plimsoll cves`, `help plimsoll cves`, `__complete plimsoll cves --` */
function behindOptions(words: readonly string[], cwd: string): readonly string[] {
  const [first = "", ...rest] = words;
  if (first === "plimsoll") return rest;
  if (first === "help") return ["help", ...readDockerCall(rest, cwd).args];
  return first.startsWith("__complete") ? ["__complete", ...readDockerCall(rest, cwd).args] : words;
}

function splitOnce(word: string): readonly [name: string, value?: string] {
  const at = word.indexOf("=");
  return at === -1 ? [word] : [word.slice(0, at), word.slice(at + 1)];
}
