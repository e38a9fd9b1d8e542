/**
 * Ignore files of other scanners as rules of a project file: `.trivyignore`, `.trivyignore.yaml` and `.grype.yaml`. What cannot be
 * said in a project file is named and left, because a rule that is dropped in silence is a finding that appears from nowhere, and
 * one that is widened hides what nobody looked at.
 * https://trivy.dev/docs/latest/configuration/filtering/ and https://github.com/anchore/grype#specifying-matches-to-ignore
 */
import { parse } from "yaml";
import { z } from "zod";
import { PlimsollError } from "../domain/error.ts";
import { printable } from "../domain/problem.ts";
import { expiryOf, type IgnoreRule } from "./project-schema.ts";

export interface ImportedRules {
  readonly ignore: readonly IgnoreRule[];
  /** Settings of a project file. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** What was not taken, and why: one line each. */
  readonly left: readonly string[];
}

/** By the file's name. @throws PlimsollError CONFIG_INVALID when it is none of these, or cannot be read as one */
export function importIgnores(text: string, fileName: string): ImportedRules {
  if (/^\.?trivyignore$/.test(fileName)) return importTrivyLines(text);
  if (/^\.?trivyignore\.ya?ml$/.test(fileName)) return importTrivyYaml(text, fileName);
  if (/^(?:\.grype|grype|config)\.ya?ml$/.test(fileName)) return importGrype(text, fileName);
  throw new PlimsollError(
    "CONFIG_INVALID",
    `${printable(fileName)} is no .trivyignore, .trivyignore.yaml or .grype.yaml.`,
  );
}

/** `CVE-2022-1 exp:2026-01-01`, with a comment above it or behind it. */
function importTrivyLines(text: string): ImportedRules {
  const ignore: IgnoreRule[] = [];
  const left: string[] = [];
  let above = "";
  for (const line of text.split(/\r?\n/)) {
    const [rule = "", ...comment] = line.split("#");
    const [id = "", ...words] = rule.trim().split(/\s+/);
    const reason = comment.join("#").trim();
    if (id === "") {
      above = reason;
      continue;
    }
    const until = words.find((word) => word.startsWith("exp:"))?.slice(4) ?? null;
    if (!isVulnerability(id)) left.push(`${printable(id)}: not the id of a vulnerability`);
    else if (until !== null && expiryOf(until) === null)
      left.push(`${printable(id)}: ${printable(until)} is no day`);
    else ignore.push(ruleOf({ vulnerability: id, reason: reason || above, expires: until }));
    above = "";
  }
  return { ignore, settings: {}, left };
}

const words = z.array(z.string()).optional();
const trivyRule = z.object({
  id: z.string(),
  paths: words,
  purls: words,
  expired_at: z.union([z.string(), z.date()]).optional(),
  statement: z.string().optional(),
});
const trivyFile = z.object({
  vulnerabilities: z.array(trivyRule).optional(),
  misconfigurations: z.array(z.object({ id: z.string() })).optional(),
  secrets: z.array(z.object({ id: z.string() })).optional(),
  licenses: z.array(z.object({ id: z.string() })).optional(),
});

function importTrivyYaml(text: string, fileName: string): ImportedRules {
  const file = readAs(trivyFile, text, fileName);
  const ignore: IgnoreRule[] = [];
  const left: string[] = [];
  for (const { id, paths, purls, expired_at: until, statement } of file.vulnerabilities ?? []) {
    const expires = until === undefined ? null : until instanceof Date ? until.toISOString() : until;
    if (expires !== null && expiryOf(expires) === null) {
      left.push(`${printable(id)}: ${printable(expires)} is no day`);
      continue;
    }
    // Each rule of ours names one package and one path: all that are named stay.
    for (const purl of purls ?? [null]) {
      for (const path of paths?.flatMap((each) => pathsOf(each) ?? []) ?? [null]) {
        ignore.push(ruleOf({ vulnerability: id, package: purl, path, reason: statement ?? "", expires }));
      }
    }
    for (const path of paths ?? []) {
      if (pathsOf(path) === null) left.push(`${printable(id)}: the path ${printable(path)} cannot be said`);
    }
  }
  for (const part of ["misconfigurations", "secrets", "licenses"] as const) {
    for (const { id } of file[part] ?? []) left.push(`${part} ${printable(id)}: not about a vulnerability`);
  }
  return { ignore, settings: {}, left };
}

const grypeRule = z.looseObject({
  vulnerability: z.string().optional(),
  reason: z.string().optional(),
  package: z
    .looseObject({
      name: z.string().optional(),
      version: z.string().optional(),
      location: z.string().optional(),
      type: z.string().optional(),
    })
    .optional(),
});
const grypeFile = z.looseObject({
  ignore: z.array(grypeRule).optional(),
  "only-fixed": z.boolean().optional(),
  "fail-on-severity": z.string().optional(),
});

