/** The text of a new project file, and its schema for editors. */
import { stringify } from "yaml";
import { z } from "zod";
import type { ImportedRules } from "./import-ignores.ts";
import { projectFileSchema } from "./project-schema.ts";

/** A project file with what was imported, and examples of the rest as comments. `schema`: path or address for editors. */
export function newProjectFile(
  { ignore, settings }: Pick<ImportedRules, "ignore" | "settings">,
  schema: string | null,
): string {
  const parts = [
    ...(schema === null ? [] : [`# yaml-language-server: $schema=${schema}`]),
    HEAD,
    ignore.length === 0 ? IGNORE_EXAMPLE : stringify({ ignore }, { lineWidth: 110 }).trimEnd(),
    Object.keys(settings).length === 0 ? SETTINGS_EXAMPLE : stringify({ settings }).trimEnd(),
  ];
  return `${parts.join("\n\n")}\n`;
}

/** JSON Schema (2020-12) of project files. */
export function projectJsonSchema(): object {
  return { title: "Plimsoll project file", ...z.toJSONSchema(projectFileSchema, { io: "input" }) };
}

const HEAD = `# What Plimsoll is to know of this repository's images. Every part may be left out.

# Known policies are configured by their id; with a type, a new one is added.
# policies:
#   - id: fixable-vulnerabilities
#     config:
#       grace_period_days: 14
#   - type: severity
#     id: no-known-exploits
#     name: Nothing critical
#     effect: warn
#     config:
#       severities: [CRITICAL]

# Decisions on findings.
# exceptions:
#   - vulnerability: CVE-2026-1234
#     kind: false_positive
#     justification: vulnerable_code_not_in_execute_path
#     reason: The parser is never called with text of others.
#     scope:
#       package: pkg:npm/qs
#     expires: 2026-12-31

# VEX documents, or folders of them.
# vex:
#   - security/vex`;

const IGNORE_EXAMPLE = `# Findings to leave aside; they stay in reports, labelled as suppressed.
# ignore:
#   - vulnerability: CVE-2026-1234
#     package: lodash
#     path: /srv/app/test/*
#     reason: Only in tests.
#     expires: 2026-12-31`;

const SETTINGS_EXAMPLE = `# settings:
#   failOn: [no-data, stale]
#   databaseMaxAge: 48`;
