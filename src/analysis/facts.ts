/**
 * Assembles what policies may look at. A fact that this source cannot give is null, with the reason: policies answer
 * `no_data` for it, never "fine".
 */
import type { DatabaseState } from "../domain/analysis.ts";
import type { Attestation, ResolvedImage, SourceKind } from "../domain/image.ts";
import type { Package, Sbom } from "../domain/package.ts";
import type { Examination } from "../domain/hygiene.ts";
import type {
  BaseImageFacts,
  BaseSupport,
  FactName,
  FindingFacts,
  ImageFacts,
  ImageMeasures,
  QualityGate,
} from "../domain/policy.ts";
import type { Answer, QualityGateSource } from "../domain/policy-ports.ts";
import type { Problem } from "../domain/problem.ts";
import { isRemoved } from "../domain/removed.ts";
import { assembleBase, type BaseSources } from "./base-facts.ts";

export interface FactSources extends BaseSources {
  /** Problems of opening the image: one of them may tell why a fact is missing. */
  readonly openProblems: readonly Problem[];
  readonly sbom: Sbom;
  readonly findings: readonly FindingFacts[] | null;
  readonly database: DatabaseState | null;
  /** Found by looking into the image; absent: nobody asked, which is the reason that is given. */
  readonly examination?: Examined;
  /** Asked about the image's commit; absent: no policy wants its answer. */
  readonly qualityGates?: QualityGateSource;
  readonly now: Date;
}

/** Secrets and hygiene, or why the image was not looked into. */
export type Examined = Answer<Pick<Examination, "secrets" | "hygiene">>;

/** The only step of the line after unpacking that may ask outside: for known images, and where the base's tag points now. */
export async function assembleFacts(sources: FactSources): Promise<ImageFacts> {
  const { image, sbom, database } = sources;
  const findings = sources.findings?.filter((finding) => !isRemoved(finding)) ?? null;
  const packages = sbom.packages.filter(({ removedIn }) => removedIn === undefined);
  const hasConfig = !WITHOUT_CONFIG.includes(image.source);
  const base = hasConfig
    ? await assembleBase(sources)
    : { facts: null, reason: `${SOURCE_WORDS[image.source]} does not tell its base image` };
  const { examination: examined = NOT_EXAMINED } = sources;
  const measures = hasConfig ? measure(image) : null;
  const qualityGate = await askQualityGate(measures, sources.qualityGates);
  const signatures = signaturesOf(sources);
  const support = supportOf(base.facts);
  const baseAttestations = baseAttestationsOf(base.facts);
  const missing: Partial<Record<FactName, string>> = {
    ...(hasConfig ? {} : { config: `${SOURCE_WORDS[image.source]} has no image configuration` }),
    ...(image.attestations === null ? { attestations: attestationsReason(sources) } : {}),
    ...findingsMissing(findings, database),
    ...(base.facts === null ? { baseImage: base.reason } : {}),
    ...(database !== null && !database.hasKev
      ? { kev: "the vulnerability database holds no KEV catalogue" }
      : {}),
    ...packagesMissing(packages),
    ...(sbom.systemFiles === undefined ? { systemFiles: systemFilesReason(sbom) } : {}),
    ...(hasConfig ? {} : { image: `${SOURCE_WORDS[image.source]} is no image` }),
    ...(database === null ? { database: "no vulnerability database was asked" } : {}),
    ...("reason" in examined ? { secrets: examined.reason, hygiene: examined.reason } : {}),
    ...("reason" in signatures ? { signatures: signatures.reason } : {}),
    ...("reason" in qualityGate ? { qualityGate: qualityGate.reason } : {}),
    ...("reason" in support ? { baseSupport: support.reason } : {}),
    ...("reason" in baseAttestations ? { baseAttestations: baseAttestations.reason } : {}),
  };
  return {
    now: sources.now,
    source: image.source,
    config: hasConfig ? image.config : null,
    annotations: image.annotations,
    distro: sbom.distro,
    packages: "packages" in missing ? null : packages,
    inventory: {
      completeness: sbom.completeness,
      problems: [...sources.openProblems, ...sbom.problems],
      fromFiles: sbom.origin === undefined && image.source !== "sbom",
      coverage: sbom.coverage ?? null,
    },
    systemFiles: sbom.systemFiles ?? null,
    findings,
    hasKev: database?.hasKev ?? false,
    attestations: image.attestations,
    imageDigest: image.digest,
    baseImage: base.facts,
    image: measures,
    database,
    secrets: "value" in examined ? examined.value.secrets : null,
    hygiene: "value" in examined ? examined.value.hygiene : null,
    signatures: "value" in signatures ? signatures.value : null,
    qualityGate: "value" in qualityGate ? qualityGate.value : null,
    baseSupport: "value" in support ? support.value : null,
    baseAttestations: "value" in baseAttestations ? baseAttestations.value : null,
    missing,
  };
}

