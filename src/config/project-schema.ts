/**
 * The project file `.plimsoll.yaml`: policies, exceptions, rules of what to leave aside, VEX documents, whom to trust, settings.
 * `docs/reference/schemas/plimsoll-yaml.schema.json` is made from it, so that editors complete it.
 */
import { z } from "zod";
import { settingsSchema } from "./file-settings.ts";

/** Entries of one list. */
const ENTRIES_MAX = 5000;

const text = z.string().min(1).max(4000);
const name = z.string().min(1).max(500);

const expires = z
  .string()
  .refine((value) => expiryOf(value) !== null, "is a day (2026-12-31) or an instant (2026-12-31T12:00:00Z)")
  .describe("Day or instant (RFC 3339) after which it no longer counts; a day counts to its end, in UTC");

const policyEntry = z
  .strictObject({
    id: name.optional().describe("A known policy that is configured, or the id of a new one of `type`"),
    type: name.optional().describe("Makes a new policy of this type; docs/reference/policies.md"),
    name: name
      .optional()
      .describe("What people read; without an id and type, the known policy that is configured"),
    description: text.optional(),
    enabled: z.boolean().optional(),
    weight: z.int().min(0).max(1000).optional().describe("Points of the score; 0: not scored"),
    effect: z
      .enum(["report", "warn", "block"])
      .optional()
      .describe("What it does when it is not met; only block stops a gate"),
    config: z.record(z.string(), z.unknown()).optional().describe("Options of the policy type"),
  })
  .refine(({ id, name: title }) => id !== undefined || title !== undefined, "needs an id or a name");

/** What names no package would suppress nothing, and nobody would be told. */
const PACKAGE_URL = /^pkg:[A-Za-z][A-Za-z0-9.+-]{0,39}\/[^\s/]\S*$/;

const exceptionScope = z
  .strictObject({
    image: z
      .string()
      .regex(
        /^(?:(?:[^\s@]{1,400}@)?sha256:[0-9a-f]{64}|[^\s@]{1,400}:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})$/,
        "names an image by its digest (sha256:…) or its tag (registry.example.com/team/app:1.2)",
      )
      .optional()
      .describe(
        "One image, by its digest or its index's (sha256:…, registry/repository@sha256:…), or by its tag (registry/repository:1.2), which may move",
      ),
    repository: name.optional().describe("registry.example.com/team/app"),
    repositories: z.array(name).min(1).max(1000).optional(),
    package: name
      .regex(PACKAGE_URL, "is a package URL: pkg:npm/qs")
      .optional()
      .describe("Package URL, with or without a version: pkg:npm/qs"),
  })
  .describe("Every part that is given must fit; without a scope it is about every image and package");

const exceptionEntry = z.strictObject({
  // One line that takes every finding out of sight is nobody's decision about any of them.
  vulnerability: name.regex(/^[^*]+$/, "is one id, without *").describe("CVE-2026-1, or an alias"),
  kind: z.enum(["false_positive", "accepted_risk"]),
  justification: z
    .enum([
      "component_not_present",
      "vulnerable_code_not_present",
      "vulnerable_code_not_in_execute_path",
      "vulnerable_code_cannot_be_controlled_by_adversary",
      "inline_mitigations_already_exist",
    ])
    .optional()
    .describe("Why it does not apply; with false_positive"),
  reason: text,
  scope: exceptionScope.optional(),
  author: name.optional(),
  ticket: name.optional(),
  expires: expires.optional(),
});

const ignoreEntry = z
  .strictObject({
    vulnerability: name.optional().describe("CVE-2026-1, or an alias"),
    package: name
      .refine((value) => !value.startsWith("pkg:") || value.includes("*") || PACKAGE_URL.test(value), {
        message: "is neither a package URL (pkg:npm/qs) nor a name",
      })
      .optional()
      .describe("Package URL with or without a version, or a name; * stands for any text"),
    path: name.optional().describe("Path in the image; * stands for any text"),
    reason: text.optional(),
    expires: expires.optional(),
  })
  .refine(
    ({ vulnerability, package: pkg, path }) =>
      [vulnerability, pkg, path].some((part) => part !== undefined && !/^\*+$/.test(part)),
    "needs a vulnerability, a package or a path that is not everything",
  );

const trust = z.strictObject({
  keys: z.array(z.string().min(1).max(20_000)).max(100).optional().describe("PEM files, or PEM text"),
  identities: z
    .array(z.strictObject({ subject: name.describe("* stands for any text"), issuer: name }))
    .max(100)
    .optional()
    .describe("Signers without a key of their own"),
  vexAuthors: z.array(name).max(100).optional().describe("Patterns of authors whose statements count"),
});

export const projectFileSchema = z.strictObject({
  $schema: z.string().max(2000).optional(),
  policies: z.array(policyEntry).max(ENTRIES_MAX).optional(),
  exceptions: z.array(exceptionEntry).max(ENTRIES_MAX).optional(),
  ignore: z.array(ignoreEntry).max(ENTRIES_MAX).optional(),
  trust: trust.optional(),
  vex: z.array(name).max(1000).optional().describe("VEX documents, or folders of them"),
  settings: settingsSchema("project").optional(),
});

/** The user's own file: settings alone. */
export const userFileSchema = settingsSchema("user");

export type ProjectPolicy = z.infer<typeof policyEntry>;
export type ProjectException = z.infer<typeof exceptionEntry>;
export type IgnoreRule = z.infer<typeof ignoreEntry>;
export type ProjectTrust = z.infer<typeof trust>;
export type ProjectContent = z.infer<typeof projectFileSchema>;

/** The instant at which something ends, RFC 3339 in UTC; a day ends with it. Null for what is neither. */
export function expiryOf(value: string): string | null {
  if (/^\d{4}-\d{2}-\d{2}$/.test(value)) {
    const day = Date.parse(`${value}T00:00:00Z`);
    return Number.isNaN(day) ? null : new Date(day + DAY_MS).toISOString();
  }
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/.test(value)) return null;
  const instant = Date.parse(value);
  return Number.isNaN(instant) ? null : new Date(instant).toISOString();
}

const DAY_MS = 86_400_000;
