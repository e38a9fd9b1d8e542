/**
 * Shapes that several JSON reports share. Strict: a field that is not named here is not part of the contract.
 */
import { z } from "zod";

const textOrNull = z.string().nullable();
const count = z.int().min(0);

export const severityView = z.enum(["critical", "high", "medium", "low", "unspecified"]);

export const toolView = z.strictObject({
  name: z.literal("plimsoll"),
  version: z.string(),
});

export const distroView = z.strictObject({
  id: z.string().describe("ID of os-release: debian, alpine"),
  versionId: textOrNull,
  codename: textOrNull,
  name: z.string(),
  idLike: z.array(z.string()),
});

export const baseImageView = z.strictObject({
  name: z.string().describe("Canonical name without tag: docker.io/library/debian"),
  tag: textOrNull,
  digest: textOrNull,
  evidence: z
    .enum(["provenance", "layers", "claimed"])
    .describe("How it is known; claimed: only a label, an annotation or unsigned provenance says so"),
  claimedBy: z
    .enum(["annotation", "label", "provenance", "layers"])
    .nullable()
    .describe("Null unless it is only claimed"),
  currentDigest: textOrNull.describe("Digest the tag resolves to now, when it could be asked"),
  currentReason: textOrNull,
  scratch: z.boolean(),
});

export const layerSourceView = z.strictObject({
  file: z.string().describe("As the build was given it: Dockerfile"),
  firstLine: count,
  lastLine: count,
  text: z.string().describe("The lines; cut when they are very long"),
});

export const layerView = z.strictObject({
  index: count,
  diffId: z.string(),
  digest: textOrNull,
  sizeBytes: count,
  command: textOrNull.describe("Build command, from the history of the image"),
  source: layerSourceView.nullable().describe("The instruction that made it; null: no provenance tells"),
});

const coverageCountView = z.strictObject({
  total: count,
  byPackage: count,
  bySignature: count.describe("Programs that their bytes gave away"),
  byNothing: count,
});

const coverageView = z.strictObject({
  files: coverageCountView,
  executables: coverageCountView.describe(
    "Files with an execute bit, shared libraries, archives of programs",
  ),
  unexplained: z.array(z.string()).describe("The first executables that nothing explains"),
});

const pathListView = z.strictObject({ count, paths: z.array(z.string()).describe("The first of them") });

const systemFilesView = z.strictObject({
  listed: count,
  compared: count.describe("Those whose bytes were compared; 0 without --check-files"),
  modified: pathListView,
  missing: pathListView,
  unowned: pathListView,
});

export const inventoryView = z.strictObject({
  origin: z
    .enum(["files", "document", "attestation"])
    .describe("Whose list of packages it is: read from the files, an SBOM document, an SBOM attestation"),
  format: textOrNull.describe("Of the document or attestation: cyclonedx, spdx, …"),
  predicateType: textOrNull,
  trust: z
    .enum(["verified", "unsigned"])
    .nullable()
    .describe("Whether a signature over the attestation was verified"),
  stages: z.array(z.string()).describe("Build stages whose packages are listed too"),
  coverage: coverageView
    .nullable()
    .describe("How much of the files the packages explain; null: no files were read"),
  systemFiles: systemFilesView
    .nullable()
    .describe("Files of the distribution's packages; null: its database lists none"),
});

export const targetView = z.strictObject({
  name: z.string(),
  reference: z.string().describe("What was asked for, with its prefix"),
  source: z.enum(["registry", "oci-dir", "archive", "engine", "containerd", "fs", "sbom"]),
  repository: textOrNull,
  tag: textOrNull,
  digest: textOrNull,
  indexDigest: textOrNull,
  platform: textOrNull.describe("linux/amd64; null for folders and SBOM documents"),
  createdAt: textOrNull,
  sizeBytes: count,
  layers: z.array(layerView),
  distro: distroView.nullable(),
  inventory: inventoryView,
  baseImage: baseImageView.nullable(),
  baseImageReason: textOrNull,
});

export const stateView = z.strictObject({
  id: z.enum([
    "demonstration",
    "incomplete",
    "unverified",
    "not-judged",
    "stale",
    "unjudged-packages",
    "undetermined",
    "feed-failed",
    "attested",
    "build-stages",
    "removed-packages",
    "modified-files",
    "sandbox-partial",
    "other-repositories",
    "end-of-life",
  ]),
  message: z.string(),
  details: z.array(z.string()),
});

export const problemView = z.strictObject({
  code: z.string(),
  effect: z.enum(["incomplete", "notice"]).describe("incomplete: packages or findings may be missing"),
  message: z.string(),
  path: textOrNull,
  layer: textOrNull,
});

export const countsView = z.strictObject({
  critical: count,
  high: count,
  medium: count,
  low: count,
  unspecified: count,
  total: count.describe("Sum of the five severities; suppressed and undetermined findings are not in it"),
  suppressed: count,
  undetermined: count,
});

export const databaseView = z.strictObject({
  updatedAt: z.string(),
  ageHours: count,
  stale: z.boolean(),
  digest: z.string(),
  advisoryCount: count,
  demonstration: z.boolean(),
  spaces: z.array(z.string()),
  unjudged: z
    .array(z.strictObject({ space: z.string(), packageCount: count }))
    .describe("Packages that the database has no feed for"),
  hasKev: z.boolean(),
  hasEpss: z.boolean(),
  feeds: z.array(
    z.strictObject({
      feed: z.string(),
      part: z.string(),
      recordCount: count,
      fetchedAt: z.string(),
      origin: z.string(),
      licence: z.string(),
      failure: textOrNull,
    }),
  ),
});

/** Fields that every report has besides its own. */
export const sharedFields = {
  target: targetView,
  demonstration: z.boolean().describe("True: the result rests on demonstration data"),
  completeness: z.enum(["complete", "incomplete"]),
  verification: z.enum(["verified", "unverified", "not_applicable"]),
  states: z.array(stateView).describe("What to know before believing the result, gravest first"),
  problems: z.array(problemView),
  packageCount: count,
  counts: countsView.nullable().describe("Null: no vulnerability database was asked"),
  database: databaseView.nullable(),
};
