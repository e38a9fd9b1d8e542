/** Registries, repositories and environments of an organisation. */
import { z } from "zod";
import { count, digestField, pageOf, pageQuery, textOrNull, time, uuid } from "./fields.ts";

const host = z
  .string()
  .regex(
    /^(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$/,
    "write host or host:port, without a scheme",
  );
const repositoryName = z
  .string()
  .max(255)
  .regex(
    /^[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*$/,
    "write a repository as in a reference, without host and tag",
  );

export const registryRequest = z.strictObject({
  host,
  kind: z.enum(["distribution"]).default("distribution"),
  insecure: z.boolean().default(false).describe("Spoken to without TLS"),
  username: z.string().max(255).nullable().default(null),
  password: z.string().max(10_000).nullable().default(null).describe("Kept sealed; never told again"),
});
export const registryView = z.object({
  id: uuid,
  host: z.string(),
  kind: z.string(),
  insecure: z.boolean(),
  username: textOrNull,
  hasPassword: z.boolean(),
  state: z.enum(["pending", "connected", "error"]).describe("connected: a notification has come"),
  notifiedAt: time.nullable(),
  failure: textOrNull,
  notificationPath: z
    .string()
    .describe("Where the registry posts its notifications, with a token of scope analyse"),
});
export type RegistryView = z.output<typeof registryView>;
export const registryList = z.object({ registries: z.array(registryView) });
/** How the registry is spoken to; its host and kind stay. A field that is left out stays too. */
export const registryChange = z.strictObject({
  insecure: z.boolean().optional(),
  username: z.string().max(255).nullable().optional(),
  password: z.string().max(10_000).nullable().optional(),
});

export const repositoryRequest = z.strictObject({
  registry: host.nullable().default(null).describe("Null: the only registry of the organisation"),
  name: repositoryName,
});
export const repositoryChange = z.strictObject({ enabled: z.boolean() });
export const repositoryView = z.object({
  id: uuid,
  registry: z.string(),
  name: z.string(),
  /** As in references: `registry.example.com/acme/my-app` */
  fullName: z.string(),
  enabled: z.boolean(),
  tagCount: count,
  lastPushedAt: time.nullable(),
});
export type RepositoryView = z.output<typeof repositoryView>;
export const repositoryPage = pageOf(repositoryView);
export const repositoryQuery = z.object({
  ...pageQuery,
  q: z.string().max(200).optional().describe("Part of the name, with its registry"),
  enabled: z.enum(["true", "false"]).optional(),
});

export const notificationAnswer = z.object({ accepted: count, ignored: count });

export const environmentRequest = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "lower case letters, digits and -")
    .refine((name) => name !== "latest-indexed", "latest-indexed is the name of the latest tags in metrics"),
});
export const environmentView = z.object({ id: uuid, name: z.string(), imageCount: count, createdAt: time });
export type EnvironmentView = z.output<typeof environmentView>;
export const environmentList = z.object({ environments: z.array(environmentView) });
/** Digest of an image, or of an index: then of all its platforms. */
export const recordRequest = z.strictObject({ digest: digestField });
export const recordAnswer = z.object({
  imageCount: count.describe("Images that are recorded under the digest"),
});
