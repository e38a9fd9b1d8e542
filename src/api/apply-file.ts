/** The file of `plimsoll apply`: an organisation as it is to be. A part that is left out stays as it is on the server. */
import { z } from "zod";
import { organisationName } from "./rest/fields.ts";
import { policyRequest } from "./rest/policies.ts";
import { environmentRequest, registryRequest, repositoryRequest } from "./rest/registries.ts";

const unique = <T>(name: string, keyOf: (each: T) => string) =>
  [
    (list: readonly T[]) => new Set(list.map(keyOf)).size === list.length,
    `two have the same ${name}`,
  ] as const;

export const applyFile = z.strictObject({
  organisation: organisationName.optional().describe("As --org, which counts more"),
  environments: z
    .array(environmentRequest.shape.name)
    .max(1000)
    .refine(...unique<string>("name", (name) => name))
    .optional(),
  registries: z
    .array(
      registryRequest.omit({ password: true }).extend({
        passwordFrom: z
          .string()
          .regex(/^[A-Za-z_]\w*$/, "write the name of an environment variable")
          .nullable()
          .default(null)
          .describe(
            "Environment variable of the one who applies; sent when the registry is connected, or its user changes",
          ),
      }),
    )
    .max(200)
    .refine(...unique<{ readonly host: string }>("host", ({ host }) => host))
    .optional(),
  repositories: z
    .array(
      z
        .union([repositoryRequest.shape.name, repositoryRequest])
        .transform((each) => (typeof each === "string" ? { registry: null, name: each } : each)),
    )
    .max(100_000)
    .optional()
    .describe("Those that are analysed, by name, or with their registry where there are several"),
  policies: z
    .array(policyRequest)
    .max(1000)
    .refine(...unique<{ readonly title: string }>("title", ({ title }) => title))
    .optional()
    .describe("Known by their title"),
});
export type ApplyFile = z.output<typeof applyFile>;

/** JSON Schema (2020-12) of the file, for editors. */
export function applyJsonSchema(): object {
  return { title: "Plimsoll organisation", ...z.toJSONSchema(applyFile, { io: "input" }) };
}

/** What `plimsoll apply` changed, or would change. */
export const applyReport = z.strictObject({
  schema: z.literal("urn:plimsoll:report:apply:1"),
  organisation: z.string(),
  applied: z.boolean().describe("False: a dry run"),
  changes: z.array(
    z.strictObject({
      kind: z.enum(["environment", "registry", "repository", "policy"]),
      name: z.string(),
      action: z.enum(["create", "change", "delete"]),
      differences: z.array(
        z.strictObject({
          path: z.string().describe("`config.severities`"),
          before: z.unknown().describe("Null: it was not there"),
          after: z.unknown().describe("Null: it is to go"),
        }),
      ),
    }),
  ),
  unchanged: z.int().min(0).describe("What is as the file says already"),
  beside: z
    .array(z.strictObject({ kind: z.string(), name: z.string() }))
    .describe("On the server and not in the file; --prune takes it away"),
});
export type ApplyReport = z.output<typeof applyReport>;
