/** For the command line: what an organisation says of an image, and what is needed to judge one that was not pushed. */
import { z } from "zod";
import { baseImageView } from "../common-views.ts";
import { statusView } from "../verdict-views.ts";
import { effectView } from "./policies.ts";
import { exceptionView } from "./exceptions.ts";
import { imagePolicyResultView, imageState } from "./images.ts";
import { digestField, textOrNull, time, uuid } from "./fields.ts";

/** `GET …/verdict?repository=&digest=`: of the pushed digest (index or manifest) or of a tag. */
export const verdictQuery = z.object({
  repository: z.string().max(500),
  digest: digestField.optional(),
  tag: z.string().max(128).optional(),
});
/**
 * Of several platforms the worst. `verdict` is null while it is being analysed, or when that failed. `imageId` is null as long as
 * nothing is known of a pushed index but its digest.
 */
export const imageVerdictView = z.object({
  repository: z.string(),
  digest: z.string(),
  imageId: uuid.nullable(),
  platform: textOrNull,
  state: imageState,
  failure: z.object({ code: z.string(), message: z.string() }).nullable(),
  verdict: z
    .object({
      status: statusView,
      grade: textOrNull,
      percent: z.int().nullable(),
      scoreReason: textOrNull,
      evaluatedAt: time,
      results: z.array(imagePolicyResultView),
    })
    .nullable(),
  completeness: textOrNull,
  verification: textOrNull,
  database: z.object({ updatedAt: time, stale: z.boolean(), demonstration: z.boolean() }).nullable(),
  path: z.string().describe("Path of the image's page, or of the list while there is none"),
});
export type ImageVerdictView = z.output<typeof imageVerdictView>;

/** `POST …/gate`: may it be deployed? By digest of an index or manifest, or by tag; a gate should ask by digest. */
export const gateRequest = z.strictObject({
  repository: z.string().max(500),
  digest: digestField.optional(),
  tag: z.string().max(128).optional(),
  environment: z
    .string()
    .max(63)
    .optional()
    .describe("Where it is going to run: its policies count too, and those of other environments do not"),
});
/** `queued`: nobody knows yet; `outdated`: something has changed since it was judged; `stale`: the database is too old. */
export const gateCause = z.enum([
  "queued",
  "outdated",
  "failed",
  "policy",
  "unverified",
  "no-data",
  "incomplete",
  "stale",
]);
/** Only policies whose effect is `block` stop; what is not known stops too. Of several platforms each must pass. */
export const gateAnswer = z.object({
  pass: z.boolean(),
  causes: z
    .array(
      z.object({
        cause: gateCause,
        message: z.string(),
      }),
    )
    .describe("Why it stops; empty when it passes"),
  repository: z.string(),
  digest: z.string(),
  environment: textOrNull.describe("The one that was asked for"),
  evidence: z
    .object({
      evaluatedAt: time.nullable().describe("Of several images the oldest; null: one was not judged"),
      databaseUpdatedAt: time.nullable(),
      databaseDigest: textOrNull,
      policyDigest: z.string().describe("Of ids and versions of the policies that had a say"),
    })
    .describe("What the decision rests on"),
  demonstration: z.boolean().describe("True: the decision rests on demonstration data"),
  path: z.string().describe("Path of the image's page, or of the list while there is none"),
});
export type GateAnswer = z.output<typeof gateAnswer>;

/** `GET …/check?repository=`: policies in force for a repository, and approved exceptions. */
export const checkQuery = z.object({
  repository: z.string().max(500).optional(),
  environment: z.string().max(63).optional(),
});
export const checkView = z.object({
  policies: z.array(
    z.object({
      id: uuid,
      version: z.int(),
      title: z.string(),
      type: z.string(),
      weight: z.int(),
      effect: effectView,
      config: z.record(z.string(), z.unknown()),
    }),
  ),
  exceptions: z.array(exceptionView),
  /** Digest of the database that the organisation's verdicts rest on. */
  databaseDigest: textOrNull,
});
export type CheckView = z.output<typeof checkView>;

/** `POST …/bases`: chain IDs of an image's layers, shortest first; the answer is the known image with the longest. */
export const baseRequest = z.strictObject({
  chainIds: z.array(digestField).max(1000),
  historyIds: z
    .array(digestField)
    .max(1000)
    .default([])
    .describe(
      "History IDs of the image, shortest first: they tell a base with all of its layers from a sibling",
    ),
  digest: digestField.nullable(),
  repository: z
    .string()
    .max(500)
    .nullable()
    .default(null)
    .describe("Where the image is going to be pushed: an earlier build of the same thing is not its base"),
});
export const baseAnswer = z.object({
  base: baseImageView.pick({ name: true, tag: true, digest: true, evidence: true }).nullable(),
});
export type BaseAnswer = z.output<typeof baseAnswer>;

/** `GET /database`: the vulnerability database that the workers use. */
export const databaseView = z.object({
  present: z.boolean(),
  digest: textOrNull,
  updatedAt: time.nullable(),
  ageHours: z.int().nullable(),
  stale: z.boolean(),
  demonstration: z.boolean(),
  advisoryCount: z.int().nullable(),
  appliedAt: time.nullable().describe("When stored packages were last compared with it"),
  failure: textOrNull.describe(
    "Why what is in the workers' folder now is not used: damaged, or held back for wrong answers; null: it is",
  ),
  feeds: z.array(
    z.object({
      feed: z.string(),
      part: z.string(),
      recordCount: z.int(),
      fetchedAt: z.string(),
      licence: z.string(),
      failure: textOrNull,
    }),
  ),
});
export type DatabaseView = z.output<typeof databaseView>;