/** What a rule of Grype says in words that a rule here has too; any other narrows it, so the rule is left. */
const grypeKnown = new Set(["vulnerability", "reason", "package", "include-aliases"]);
const grypePackageKnown = new Set(["name", "version", "location", "type"]);

function importGrype(text: string, fileName: string): ImportedRules {
  const file = readAs(grypeFile, text, fileName);
  const ignore: IgnoreRule[] = [];
  const left: string[] = [];
  for (const [index, rule] of (file.ignore ?? []).entries()) {
    const { vulnerability, reason, package: pkg } = rule;
    const name = grypePackage(pkg ?? {});
    const paths = pkg?.location === undefined ? [null] : pathsOf(pkg.location);
    const other = [
      ...Object.keys(rule).filter((key) => !grypeKnown.has(key)),
      ...Object.keys(pkg ?? {}).flatMap((key) => (grypePackageKnown.has(key) ? [] : [`package.${key}`])),
      ...(name === null ? ["package.type, package.version"] : []),
      ...(paths === null ? ["package.location"] : []),
    ];
    if (other.length > 0 || (vulnerability ?? pkg?.name ?? pkg?.location) === undefined) {
      left.push(
        `ignore[${index}]: ${other.length === 0 ? "names nothing" : `${printable(other.join(", "))} cannot be said`}`,
      );
      continue;
    }
    for (const path of paths ?? [])
      ignore.push(ruleOf({ vulnerability, package: name, path, reason: reason ?? "" }));
  }
  if (file["fail-on-severity"] !== undefined) {
    left.push(`fail-on-severity: say --exit-code --only-severity, or a severity policy`);
  }
  const settings = file["only-fixed"] === true ? { onlyFixed: true } : {};
  return { ignore, settings, left };
}

function isVulnerability(id: string): boolean {
  return /^[A-Z][A-Z0-9]{1,20}-[\w.:-]{1,200}$/.test(id) && !/^(?:AVD|DS|KSV)-/i.test(id);
}

/** Grype's words for what has no namespace in a package URL, or has it in its name. */
const purlTypes: Readonly<Record<string, string>> = {
  gem: "gem",
  "go-module": "golang",
  npm: "npm",
  python: "pypi",
  "rust-crate": "cargo",
};

/** A name, or a package URL where type or version are named too; undefined: no package; null: it cannot be said. */
function grypePackage({
  name,
  version,
  type,
}: {
  readonly name?: string | undefined;
  readonly version?: string | undefined;
  readonly type?: string | undefined;
}): string | null | undefined {
  if (version === undefined && type === undefined) return name;
  const purlType = purlTypes[type ?? ""];
  if (purlType === undefined || name === undefined || !/^@?[\w.-]+(?:\/[\w.-]+)*$/.test(name)) return null;
  const at = version === undefined ? "" : `@${encodeURIComponent(version)}`;
  return `pkg:${purlType}/${name.replace("@", "%40")}${at}`;
}

/**
 * Paths of other scanners have no slash before them, and `**` for any number of folders, also none; here `*` is any text. Null for a
 * pattern that stays within one folder or counts characters, since any text would be more.
 */
function pathsOf(path: string): readonly string[] | null {
  const parts = `/${path.replace(/^\/+/, "")}`.split("/").slice(1);
  if (parts.some((part) => part !== "**" && /[*?[\]{}\\]/.test(part))) return null;
  if (parts.filter((part) => part === "**").length > DEPTHS_MAX) return null;
  const last = parts.length - 1;
  return parts.reduce<readonly string[]>(
    (paths, part, at) =>
      part !== "**"
        ? paths.map((each) => `${each}/${part}`)
        : at === last
          ? paths.map((each) => `${each}/*`)
          : [...paths, ...paths.map((each) => `${each}/*`)],
    [""],
  );
}

/** Each doubles the rules. */
const DEPTHS_MAX = 3;

function ruleOf(parts: {
  readonly vulnerability?: string | undefined;
  readonly package?: string | null | undefined;
  readonly path?: string | null;
  readonly reason: string;
  readonly expires?: string | null;
}): IgnoreRule {
  const given = Object.entries(parts).filter(
    ([, value]) => value !== undefined && value !== null && value !== "",
  );
  return Object.fromEntries(given) as IgnoreRule;
}

function readAs<T>(schema: z.ZodType<T>, text: string, fileName: string): T {
  let value: unknown;
  try {
    value = parse(text, { maxAliasCount: 100 }) ?? {};
  } catch (error) {
    throw new PlimsollError("CONFIG_INVALID", `${printable(fileName)} is no YAML.`, { cause: error });
  }
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const place = issue?.path.join(".") ?? "";
  throw new PlimsollError(
    "CONFIG_INVALID",
    `${printable(fileName)}: ${printable(place)}: ${issue?.message ?? ""}`,
  );
}
