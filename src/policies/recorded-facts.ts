/**
 * Facts of an image as JSON, written into result files and read by `policy test`, so that policies can be judged again without the
 * image. What is not given is not known, and never good.
 */
import { PackageURL } from "packageurl-js";
import type { HygieneResult } from "../domain/hygiene.ts";
import type { Attestation, ImageConfig } from "../domain/image.ts";
import type { Package } from "../domain/package.ts";
import type { FactName, FindingFacts, ImageFacts } from "../domain/policy.ts";
import type { SecretPlace, SecretsResult } from "../domain/secret.ts";
import type { ImageSignature } from "../domain/signature.ts";
import { PolicyError } from "./error.ts";
import { describeIssues } from "./policy-types.ts";
import {
  inventoryShape,
  recordedFacts,
  type RecordedAttestation,
  type RecordedFacts,
  type RecordedFinding,
  type RecordedHygiene,
  type RecordedPackage,
} from "./recorded-shapes.ts";

/** The facts, and for each that is not given the reason. @throws PolicyError POLICY_TEST_INVALID, naming the path below `path` */
export function readRecordedFacts(json: unknown, path = "facts"): ImageFacts {
  const parsed = recordedFacts.safeParse(json);
  if (!parsed.success) {
    throw new PolicyError("POLICY_TEST_INVALID", describeIssues(parsed.error.issues, path));
  }
  return toFacts(parsed.data);
}

const NOT_GIVEN = "it was not recorded";
const nullable = [
  "config",
  "packages",
  "findings",
  "attestations",
  "baseImage",
  "systemFiles",
  "image",
  "database",
  "secrets",
  "hygiene",
  "signatures",
  "qualityGate",
  "baseSupport",
  "baseAttestations",
] as const satisfies readonly FactName[];

function toFacts(data: RecordedFacts): ImageFacts {
  const packages = data.packages?.map(toPackage) ?? null;
  const byPurl = new Map((packages ?? []).map((pkg) => [pkg.purl, pkg]));
  const absent = nullable.filter((name) => (data[name] ?? null) === null);
  return {
    now: new Date(data.now ?? "2026-01-01T00:00:00Z"),
    source: data.source,
    config: orElse(data.config, (config) => toConfig(config, data.image?.createdAt ?? null)),
    annotations: data.annotations,
    distro: orElse(data.distro, (distro) => ({ ...distro, name: distro.name ?? distro.id, idLike: [] })),
    packages,
    inventory: toInventory(data.inventory ?? inventoryShape.parse({})),
    systemFiles: data.systemFiles ?? null,
    findings: data.findings?.map((finding) => toFinding(finding, byPurl)) ?? null,
    hasKev: data.hasKev,
    attestations: data.attestations?.map(toAttestation) ?? null,
    imageDigest: data.imageDigest,
    baseImage: orElse(data.baseImage, (base) => ({
      ...base,
      claimedBy: base.evidence === "claimed" ? ("label" as const) : null,
    })),
    image: data.image ?? null,
    database: orElse(data.database, (database) => ({
      digest: "",
      advisoryCount: 0,
      spaces: [],
      feeds: [],
      hasKev: data.hasKev,
      hasEpss: true,
      ...database,
    })),
    secrets: orElse(data.secrets, toSecrets),
    hygiene: data.hygiene?.map(toHygiene) ?? null,
    signatures: data.signatures?.map(toSignature) ?? null,
    qualityGate: data.qualityGate ?? null,
    baseSupport: data.baseSupport ?? null,
    baseAttestations: data.baseAttestations?.map(toAttestation) ?? null,
    missing: { ...Object.fromEntries(absent.map((name) => [name, NOT_GIVEN])), ...data.missing },
  };
}

function orElse<T, R>(value: T | null | undefined, map: (value: T) => R): R | null {
  return value === null || value === undefined ? null : map(value);
}

function toInventory(given: NonNullable<RecordedFacts["inventory"]>): ImageFacts["inventory"] {
  const { completeness, problems, fromFiles, executables: total, unexplained } = given;
  const executables = { total, byPackage: 0, bySignature: 0, byNothing: unexplained.length };
  return { completeness, problems, fromFiles, coverage: { files: executables, executables, unexplained } };
}

