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

/** Products of registries: the folders of src/registries, which a test compares. */
export const registryKindIds = [
  "acr",
  "artifactory",
  "distribution",
  "docker-hub",
  "ecr",
  "gar",
  "ghcr",
  "gitlab",
  "harbor",
  "nexus",
  "quay",
  "zot",
] as const;

export const registrySettings = z.strictObject({
  apiUrl: z
    .string()
    .max(1000)
    .regex(/^https?:\/\/[^\s/?#@]+(?:\/[^\s?#@]*)?$/, "write https:// and a host, without account and query")
    .transform((address) => address.replace(/\/+$/, ""))
    .nullable()
    .default(null)
    .describe("Address of the product's own API; null: the registry's host"),
  spaces: z
    .array(z.string().min(1).max(255))
    .max(200)
    .default([])
    .describe(
      "Parts of the product that are looked into: repositories of Artifactory and Nexus, groups, owners, name spaces",
    ),
  spaceInPath: z
    .boolean()
    .nullable()
    .default(null)
    .describe("Whether a space stands first in the paths of references; null: as is usual for the product"),
});
export const pattern = z
  .string()
  .min(1)
  .max(300)
  .regex(/^[^\s@]+$/, "write a name in which * stands for any text");
const polling = {
  pollSeconds: z
    .int()
    .min(60)
    .max(604_800)
    .nullable()
    .describe("Seconds between two polls; null: it is not polled"),
  enablePattern: pattern
    .nullable()
    .describe("Repositories that are found later and fit this are enabled; * stands for any text"),
};

export const registryRequest = z.strictObject({
  host,
  kind: z.enum(registryKindIds).default("distribution"),
  insecure: z.boolean().default(false).describe("Spoken to without TLS"),
  username: z.string().max(255).nullable().default(null),
  password: z.string().max(10_000).nullable().default(null).describe("Kept sealed; never told again"),
  settings: registrySettings.default({ apiUrl: null, spaces: [], spaceInPath: null }),
  pollSeconds: polling.pollSeconds.default(null),
  enablePattern: polling.enablePattern.default(null),
});
export const registryView = z.object({
  id: uuid,
  host: z.string(),
  kind: z.string(),
  insecure: z.boolean(),
  username: textOrNull,
  hasPassword: z.boolean(),
  state: z
    .enum(["pending", "connected", "error"])
    .describe("connected: a notification or a poll has succeeded"),
  notifiedAt: time.nullable(),
  failure: textOrNull,
  notificationPath: z
    .string()
    .describe("Where the registry posts its notifications, with a token of scope analyse"),
  settings: z.object({
    apiUrl: textOrNull,
    spaces: z.array(z.string()),
    spaceInPath: z.boolean().nullable(),
  }),
  pollSeconds: z.int().nullable(),
  enablePattern: textOrNull,
  polledAt: time.nullable().describe("When a poll last came to its end"),
  nextPollAt: time.nullable(),
  listedAt: time.nullable().describe("When it last listed its repositories"),
  hookPath: textOrNull.describe(
    "Where notifications go that are proved by a signature or by a key in the address; null: no key was made",
  ),
});
export type RegistryView = z.output<typeof registryView>;
export const registryList = z.object({ registries: z.array(registryView) });
/** How the registry is spoken to; its host and kind stay. A field that is left out stays too. */
export const registryChange = z.strictObject({
  insecure: z.boolean().optional(),
  username: z.string().max(255).nullable().optional(),
  password: z.string().max(10_000).nullable().optional(),
  settings: registrySettings.optional(),
  pollSeconds: polling.pollSeconds.optional(),
  enablePattern: polling.enablePattern.optional(),
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
  latestTag: textOrNull.describe("The one that was pushed last; null: none was"),
  grade: textOrNull.describe(
    "Of the latest tag, of several platforms the worst; null: not all of them have one",
  ),
  polledAt: time.nullable(),
  failure: textOrNull.describe("Why its tags could not be looked at"),
});
export type RepositoryView = z.output<typeof repositoryView>;
export const repositoryPage = pageOf(repositoryView);
export const repositoryQuery = z.object({
  ...pageQuery,
  q: z.string().max(200).optional().describe("Part of the name, with its registry"),
  enabled: z.enum(["true", "false"]).optional(),
});

export const notificationAnswer = z.object({
  accepted: count,
  ignored: count,
  validationResponse: z.string().optional().describe("What Event Grid asks for before it sends"),
});

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
