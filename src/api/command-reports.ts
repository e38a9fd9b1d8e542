/**
 * JSON of commands that show no image: settings, caches, versions, sign-ins, registries and repositories.
 */
import { z } from "zod";
import { gateAnswer, gateCause } from "./rest/checks.ts";
import { exceptionView } from "./rest/exceptions.ts";
import { replayView } from "./rest/replays.ts";
import { registryView, repositoryView } from "./rest/registries.ts";

const textOrNull = z.string().nullable();
const count = z.int().min(0);

/** `plimsoll config` */
export const configReport = z.strictObject({
  schema: z.literal("urn:plimsoll:report:config:1"),
  userFile: z.string().describe("Path of the user's file; it need not exist"),
  settings: z.array(
    z.strictObject({
      key: z.string(),
      variable: textOrNull.describe("Environment variable; null: it stands for an option"),
      meaning: z.string(),
      value: z.unknown().describe("Null: nobody sets it"),
      origin: z.enum(["environment", "project", "user", "default"]),
    }),
  ),
});

const cachedFile = z.strictObject({ digest: z.string(), sizeBytes: count, usedAt: z.string() });

/** `plimsoll cache df` */
export const cacheReport = z.strictObject({
  schema: z.literal("urn:plimsoll:report:cache:1"),
  folder: z.string(),
  totalBytes: count,
  bytesMax: count,
  sboms: z.array(cachedFile),
  layers: z.array(cachedFile),
});

/** `plimsoll cache prune` */
export const cachePruneReport = z.strictObject({
  schema: z.literal("urn:plimsoll:report:cache-prune:1"),
  sboms: count,
  layers: count,
  bytes: count,
});

/** `plimsoll backup` */
export const backupReport = z.strictObject({
  schema: z.literal("urn:plimsoll:report:backup:1"),
  file: z.string().describe("Absolute path"),
  bytes: count,
  migration: z.string().describe("Newest migration of the database"),
  tables: count,
  rows: count,
  jobs: count.describe("Jobs that waited or ran"),
  sha256: z.string().describe("Of every byte before the last frame, as the file says itself"),
});

/** `plimsoll restore` */
export const restoreReport = z.strictObject({
  schema: z.literal("urn:plimsoll:report:restore:1"),
  file: z.string().describe("Absolute path"),
  restored: z.boolean().describe("False: it was only read through"),
  program: z.string().describe("Version of Plimsoll that made the backup"),
  madeAt: z.string(),
  postgres: z.string().describe("Version of the PostgreSQL that the backup is of"),
  migration: z.string(),
  tables: count,
  rows: count,
  jobs: count,
  sha256: z.string(),
});

/** `plimsoll versions list` */
export const versionSchemesReport = z.strictObject({
  schema: z.literal("urn:plimsoll:report:version-schemes:1"),
  schemes: z.array(z.strictObject({ id: z.string(), title: z.string() })),
});

/** `plimsoll versions compare` */
export const versionOrderReport = z.strictObject({
  schema: z.literal("urn:plimsoll:report:version-order:1"),
  scheme: z.string(),
  pairs: z.array(
    z.strictObject({
      a: z.string(),
      b: z.string(),
      order: z
        .union([z.literal(-1), z.literal(0), z.literal(1)])
        .nullable()
        .describe("Null: not comparable"),
      error: textOrNull,
    }),
  ),
});

/** `plimsoll login` and `plimsoll logout` */
export const signInReport = z.strictObject({
  schema: z.literal("urn:plimsoll:report:sign-in:1"),
  server: z.string(),
  signedIn: z.boolean(),
  account: textOrNull.describe("Null: a token of an organisation"),
});

/** `plimsoll enroll` */
export const organisationReport = z.strictObject({
  schema: z.literal("urn:plimsoll:report:organisation:1"),
  name: z.string(),
  created: z.boolean().describe("False: it was there"),
  role: z.string(),
});

/** `plimsoll version` */
export const versionReport = z.strictObject({
  schema: z.literal("urn:plimsoll:report:version:1"),
  version: z.string(),
  node: z.string(),
  platform: z.string().describe("linux/x64"),
});

/** `plimsoll whoami` */
export const whoamiReport = z.strictObject({
  schema: z.literal("urn:plimsoll:report:whoami:1"),
  server: z.string(),
  account: z.strictObject({ name: z.string(), isAdministrator: z.boolean() }),
  organisations: z.array(z.strictObject({ name: z.string(), role: z.string() })),
});

/** `plimsoll registry list` */
export const registriesReport = z.strictObject({
  schema: z.literal("urn:plimsoll:report:registries:1"),
  registries: z.array(registryView),
});