function toSignature(given: NonNullable<RecordedFacts["signatures"]>[number]): ImageSignature {
  const { verified, signer: name, issuer, keyId, reason } = given;
  const signer =
    name === null ? null : ({ kind: issuer === null ? "key" : "identity", name, issuer, keyId } as const);
  return { verified, signer, reason, storage: "referrer" };
}

function toPackage({ purl, ...given }: RecordedPackage): Package {
  const { ecosystem, namespace, name, version } = given;
  const made = new PackageURL(
    ecosystem,
    namespace,
    name,
    version === "" ? undefined : version,
    undefined,
    undefined,
  );
  return {
    ...given,
    purl: purl ?? made.toString(),
    sourcePackage: null,
    architecture: null,
    author: null,
    description: null,
    sizeBytes: null,
  };
}

function toFinding(
  { package: named, kev, suppressed, status, ...given }: RecordedFinding,
  byPurl: ReadonlyMap<string, Package>,
): FindingFacts {
  return {
    ...given,
    package: typeof named === "string" ? (byPurl.get(named) ?? packageOfPurl(named)) : toPackage(named),
    state: status === "undetermined" ? "undetermined" : "affected",
    reason: null,
    rating: null,
    cvss: null,
    ratings: [],
    fixState: given.fixedVersion === null ? "unknown" : "fixed",
    fixNote: null,
    affectedRange: "",
    summary: "",
    cwes: [],
    modifiedAt: null,
    url: null,
    evidence: [],
    demonstration: false,
    status,
    statement: null,
    exception: null,
    suppressed: suppressed ?? (status === "not_affected" || status === "fixed"),
    context: { kev: kev === null ? null : { dateAdded: kev, ransomware: false }, epss: null },
  };
}

/** @throws PolicyError POLICY_TEST_INVALID */
function packageOfPurl(purl: string): Package {
  try {
    const { type, namespace, name, version } = PackageURL.fromString(purl);
    return toPackage({
      ecosystem: type,
      namespace: namespace ?? null,
      name,
      version: version ?? "",
      purl,
      licenses: [],
      evidence: [],
    });
  } catch (cause) {
    throw new PolicyError(
      "POLICY_TEST_INVALID",
      `a finding names the package ${JSON.stringify(purl)}, which is no package URL`,
      { cause },
    );
  }
}

function toAttestation({ manifestDigest, manifestRepository, ...given }: RecordedAttestation): Attestation {
  return {
    ...given,
    storage: "referrer",
    ...(manifestDigest === undefined ? {} : { manifestDigest }),
    ...(manifestRepository === undefined ? {} : { manifestRepository }),
  };
}

function toConfig(config: NonNullable<RecordedFacts["config"]>, createdAt: string | null): ImageConfig {
  return {
    ...config,
    platform: { os: "linux", architecture: "amd64", variant: null },
    createdAt,
    workingDir: "",
    exposedPorts: [],
    history: [],
  };
}

function toSecrets(given: NonNullable<RecordedFacts["secrets"]>): SecretsResult {
  const { findings, notListed, notSearched } = given;
  return {
    notListed,
    notSearched,
    findings: findings.map(({ rule, title, severity, place, path, line, layer, removedIn }) => ({
      rule,
      title: title ?? rule,
      severity,
      place: toPlace({ place, path, line, layer }),
      shown: "…",
      removedIn: removedIn === null ? null : { layer: removedIn, layerIndex: 0 },
    })),
  };
}

type Place = Pick<
  NonNullable<RecordedFacts["secrets"]>["findings"][number],
  "place" | "path" | "line" | "layer"
>;

function toPlace({ place, path, line, layer }: Place): SecretPlace {
  if (place === "file") return { kind: place, path, line, layer, layerIndex: null };
  if (place === "history") return { kind: place, step: line };
  if (place === "command") return { kind: place, field: path === "cmd" ? "cmd" : "entrypoint" };
  return { kind: place, name: path };
}

function toHygiene(given: RecordedHygiene): HygieneResult {
  const { id, title, severity, fix, status, reason, findings } = given;
  return {
    check: { id, title, severity, references: [], fix },
    status,
    reason,
    findings: findings.map(({ message, path }) => ({ message, path, layerIndex: null, line: null })),
    findingCount: findings.length,
  };
}
