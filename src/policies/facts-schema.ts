/**
 * The facts that custom policies judge: a published shape, apart from the types that the program itself uses, so that policies
 * which people wrote live on. Fields are added and never renamed or removed within a version; docs/reference/facts.md and a JSON
 * schema are made from it.
 */
import { z } from "zod";

/** Raised when a field is renamed, removed or means something else. */
export const FACTS_VERSION = 1;

const text = z.string();
const textOrNull = z.string().nullable();
const texts = z.array(z.string());
const count = z.int().min(0);
const stringMap = z.record(z.string(), z.string());

const digest = textOrNull.describe("`sha256:…`");
const date = textOrNull.describe("RFC 3339; null: not told");

const distroFacts = z
  .strictObject({
    id: text.describe("`ID` of os-release: `debian`, `alpine`"),
    versionId: textOrNull.describe("`VERSION_ID`: `12`, `3.18.4`; null for rolling distributions"),
    codename: textOrNull,
    name: text,
  })
  .nullable()
  .describe("Null: none was recognised");

const imageFacts = z
  .strictObject({
    digest,
    os: text,
    architecture: text,
    variant: textOrNull,
    createdAt: date,
    sizeBytes: count.describe("Bytes of the layers as they are stored"),
    layerCount: count,
    revision: textOrNull.describe("Commit it was built from, as annotations or labels claim"),
    user: text.describe("`USER` as written; empty: none set, which is root"),
    env: texts.describe("`NAME=value`; values that look like secrets are redacted"),
    labels: stringMap,
    annotations: stringMap,
    entrypoint: texts,
    cmd: texts,
    workingDir: text,
    exposedPorts: texts.describe("`8080/tcp`"),
    history: z.array(z.strictObject({ command: textOrNull, emptyLayer: z.boolean() })),
  })
  .nullable()
  .describe("Null for a folder and for an SBOM document, which are no images");

const packageFacts = z.strictObject({
  purl: text,
  ecosystem: text.describe("Type of the package URL: `deb`, `npm`"),
  namespace: textOrNull,
  name: text,
  version: text,
  sourcePackage: textOrNull.describe("Name of what it was built from"),
  licenses: texts.describe("SPDX expressions; empty: the image does not tell"),
  sizeBytes: count.nullable(),
  paths: texts,
  layers: texts.describe("Diff IDs of the layers that brought it"),
  fromBase: z
    .boolean()
    .nullable()
    .describe("Whether every place of it is in a layer of the base image; null: not known"),
  ownedBy: textOrNull.describe("Package URL of the distribution's package that owns its files"),
});

const findingFacts = z.strictObject({
  id: text.describe("The CVE among id and aliases, else the advisory's own"),
  aliases: texts,
  kind: z.enum(["vulnerability", "malicious", "informational"]),
  severity: z.enum(["critical", "high", "medium", "low", "unspecified"]),
  score: z.number().nullable().describe("CVSS, 0 to 10"),
  vector: textOrNull,
  status: z.enum(["affected", "not_affected", "fixed", "under_investigation", "undetermined"]),
  suppressed: z.boolean().describe("A statement or an exception takes it out of counts"),
  counted: z.boolean().describe("Neither suppressed nor undetermined: what the built-in policies judge"),
  purl: text,
  package: text.describe("Name of the package"),
  version: text,
  ecosystem: text,
  fixedVersion: textOrNull,
  fixState: text.describe("`fixed`, `affected`, `will_not_fix`, …"),
  affectedRange: text,
  publishedAt: date,
  ageDays: count.nullable().describe("Whole days since it was published"),
  cwes: texts,
  kev: z.boolean().describe("In CISA's catalogue of known exploited vulnerabilities"),
  kevAddedAt: textOrNull,
  epss: z.number().nullable().describe("0 to 1"),
  epssPercentile: z.number().nullable().describe("0 to 1"),
  layers: texts,
  fromBase: z.boolean().nullable(),
  url: textOrNull,
});

const attestationFacts = z.strictObject({
  predicateType: text,
  predicate: z.unknown(),
  verified: z.boolean().describe("A trusted signature over it was verified, and it names this image"),
  aboutImage: z.boolean().describe("One of its subjects is this image's digest"),
});

const pathList = z.strictObject({ count, paths: texts.describe("The first ones") });

/** `facts`: every variable of a custom policy, by name. A fact that cannot be known is null, and `missing` has the reason. */
export const factsSchema = z.strictObject({
  version: z.literal(FACTS_VERSION),
  now: text.describe("RFC 3339: the time that ages are counted to; a timestamp in CEL"),
  source: z.enum(["registry", "oci-dir", "archive", "engine", "containerd", "fs", "sbom"]),
  image: imageFacts,
  distro: distroFacts,
  packages: z.array(packageFacts).nullable(),
  findings: z.array(findingFacts).nullable().describe("Null: no vulnerability database could be asked"),
  inventory: z.strictObject({
    complete: z.boolean(),
    fromFiles: z.boolean().describe("False: read from an SBOM document or attestation"),
    problems: z.array(z.strictObject({ code: text, message: text, path: textOrNull })),
    executables: count.nullable(),
    unexplainedExecutables: count.nullable(),
  }),
  systemFiles: z
    .strictObject({
      listed: count,
      compared: count,
      modified: pathList,
      missing: pathList,
      unowned: pathList,
    })
    .nullable(),
  attestations: z.array(attestationFacts).nullable(),
  signatures: z
    .array(
      z.strictObject({ verified: z.boolean(), signer: textOrNull, issuer: textOrNull, reason: textOrNull }),
    )
    .nullable(),
  baseImage: z
    .strictObject({
      name: text.describe("Canonical, without tag: `docker.io/library/alpine`"),
      tag: textOrNull,
      digest,
      evidence: z.enum(["provenance", "layers", "claimed"]).describe("`claimed` proves nothing"),
      scratch: z.boolean(),
      currentDigest: digest.describe("What the tag names now; null: not known"),
    })
    .nullable(),
  database: z
    .strictObject({ updatedAt: text, ageHours: z.number(), stale: z.boolean(), missingSpaces: texts })
    .nullable(),
  secrets: z
    .array(z.strictObject({ rule: text, title: text, severity: text, place: text, removed: z.boolean() }))
    .nullable(),
  hygiene: z
    .array(
      z.strictObject({
        id: text,
        title: text,
        severity: text,
        status: z.enum(["passed", "failed", "not_checked"]),
        findingCount: count,
      }),
    )
    .nullable()
    .describe("Asked with `hygiene`"),
  qualityGate: z
    .strictObject({ provider: text, project: text, revision: text, passed: z.boolean(), url: textOrNull })
    .nullable()
    .describe("Asked with `quality_gate`"),
  missing: stringMap.describe("Reason for each fact that is null, or that has a gap"),
});

export type FactsDocument = z.output<typeof factsSchema>;