/** `plimsoll integration list` */
export const integrationsReport = z.strictObject({
  schema: z.literal("urn:plimsoll:report:integrations:1"),
  integrations: z.array(
    z.strictObject({
      name: z.string(),
      type: z.string(),
      parameters: z.record(z.string(), z.string()).describe("Without secrets"),
      secrets: z.array(z.string()).describe("Names of the secrets that are set"),
    }),
  ),
});

/** Files that `plimsoll init`, `plugin install` and `plugin remove` wrote or removed. */
export const filesReport = z.strictObject({
  schema: z.literal("urn:plimsoll:report:files:1"),
  files: z.array(
    z.strictObject({
      path: z.string(),
      change: z.enum(["written", "removed", "none"]).describe("none: there was nothing to remove"),
    }),
  ),
  notes: z.array(z.string()).describe("What else there is to know: rules that could not be imported"),
});

/** `plimsoll repo list`, `repo enable` and `repo disable` */
export const repositoriesReport = z.strictObject({
  schema: z.literal("urn:plimsoll:report:repositories:1"),
  repositories: z.array(repositoryView),
});

/** `plimsoll affected` */
export const affectedReport = z.strictObject({
  schema: z.literal("urn:plimsoll:report:affected:1"),
  question: z.string().describe("The vulnerability as published, or the pattern that was asked for"),
  imageCount: z.int().min(0).describe("`images` holds at most 1,000"),
  unknownCount: z
    .int()
    .min(0)
    .nullable()
    .describe("Images not compared with a vulnerability database; null: packages were asked for"),
  images: z.array(
    z.strictObject({
      repository: textOrNull,
      tags: z.array(z.string()),
      digest: z.string(),
      platform: textOrNull.describe("Null also where a vulnerability was asked for"),
      environments: z.array(z.string()).describe("Empty where a vulnerability was asked for"),
      purls: z.array(z.string()),
      suppressed: z.boolean().describe("A statement or an exception says that it does not count"),
      certain: z.boolean().describe("False: a version cannot be compared with the range"),
    }),
  ),
});

/** `plimsoll gate` */
export const gateReport = z.strictObject({
  schema: z.literal("urn:plimsoll:report:gate:1"),
  pass: z.boolean(),
  causes: z
    .array(
      z.strictObject({
        cause: z
          .string()
          .describe(
            `${gateCause.options.join(", ")}; unknown: the server has never seen it; of a signed verdict also unsigned, expired, not-yet, other-image, other-environment, other-organisation`,
          ),
        message: z.string(),
      }),
    )
    .describe("Why it stops; empty when it passes"),
  repository: z.string(),
  digest: textOrNull.describe("Null: a tag was asked for that the server has not seen"),
  environment: textOrNull,
  evidence: gateAnswer.shape.evidence.nullable(),
  demonstration: z.boolean().describe("True: the decision rests on demonstration data"),
  page: textOrNull.describe("Address of the image's page"),
});

/** `plimsoll replay` */
export const replayReport = replayView.extend({ schema: z.literal("urn:plimsoll:report:replay:1") }).strict();
export type ReplayReport = z.infer<typeof replayReport>;

/** `plimsoll exception` */
export const exceptionsReport = z.strictObject({
  schema: z.literal("urn:plimsoll:report:exceptions:1"),
  exceptions: z.array(exceptionView.omit({ mayDecide: true, mayWithdraw: true })),
});

export type ExceptionsReport = z.infer<typeof exceptionsReport>;
export type GateReport = z.infer<typeof gateReport>;
export type AffectedReport = z.infer<typeof affectedReport>;
export type FilesReport = z.infer<typeof filesReport>;
export type ConfigReport = z.infer<typeof configReport>;
export type CacheReport = z.infer<typeof cacheReport>;
export type CachePruneReport = z.infer<typeof cachePruneReport>;
export type BackupReport = z.infer<typeof backupReport>;
export type RestoreReport = z.infer<typeof restoreReport>;
export type VersionSchemesReport = z.infer<typeof versionSchemesReport>;
export type VersionOrderReport = z.infer<typeof versionOrderReport>;
export type SignInReport = z.infer<typeof signInReport>;
export type OrganisationReport = z.infer<typeof organisationReport>;
export type VersionReport = z.infer<typeof versionReport>;
export type WhoamiReport = z.infer<typeof whoamiReport>;
export type RegistriesReport = z.infer<typeof registriesReport>;
export type IntegrationsReport = z.infer<typeof integrationsReport>;
export type RepositoriesReport = z.infer<typeof repositoriesReport>;
