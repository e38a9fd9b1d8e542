/** Uploads: SBOMs and reports that others made, and what became of them. */
import { z } from "zod";
import { textOrNull, time, uuid } from "./fields.ts";

/** What of a name is no name: control characters, and white space at its ends. */
const projectText = z
  .string()
  .max(300)
  .regex(/^(?!\s)[^\p{Cc}]*(?<!\s)$/u, "no control characters, and no white space at its ends");
export const projectName = projectText.min(1);
export const projectVersion = projectText;

/** `POST …/sboms` */
export const sbomUpload = z.strictObject({
  project: projectName.describe("What it is the SBOM of: `my-app`, `My App`, `team/my-app`"),
  version: projectVersion.default("").describe("Empty: none; the newest upload is shown as latest"),
  document: z
    .string()
    .min(1)
    .describe(
      "In base64: CycloneDX, SPDX, syft, GitHub, Scout, native JSON, or one of them in an attestation",
    ),
});

export const uploadState = z.enum(["queued", "read", "failed"]);
export const uploadView = z.object({
  id: uuid,
  kind: z.enum(["sbom", "report"]),
  state: uploadState,
  project: textOrNull,
  version: textOrNull,
  repository: textOrNull.describe("Where the project's images stand: `uploads.invalid/my-app`"),
  tag: textOrNull,
  imageId: uuid.nullable().describe("Null until it was read"),
  format: textOrNull.describe("Of the SBOM, or whose report it is; null until it was read"),
  tool: textOrNull,
  sizeBytes: z.int(),
  digest: z.string().describe("Of the bytes as they came"),
  subjectDigest: textOrNull.describe("Of the image, as the document claims"),
  outcome: z
    .enum(["recorded", "known"])
    .nullable()
    .describe("known: the image itself is there, and what was read of it counts"),
  failure: z.object({ code: z.string(), message: z.string() }).nullable(),
  uploadedBy: z.string(),
  uploadedAt: time,
  endedAt: time.nullable(),
});
export type UploadView = z.output<typeof uploadView>;

export const uploadQuery = z.object({
  image: uuid.optional(),
  state: uploadState.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
/** The newest first. */
export const uploadList = z.object({ uploads: z.array(uploadView) });

/** `PUT …/bom`, as clients of Dependency-Track send it. What they say of parents, tags and classifiers has no place here. */
export const bomRequest = z.object({
  project: uuid.nullish().describe("Id of a project that was uploaded before"),
  projectName: projectName.nullish(),
  projectVersion: projectVersion.nullish(),
  autoCreate: z.boolean().nullish(),
  bom: z.string().min(1).describe("In base64"),
});
export const bomAnswer = z.object({ token: uuid });
export const bomProgress = z.object({ processing: z.boolean() });
