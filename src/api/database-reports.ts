/** JSON of `plimsoll db`. */
import { z } from "zod";
import { severityView } from "./common-views.ts";

const textOrNull = z.string().nullable();
const count = z.int().min(0);

function shape<Name extends string, Fields extends z.ZodRawShape>(name: Name, fields: Fields) {
  return z.strictObject({ schema: z.literal(`urn:plimsoll:report:${name}:1`), ...fields });
}

const statusFields = {
  updatedAt: z.string().describe("Of the oldest feed; age counts from here"),
  digest: z.string().describe("The same digest means the same answers"),
  advisoryCount: count,
  demonstration: z.boolean(),
  spaces: z.array(z.string()).describe("npm, deb:debian:12: a package of another space cannot be judged"),
  feeds: z.array(
    z.object({
      feed: z.string(),
      part: z.string().describe("Empty: the feed has one part"),
      recordCount: count,
      fetchedAt: z.string(),
      origin: z.string(),
      licence: z.string(),
      failure: textOrNull.describe("Why the newest attempt failed; the last good snapshot stays in use"),
    }),
  ),
  hasKev: z.boolean(),
  hasEpss: z.boolean(),
};

export const databaseStatusReport = shape("db-status", {
  folder: z.string(),
  ageHours: count,
  stale: z.boolean(),
  excluded: z.array(z.string()),
  ...statusFields,
  sizeBytes: count,
  segmentCount: count,
  publication: z
    .strictObject({ origin: z.string(), keyId: textOrNull })
    .nullable()
    .describe("Null: made here"),
});

export const databaseFeedsReport = shape("db-feeds", {
  feeds: z.array(
    z.strictObject({
      feed: z.string(),
      part: z.string(),
      address: z.string(),
      licence: z.string(),
      isDefault: z.boolean().describe("db update fetches it by itself"),
    }),
  ),
});

const recordCounts = z.looseObject({ documents: count, records: count, stored: count, withdrawn: count });

export const databaseBuildReport = shape("db-build", {
  inputs: z.array(recordCounts.extend({ path: z.string(), files: count, feeds: z.array(z.string()) })),
  parts: z.array(
    z.strictObject({
      feed: z.string(),
      part: z.string(),
      recordCount: count,
      advisoryCount: count,
      spaces: z.array(z.string()),
      licence: z.string(),
      sizeBytes: count,
    }),
  ),
  advisoryCount: count,
  spaces: z.array(z.string()),
  sizeBytes: count,
  digest: z.string(),
});

export const databaseUpdateReport = shape("db-update", {
  parts: z.array(
    z.strictObject({
      feed: z.string(),
      part: z.string(),
      outcome: z.enum(["updated", "unchanged", "absent", "failed", "held_back"]),
      error: z.strictObject({ code: z.string(), reason: z.string() }).nullable(),
      recordCount: count,
      previousRecordCount: count.nullable(),
      downloadBytes: count,
      counts: recordCounts.nullable(),
    }),
  ),
  status: z.object(statusFields),
  isChanged: z.boolean().describe("False: every look-up answers as before"),
});

export const databasePullReport = shape("db-pull", {
  origin: z.string(),
  status: z.object(statusFields),
  isChanged: z.boolean(),
  keyId: textOrNull.describe("The trusted key that signed it"),
  isSigned: z.boolean(),
  fetchedCount: count,
  fetchedBytes: count,
  keptCount: count.describe("Segments that were at hand"),
  derivedCount: count.describe("Segments that were made from what was at hand"),
});

export const databasePushReport = shape("db-push", {
  reference: z.string(),
  digest: z.string(),
  sentCount: count,
  sentBytes: count,
  knownCount: count.describe("Segments that the registry had"),
  isSigned: z.boolean(),
});

export const databaseExportReport = shape("db-export", {
  file: z.string(),
  sizeBytes: count,
  isSigned: z.boolean(),
  segmentCount: count,
});

export const databaseVerifyReport = shape("db-verify", {
  folder: z.string(),
  fileCount: count,
  partCount: count,
  rowCount: count,
  origin: textOrNull,
  keyId: textOrNull,
  answers: z.strictObject({
    asked: count,
    right: count,
    unasked: z.array(z.string()),
    absent: z.array(z.string()),
    wrong: z.array(z.string()),
  }),
});

/** One line for each package URL. */
export const databaseQueryReport = shape("db-query", {
  purl: z.string(),
  state: z.enum(["answered", "no_data", "invalid"]),
  reason: textOrNull,
  advisories: z.array(
    z.looseObject({
      id: z.string(),
      aliases: z.array(z.string()),
      state: z.enum(["affected", "undetermined"]),
      severity: severityView,
      affectedRange: z.string(),
      fixedVersion: textOrNull,
      sources: z.array(z.looseObject({ id: z.string(), feed: z.string(), comparison: z.string() })),
    }),
  ),
  lookedUp: z
    .array(z.looseObject({ space: z.string(), name: z.string() }))
    .optional()
    .describe("With --explain"),
  considered: z
    .array(z.looseObject({ id: z.string(), reasons: z.array(z.string()) }))
    .optional()
    .describe("With --explain"),
});
