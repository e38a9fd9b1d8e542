/**
 * Reads the project file and the user's file: YAML into strict values, with the line of what is wrong. Loaded only when there is one.
 */
import { readFileSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { isMap, isScalar, LineCounter, parseDocument, type Document } from "yaml";
import type { z } from "zod";
import { PlimsollError } from "../domain/error.ts";
import { printable } from "../domain/problem.ts";
import type { SettingValues } from "./file-settings.ts";
import {
  projectFileSchema,
  userFileSchema,
  type IgnoreRule,
  type ProjectException,
  type ProjectPolicy,
  type ProjectTrust,
} from "./project-schema.ts";

/** What a project file says. Nothing of it is trusted for an organisation's verdict. */
export interface ProjectFile {
  /** Absolute; told as the origin of what comes from it. */
  readonly path: string;
  readonly policies: readonly ProjectPolicy[];
  readonly exceptions: readonly ProjectException[];
  readonly ignore: readonly IgnoreRule[];
  /** Key files are absolute; PEM text stays as it is. */
  readonly trust: ProjectTrust;
  /** Absolute files and folders. */
  readonly vex: readonly string[];
  readonly settings: SettingValues;
}

/** Bytes of a settings file. */
const FILE_BYTES_MAX = 4 * 1024 * 1024;

/** @throws PlimsollError FILE_NOT_FOUND; CONFIG_INVALID with file and line */
export function readProjectFile(path: string): ProjectFile {
  return parseProjectFile(readText(path), path);
}

/** As `readProjectFile`, of text; relative paths in it begin at the folder of `path`. @throws PlimsollError CONFIG_INVALID */
export function parseProjectFile(text: string, path: string): ProjectFile {
  const content = parseYaml(text, path, projectFileSchema);
  const folder = dirname(path);
  const { keys, ...trust } = content.trust ?? {};
  return Object.freeze({
    path,
    policies: content.policies ?? [],
    exceptions: content.exceptions ?? [],
    ignore: content.ignore ?? [],
    trust: {
      ...trust,
      ...(keys === undefined
        ? {}
        : { keys: keys.map((key) => (key.includes("-----BEGIN") ? key : resolve(folder, key))) }),
    },
    vex: (content.vex ?? []).map((location) => resolve(folder, location)),
    settings: content.settings ?? {},
  });
}

/** A file of another shape, read in the same way. @throws PlimsollError FILE_NOT_FOUND; CONFIG_INVALID with file and line */
export function readYamlFile<T>(path: string, schema: z.ZodType<T>): T {
  return parseYaml(readText(path), path, schema);
}

/** The same of text, which `name` names. @throws PlimsollError CONFIG_INVALID with name and line */
export function readYamlText<T>(text: string, name: string, schema: z.ZodType<T>): T {
  return parseYaml(text, name, schema);
}

/** The settings of the user's file. @throws PlimsollError FILE_NOT_FOUND, CONFIG_INVALID */
export function readUserFile(path: string): SettingValues {
  return parseYaml(readText(path), path, userFileSchema);
}

/** @throws PlimsollError CONFIG_INVALID when a value is not one of the user's file */
export function checkUserSettings(values: unknown, path: string): SettingValues {
  const read = userFileSchema.safeParse(values);
  if (read.success) return read.data;
  throw invalid(path, null, issueText(read.error.issues[0]));
}

function readText(path: string): string {
  try {
    if (statSync(path).size > FILE_BYTES_MAX) throw invalid(path, null, "it is too large");
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof PlimsollError) throw error;
    throw new PlimsollError("FILE_NOT_FOUND", `The settings file ${printable(path)} cannot be read.`, {
      cause: error,
    });
  }
}

function parseYaml<T>(text: string, path: string, schema: z.ZodType<T>): T {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, stringKeys: true, prettyErrors: false });
  const [broken] = document.errors;
  if (broken !== undefined) throw invalid(path, lines.linePos(broken.pos[0]).line, broken.message);
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 }) ?? {};
  } catch (error) {
    throw invalid(path, null, error instanceof Error ? error.message : String(error));
  }
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const line = lineOfUnknown(document, lines, issue) ?? lineOf(document, lines, issue?.path ?? []);
  throw invalid(path, line, issueText(issue));
}

/** The line of a key that nobody knows; null where the issue is another. */
function lineOfUnknown(
  document: Document,
  lines: LineCounter,
  issue: z.core.$ZodIssue | undefined,
): number | null {
  if (issue?.code !== "unrecognized_keys") return null;
  const map: unknown = issue.path.length === 0 ? document.contents : document.getIn(issue.path, true);
  if (!isMap(map)) return null;
  const pair = map.items.find(({ key }) => isScalar(key) && key.value === issue.keys[0]);
  const range = isScalar(pair?.key) ? pair.key.range : null;
  return range === null || range === undefined ? null : lines.linePos(range[0]).line;
}

/** The line of the nearest node that is there: a field that is missing has none of its own. */
function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number | null {
  for (let length = path.length; length > 0; length -= 1) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    const range = (node as { readonly range?: readonly number[] } | undefined)?.range;
    if (range?.[0] !== undefined) return lines.linePos(range[0]).line;
  }
  return null;
}

function issueText(issue: z.core.$ZodIssue | undefined): string {
  if (issue === undefined) return "it cannot be understood";
  const where = issue.path
    .map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`))
    .join("");
  return `${where === "" ? "" : `${where.replace(/^\./, "")}: `}${issue.message}`;
}

function invalid(path: string, line: number | null, reason: string): PlimsollError {
  const place = `${printable(path)}${line === null ? "" : `, line ${line}`}`;
  return new PlimsollError("CONFIG_INVALID", `${place}: ${printable(reason, 500)}`);
}
