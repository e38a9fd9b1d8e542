/**
 * A Rego module as it is written: its name, titles and weight from the `# METADATA` comment above the package, as OPA reads it.
 * Read here and not by OPA, so that a policy has its name where no OPA is at hand.
 */
import { parse } from "yaml";
import { z } from "zod";
import { printable } from "../../domain/problem.ts";
import { PolicyError } from "../error.ts";

/** What a module says of itself. */
export interface RegoModule {
  /** Stable id: `custom.name`, else the package path. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /** Points, 0 to 1000; 10 when it does not say. */
  readonly weight: number;
  /** Keys of `detail` that are shown as columns, in order. */
  readonly columns: readonly string[];
  readonly text: string;
  /** File or address it was read from. */
  readonly origin: string;
}

/** Most bytes of a module. */
export const MODULE_BYTES_MAX = 1024 * 1024;

const DEFAULT_WEIGHT = 10;
const PACKAGE = "docker.scout";

const text = (length: number) => z.string().trim().min(1).max(length);
const Metadata = z.looseObject({
  title: text(300).optional(),
  description: text(10_000).optional(),
  custom: z
    .looseObject({
      name: text(200).optional(),
      weight: z.number().int().min(0).max(1000).optional(),
      result_type: z.enum(["vulnerability", "license", "boolean", "generic"]).optional(),
      not_compliant_title: text(300).optional(),
      details_order: z.array(text(200)).max(100).optional(),
    })
    .optional(),
});

/** @throws PolicyError POLICY_MODULE_INVALID, naming the module and what is wrong with it */
export function readModule(source: string, origin: string): RegoModule {
  const lines = source.split(/\r?\n/);
  const at = lines.findIndex((line) => /^package\s/.test(line));
  const path = /^package\s+([\w.]+)/.exec(lines[at] ?? "")?.[1];
  if (path === undefined) throw invalid(origin, "it has no package");
  if (path !== PACKAGE) throw invalid(origin, `its package is ${printable(path)}, and ${PACKAGE} is needed`);
  const { title, description = "", custom = {} } = readMetadata(lines.slice(0, at), origin);
  const id = custom.name ?? path;
  return {
    id,
    title: title ?? id,
    description,
    weight: custom.weight ?? DEFAULT_WEIGHT,
    columns: custom.details_order ?? [],
    text: source,
    origin,
  };
}

/** The block of comments that ends right above the package; `{}` when there is none. */
function readMetadata(above: readonly string[], origin: string): z.output<typeof Metadata> {
  const start = above.findLastIndex((line) => /^#\s*METADATA\s*$/.test(line));
  if (start === -1) return {};
  const block = above.slice(start + 1);
  if (block.some((line) => !line.startsWith("#"))) return {};
  const parsed = Metadata.safeParse(parseYaml(block.map((line) => line.slice(1)).join("\n"), origin) ?? {});
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalid(origin, `METADATA: ${issue?.path.map(String).join(".") ?? ""}: ${issue?.message ?? ""}`);
}

function parseYaml(block: string, origin: string): unknown {
  try {
    return parse(block, { maxAliasCount: 0 });
  } catch (error) {
    const message = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    throw invalid(origin, `METADATA is no YAML: ${printable(message)}`);
  }
}

function invalid(origin: string, what: string): PolicyError {
  return new PolicyError("POLICY_MODULE_INVALID", printable(`The policy module ${origin}: ${what}.`, 1000));
}

/** The first of what a marked `print` prints: the line where it stands. */
export const printMark = /^\u0001plimsoll:(\d+)$/;

/**
 * The module with its line in each `print`, which a compiled module no longer knows. Lines stay where they are; columns behind a
 * `print` move.
 */
export function markPrints(source: string): string {
  let line = 1;
  return source.replace(TOKEN, (token, print: string | undefined, close: string | undefined) => {
    const at = line;
    line += token.split("\n").length - 1;
    if (print === undefined) return token;
    return `${print}"\\u0001plimsoll:${at}"${close === undefined ? ", " : ")"}`;
  });
}

/** Comments, texts and names are passed over, so that only a call of `print` is one. */
const TOKEN = /#[^\n]*|"(?:[^"\\\n]|\\.)*"|`[^`]*`|(?<![\w.])(print[ \t]*\()\s*(\))?|[\w.]+|\n/g;
