/**
 * Secrets in what an image is told to run with: environment, labels, commands, and the history of its build. And the same texts
 * without them, for everything that shows or keeps them.
 */
import type { HistoryEntry, ImageConfig } from "../domain/image.ts";
import type { SecretFinding, SecretPlace } from "../domain/secret.ts";
import { findSecretsInText, shownOf } from "./find-secrets.ts";
import { isReference } from "./plausible.ts";
import { SECRET_NAME } from "./rules/passwords.ts";
import type { SecretMatch, SecretRule } from "./types.ts";

/** A value is known to be a secret by its name alone. */
const namedRule: Pick<SecretRule, "id" | "title" | "severity" | "kind"> = Object.freeze({
  id: "named-secret",
  title: "Value of a variable that is named as a secret",
  severity: "high",
  kind: "password",
});

/** What was found in one text: where, and what may be shown. */
interface Found {
  readonly rule: Pick<SecretRule, "id" | "title" | "severity">;
  readonly start: number;
  readonly end: number;
  readonly shown: string;
}

/** Secrets of the configuration, in its order: environment, labels, commands, history. */
export function findSecretsInConfig(config: ImageConfig): readonly SecretFinding[] {
  const environment = config.env.flatMap((variable) => {
    const place = { kind: "environment", name: nameOf(variable) } as const;
    return toFindings(findInVariable(variable), place);
  });
  const known = new Set(config.env.flatMap((variable) => valuesOf(variable, findInVariable(variable))));
  const labels = Object.entries(config.labels).flatMap(([name, value]) =>
    toFindings(findSecretsInText(value), { kind: "label", name }),
  );
  const commands = (["entrypoint", "cmd"] as const).flatMap((field) =>
    toFindings(findInCommand(config[field].join(" ")), { kind: "command", field }),
  );
  const history = config.history.flatMap(({ createdBy }, step) => {
    const text = createdBy ?? "";
    // The build step of a variable is the same secret as the variable.
    const own = findInCommand(text).filter(({ start, end }) => !known.has(unquoted(text.slice(start, end))));
    return toFindings(own, { kind: "history", step });
  });
  return [...environment, ...labels, ...commands, ...history];
}

/** The configuration with `…` in place of every secret's value. */
export function redactConfig(config: ImageConfig): ImageConfig {
  return {
    ...config,
    env: config.env.map(redactVariable),
    labels: Object.fromEntries(
      Object.entries(config.labels).map(([name, value]) => [name, redact(value, findSecretsInText(value))]),
    ),
    entrypoint: redactWords(config.entrypoint),
    cmd: redactWords(config.cmd),
    history: config.history.map((entry): HistoryEntry => {
      return entry.createdBy === null ? entry : { ...entry, createdBy: redactCommand(entry.createdBy) };
    }),
  };
}

/** A variable of an environment, `NAME=value`, with `…` in place of a secret. */
export function redactVariable(variable: string): string {
  return redact(variable, findInVariable(variable));
}

/** A build command with `…` in place of every secret's value. */
export function redactCommand(command: string): string {
  return redact(command, findInCommand(command));
}

/** Titles of the secrets in an instruction of a Dockerfile, or in any other command; without their values. */
export function secretTitlesIn(command: string): readonly string[] {
  return findInCommand(command).map(({ rule }) => rule.title);
}

function redactWords(words: readonly string[]): readonly string[] {
  return words.map((word) => redactCommand(word));
}

function findInVariable(variable: string): readonly Found[] {
  const equals = variable.indexOf("=");
  const name = nameOf(variable);
  const matches: readonly SecretMatch[] = findSecretsInText(variable);
  if (equals < 0 || matches.length > 0 || !isSecretName(name)) return matches;
  const value = variable.slice(equals + 1);
  if (isReference(value) || isHarmless(value)) return [];
  return [{ rule: namedRule, start: equals + 1, end: variable.length, shown: shownOf(value, namedRule) }];
}

/** Of commands: what has the form of a secret, and what is assigned to a name of one: `|1 NPM_TOKEN=… /bin/sh -c …`. */
function findInCommand(command: string): readonly Found[] {
  const matches: readonly Found[] = findSecretsInText(command);
  const named = [...command.slice(0, COMMAND_LENGTH_MAX).matchAll(ASSIGNMENT)].flatMap((found): Found[] => {
    const span = found.indices?.groups?.["value"];
    const value = unquoted(found.groups?.["value"] ?? "");
    if (span === undefined || isReference(value) || isHarmless(value)) return [];
    return [{ rule: namedRule, start: span[0], end: span[1], shown: shownOf(value, namedRule) }];
  });
  const apart = named.filter(
    ({ start, end }) => !matches.some((match) => start < match.end && match.start < end),
  );
  return [...matches, ...apart].sort((a, b) => a.start - b.start);
}

const COMMAND_LENGTH_MAX = 64 * 1024;

const ASSIGNMENT = new RegExp(
  String.raw`(?:^|[\s|;&"'(])(?:--?)?(?=[a-z0-9_])(?:${SECRET_NAME})(?:=|(?<=^ENV [\w.-]{1,80}) )(?<value>"[^"\n]{1,2000}"|'[^'\n]{1,2000}'|[^\s"';&|]{1,2000})`,
  "dgi",
);

const EXACT_NAME = new RegExp(`^(?:${SECRET_NAME})$`, "i");

/** Whether a variable of this name holds a secret: `NPM_TOKEN`, `db_password`. */
export function isSecretName(name: string): boolean {
  return EXACT_NAME.test(name);
}

/** Switches, numbers, and what says by itself that nothing is set. */
function isHarmless(value: string): boolean {
  return /^(?:true|false|yes|no|on|off|none|null|\d{1,5}|\*+|x{3,}|<[^>]*>|…|\w{1,4}…)$/i.test(value);
}

function nameOf(variable: string): string {
  const equals = variable.indexOf("=");
  return equals < 0 ? variable : variable.slice(0, equals);
}

function valuesOf(text: string, found: readonly Found[]): readonly string[] {
  return found.map(({ start, end }) => unquoted(text.slice(start, end)));
}

function unquoted(text: string): string {
  return /^(?:"[^]*"|'[^]*')$/.test(text) ? text.slice(1, -1) : text;
}

function redact(text: string, found: readonly Found[]): string {
  let result = "";
  let from = 0;
  for (const { start, end, shown } of found) {
    if (start < from) continue;
    result += text.slice(from, start) + shown;
    from = end;
  }
  return result + text.slice(from);
}

function toFindings(found: readonly Found[], place: SecretPlace): readonly SecretFinding[] {
  return found.map(({ rule, shown }) => ({
    rule: rule.id,
    title: rule.title,
    severity: rule.severity,
    place,
    shown,
    removedIn: null,
  }));
}