const NOT_EXAMINED: Examined = { reason: "the image was not searched for secrets nor checked" };

async function askQualityGate(
  measures: ImageMeasures | null,
  ask: QualityGateSource | undefined,
): Promise<Answer<QualityGate>> {
  if (ask === undefined) return { reason: "no quality gate was asked" };
  if (measures === null || measures.revision === null) {
    return { reason: `the image does not name its commit: it has no label or annotation ${REVISION}` };
  }
  return ask(measures.revision);
}

function measure({ config, sizeBytes, layers, annotations }: ResolvedImage): ImageMeasures {
  return {
    createdAt: config.createdAt,
    sizeBytes,
    layerCount: layers.length,
    revision: revisionOf(annotations, config.labels),
  };
}

const REVISION = "org.opencontainers.image.revision";

/** An annotation may be written after the build, a label not: the label wins. */
function revisionOf(
  annotations: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>>,
): string | null {
  const found = [labels, annotations].find((map) => Object.hasOwn(map, REVISION))?.[REVISION]?.trim();
  return found === undefined || found === "" ? null : found;
}

function signaturesOf({ image, openProblems }: FactSources): Answer<NonNullable<ImageFacts["signatures"]>> {
  if (image.signatures !== undefined && image.signatures !== null) return { value: image.signatures };
  const failure = openProblems.find((problem) => problem.code === "ATTESTATIONS_UNAVAILABLE");
  const reason =
    image.attestations === null
      ? `${SOURCE_WORDS[image.source]} carries no signatures`
      : "signatures of the image were not looked for: no trusted key or identity is set";
  return { reason: failure?.message ?? reason };
}

function supportOf(base: BaseImageFacts | null): Answer<BaseSupport> {
  if (base === null) return { reason: "the base image is not known" };
  if (base.support !== undefined && base.support !== null) return { value: base.support };
  return { reason: base.supportReason ?? "no list of supported tags was read" };
}

function baseAttestationsOf(base: BaseImageFacts | null): Answer<readonly Attestation[]> {
  if (base === null) return { reason: "the base image is not known" };
  if (base.attestations !== undefined && base.attestations !== null) return { value: base.attestations };
  return { reason: base.attestationsReason ?? "attestations of the base image were not looked for" };
}

/** Sources that carry attestations may still fail to give them: that is another reason than having no place for them. */
function attestationsReason({ image, openProblems }: FactSources): string {
  const failure = openProblems.find((problem) => problem.code === "ATTESTATIONS_UNAVAILABLE");
  return failure?.message ?? `${SOURCE_WORDS[image.source]} carries no attestations`;
}

/** Packages that no feed of the database speaks of were compared with nothing: the findings that are there have a gap. */
function findingsMissing(
  findings: readonly FindingFacts[] | null,
  database: DatabaseState | null,
): { findings?: string } {
  if (findings === null) return { findings: "no vulnerability database was asked" };
  const spaces = database?.missingSpaces ?? [];
  const others = database?.otherRepositories ?? [];
  const reasons = [
    ...(spaces.length === 0 ? [] : [`the vulnerability database has nothing for ${spaces.join(", ")}`]),
    ...(others.length === 0
      ? []
      : [`no advisories judge packages of ${others.map(({ repository }) => repository).join(", ")}`]),
  ];
  return reasons.length === 0 ? {} : { findings: reasons.join("; ") };
}

/** An inventory without any package says nothing about licences or vulnerabilities. */
function packagesMissing(packages: readonly Package[]): { packages?: string } {
  if (packages.length > 0) return {};
  return { packages: "no package was found, so there is nothing to judge" };
}

function systemFilesReason({ origin }: Sbom): string {
  if (origin !== undefined) return "an SBOM lists packages and holds no files to compare";
  return "no package database lists the files of its packages";
}

const WITHOUT_CONFIG: readonly SourceKind[] = ["fs", "sbom"];

const SOURCE_WORDS: Readonly<Record<SourceKind, string>> = {
  registry: "a registry image",
  "oci-dir": "an OCI layout",
  archive: "a docker archive",
  engine: "an image of a local engine",
  containerd: "an image of containerd's store",
  fs: "a folder",
  sbom: "an SBOM document",
};
