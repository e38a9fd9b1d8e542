/**
 * The shape of recorded facts: what result files hold and `policy test` reads. Everything but names may be left out; null and absent
 * mean the same: not known.
 */
import { z } from "zod";
import { severities } from "../domain/advisory.ts";
import { problemCodes, type ProblemCode } from "../domain/problem.ts";

/** Most packages, findings and other entries of one list. */
const LIST_MAX = 1_000_000;
const text = z.string().max(100_000);
const orNull = text.nullable().default(null);
const map = z.record(z.string(), text).default({});
const texts = z.array(text).max(LIST_MAX).default([]);
const list = <T extends z.ZodType>(entry: T) => z.array(entry).max(LIST_MAX);
const count = z.number().int().min(0).default(0);

const packageShape = z.strictObject({
  ecosystem: text.default("generic"),
  namespace: orNull,
  name: text.min(1),
  version: text.default(""),
  purl: text.optional(),
  licenses: texts,
  evidence: list(
    z.strictObject({ path: text, layer: orNull, layerIndex: z.number().int().nullable().default(null) }),
  ).default([]),
});

const findingShape = z.strictObject({
  vulnerability: text.min(1),
  aliases: texts,
  package: z
    .union([text.min(1), packageShape])
    .describe("Package URL of one of the packages, or the package itself"),
  kind: z.enum(["vulnerability", "malicious", "informational"]).default("vulnerability"),
  severity: z.enum(severities).default("unspecified"),
  status: z
    .enum(["affected", "not_affected", "fixed", "under_investigation", "undetermined"])
    .default("affected"),
  suppressed: z.boolean().optional(),
  fixedVersion: orNull,
  fixedAt: orNull,
  publishedAt: orNull,
  kev: orNull.describe("When CISA listed it, or null"),
});

const attestationShape = z.strictObject({
  predicateType: text,
  predicate: z.unknown().default(null),
  subjectDigests: texts,
  trust: z.enum(["verified", "unsigned"]).default("unsigned"),
  manifestDigest: text.optional().describe("Digest of the manifest that lists it"),
  manifestRepository: text
    .optional()
    .describe("Repository of that manifest, where it is not the image's own"),
});

const measuresShape = z.strictObject({
  createdAt: orNull,
  sizeBytes: count,
  layerCount: count,
  revision: orNull,
});

const configShape = z.strictObject({
  user: text.default(""),
  labels: map,
  env: texts,
  entrypoint: texts,
  cmd: texts,
});

const baseShape = z.strictObject({
  name: text,
  tag: orNull,
  digest: orNull,
  evidence: z.enum(["provenance", "layers", "claimed"]).default("provenance"),
  currentDigest: orNull,
  currentReason: orNull,
  scratch: z.boolean().default(false),
  layerCount: z.number().int().nullable().default(null),
});

const databaseShape = z.strictObject({
  updatedAt: text,
  ageHours: z.number().min(0),
  stale: z.boolean().default(false),
  demonstration: z.boolean().default(false),
  missingSpaces: texts,
});

const pathList = z.strictObject({ count, paths: texts });
const systemFilesShape = z.strictObject({
  listed: count,
  compared: count,
  modified: pathList.default({ count: 0, paths: [] }),
  missing: pathList.default({ count: 0, paths: [] }),
  unowned: pathList.default({ count: 0, paths: [] }),
});

const secretShape = z.strictObject({
  rule: text,
  title: text.optional(),
  severity: z.enum(severities).default("high"),
  place: z.enum(["file", "environment", "label", "history", "command"]).default("file"),
  path: text.describe("Path of the file, name of the variable or label, `entrypoint` or `cmd`"),
  line: z.number().int().min(0).default(1).describe("Line of the file, or step of the history"),
  layer: orNull,
  removedIn: orNull,
});

const hygieneShape = z.strictObject({
  id: text,
  title: text.default(""),
  severity: z.enum(severities).default("high"),
  status: z.enum(["passed", "failed", "not_checked"]),
  reason: orNull,
  fix: text.default(""),
  findings: list(z.strictObject({ message: text, path: orNull })).default([]),
});

const signatureShape = z.strictObject({
  verified: z.boolean(),
  signer: orNull.describe("Name of the key or subject of the identity"),
  issuer: orNull,
  keyId: orNull,
  reason: orNull,
});

const gateShape = z.strictObject({
  provider: text.default("SonarQube"),
  project: text,
  revision: text,
  status: z.enum(["passed", "failed"]),
  conditions: list(z.strictObject({ metric: text, actual: text, bound: text })).default([]),
  analysedAt: orNull,
  url: orNull,
});

const supportShape = z.strictObject({
  isSupported: z.boolean(),
  source: text.default(""),
  supportedTags: texts,
});

const problemShape = z.strictObject({
  code: z.enum(Object.keys(problemCodes) as [ProblemCode, ...ProblemCode[]]),
  message: text.default(""),
  path: orNull,
  layer: orNull,
});

export const inventoryShape = z.strictObject({
  completeness: z.enum(["complete", "incomplete"]).default("complete"),
  problems: list(problemShape).default([]),
  fromFiles: z.boolean().default(true),
  executables: count,
  unexplained: texts,
});

/** Null and absent mean the same: not known. */
export const recordedFacts = z.strictObject({
  now: z.iso.datetime().optional().describe("Time of the judgement; absent: 2026-01-01T00:00:00Z"),
  source: z
    .enum(["registry", "oci-dir", "archive", "engine", "containerd", "fs", "sbom"])
    .default("registry"),
  imageDigest: orNull,
  annotations: map,
  distro: z.strictObject({ id: text, versionId: orNull, codename: orNull, name: text.optional() }).nullish(),
  inventory: inventoryShape.optional(),
  packages: list(packageShape).nullish(),
  findings: list(findingShape).nullish(),
  hasKev: z.boolean().default(true),
  config: configShape.nullish(),
  image: measuresShape.nullish(),
  attestations: list(attestationShape).nullish(),
  baseImage: baseShape.nullish(),
  baseSupport: supportShape.nullish(),
  baseAttestations: list(attestationShape).nullish(),
  database: databaseShape.nullish(),
  systemFiles: systemFilesShape.nullish(),
  secrets: z
    .strictObject({ findings: list(secretShape).default([]), notListed: count, notSearched: texts })
    .nullish(),
  hygiene: list(hygieneShape).nullish(),
  signatures: list(signatureShape).nullish(),
  qualityGate: gateShape.nullish(),
  missing: map,
});
export type RecordedFacts = z.output<typeof recordedFacts>;
export type RecordedPackage = z.output<typeof packageShape>;
export type RecordedFinding = z.output<typeof findingShape>;
export type RecordedAttestation = z.output<typeof attestationShape>;
export type RecordedHygiene = z.output<typeof hygieneShape>;
/** What may be written. */
export type FactsToRecord = z.input<typeof recordedFacts>;
