/**
 * GitHub's published description of its API (the types that GitHub's OpenAPI document is turned into, `@octokit/openapi-types`) as a
 * judge: requests and answers are written down as TypeScript, and the compiler says whether each is of the documented shape.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { components } from "@octokit/openapi-types";
import ts from "typescript";
import { repositoryRoot } from "./run-plimsoll.ts";

export type GitHubSchemas = components["schemas"];

/** One request and what was answered. */
export interface GitHubExchange {
  readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  /** Below the API's address: `/repos/octo/app/issues/7/comments`. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Parsed; null: there was none. */
  readonly body: unknown;
  readonly status: number;
  readonly answer: unknown;
}

/** What is not as GitHub documents it, a line each. */
export function undocumented(exchanges: readonly GitHubExchange[]): readonly string[] {
  const templates = readTemplates();
  const lines = ['import type { paths } from "@octokit/openapi-types";'];
  const subjects = [""];
  const add = (subject: string, line: string): void => {
    lines.push(line);
    subjects.push(subject);
  };
  const unknown: string[] = [];
  for (const [index, exchange] of exchanges.entries()) {
    const { method, path, query, body, status, answer } = exchange;
    const subject = `${method} ${path} -> ${status}`;
    const found = findTemplate(templates, path);
    if (found === null) {
      unknown.push(`${subject}: there is no such path`);
      continue;
    }
    const operation = `paths[${JSON.stringify(found.template)}][${JSON.stringify(method.toLowerCase())}]`;
    add(subject, `type O${index} = ${operation};`);
    const say = (name: string, type: string, value: unknown): void =>
      add(`${subject}: ${name}`, `export const ${name}${index}: ${type} = ${JSON.stringify(value)};`);
    if (Object.keys(found.parameters).length > 0)
      say("path", `O${index}["parameters"]["path"]`, found.parameters);
    if (Object.keys(query).length > 0)
      say("query", `NonNullable<O${index}["parameters"]["query"]>`, mapValues(query, typed));
    const json = `["content"]["application/json"]`;
    if (body !== null) say("body", `NonNullable<O${index}["requestBody"]>${json}`, body);
    say("answer", `O${index}["responses"][${status}]${json}`, answer);
  }
  return [...unknown, ...compile(lines.join("\n")).map(({ line, text }) => `${subjects[line]}: ${text}`)];
}

const declarations = createRequire(import.meta.url).resolve("@octokit/openapi-types/types.d.ts");

/** Every documented path: `/repos/{owner}/{repo}/issues/{issue_number}/comments`. */
function readTemplates(): readonly string[] {
  const text = readFileSync(declarations, "utf8");
  const interfaceText = text.slice(0, text.indexOf("\nexport type webhooks"));
  return [...interfaceText.matchAll(/^ {2}"(\/[^"]*)": \{$/gm)].map(([, template = ""]) => template);
}

function findTemplate(
  templates: readonly string[],
  path: string,
): { readonly template: string; readonly parameters: Readonly<Record<string, unknown>> } | null {
  const parts = path.split("/");
  const fitting = templates
    .map((template) => ({ template, names: template.split("/") }))
    .filter(
      ({ names }) =>
        names.length === parts.length &&
        names.every((name, at) => name.startsWith("{") || name === parts[at]),
    )
    .toSorted((a, b) => variables(a.names) - variables(b.names));
  const [best] = fitting;
  if (best === undefined) return null;
  const parameters = best.names.flatMap((name, at) =>
    name.startsWith("{") ? [[name.slice(1, -1), typed(decodeURIComponent(parts[at] ?? ""))] as const] : [],
  );
  return { template: best.template, parameters: Object.fromEntries(parameters) };
}

function variables(names: readonly string[]): number {
  return names.filter((name) => name.startsWith("{")).length;
}

/** Addresses have no types: digits are a number. */
function typed(text: string): unknown {
  return /^\d+$/.test(text) ? Number(text) : text;
}

function mapValues(
  record: Readonly<Record<string, string>>,
  change: (value: string) => unknown,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}

function compile(text: string): readonly { readonly line: number; readonly text: string }[] {
  const options: ts.CompilerOptions = {
    noEmit: true,
    strict: true,
    skipLibCheck: true,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    target: ts.ScriptTarget.ES2022,
    types: [],
  };
  const file = join(repositoryRoot, "test/helpers/exchanges.ts");
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.getSourceFile = (name, language) =>
    name === file ? ts.createSourceFile(name, text, language, true) : getSourceFile(name, language);
  host.fileExists = (name) => name === file || fileExists(name);
  const program = ts.createProgram([file], options, host);
  const source = program.getSourceFile(file);
  if (source === undefined) throw new Error("the compiler did not read the exchanges");
  return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
    ({ start = 0, messageText }) => ({
      line: source.getLineAndCharacterOfPosition(start).line,
      text: ts.flattenDiagnosticMessageText(messageText, " ").slice(0, 400),
    }),
  );
}
