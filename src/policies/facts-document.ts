/** The facts of an image in their published shape (`facts-schema.ts`). */
import type { ImageConfig } from "../domain/image.ts";
import type { Package } from "../domain/package.ts";
import { packageName } from "../domain/package-name.ts";
import type { FindingFacts, ImageFacts } from "../domain/policy.ts";
import { placeText } from "../domain/secret.ts";
import { FACTS_VERSION, type FactsDocument } from "./facts-schema.ts";
import { isCounted } from "./shared/counted.ts";

/** Same facts, same document. */
export function toFactsDocument(facts: ImageFacts): FactsDocument {
  const baseLayers = facts.baseImage?.evidence === "claimed" ? null : (facts.baseImage?.layerCount ?? null);
  const { inventory, baseImage, database, qualityGate } = facts;
  return {
    version: FACTS_VERSION,
    now: facts.now.toISOString(),
    source: facts.source,
    image: facts.config === null || facts.image === null ? null : imageOf(facts, facts.config, facts.image),
    distro: facts.distro === null ? null : distroOf(facts.distro),
    packages: facts.packages?.map((pkg) => packageOf(pkg, baseLayers)) ?? null,
    findings: facts.findings?.map((finding) => findingOf(finding, baseLayers, facts.now)) ?? null,
    inventory: {
      complete: inventory.completeness === "complete",
      fromFiles: inventory.fromFiles,
      problems: inventory.problems.map(({ code, message, path }) => ({ code, message, path })),
      executables: inventory.coverage?.executables.total ?? null,
      unexplainedExecutables: inventory.coverage?.executables.byNothing ?? null,
    },
    systemFiles: facts.systemFiles === null ? null : systemFilesOf(facts.systemFiles),
    attestations:
      facts.attestations?.map(({ predicateType, predicate, trust, subjectDigests }) => {
        const aboutImage = facts.imageDigest !== null && subjectDigests.includes(facts.imageDigest);
        return { predicateType, predicate, verified: trust === "verified" && aboutImage, aboutImage };
      }) ?? null,
    signatures:
      facts.signatures?.map(({ verified, signer, reason }) => ({
        verified,
        signer: signer?.name ?? null,
        issuer: signer?.issuer ?? null,
        reason,
      })) ?? null,
    baseImage: baseImage === null ? null : baseOf(baseImage),
    database: database === null ? null : databaseOf(database),
    secrets:
      facts.secrets?.findings.map(({ rule, title, severity, place, removedIn }) => ({
        rule,
        title,
        severity,
        place: placeText(place),
        removed: removedIn !== null,
      })) ?? null,
    hygiene:
      facts.hygiene?.map(({ check, status, findingCount }) => ({
        id: check.id,
        title: check.title,
        severity: check.severity,
        status,
        findingCount,
      })) ?? null,
    qualityGate: qualityGate === null ? null : gateOf(qualityGate),
    missing: { ...gapsOf(facts), ...facts.missing },
  };
}

/** A list that is there and may lack something: a rule that finds nothing in it has proved nothing. */
function gapsOf({ secrets, systemFiles }: ImageFacts): Readonly<Record<string, string>> {
  const gaps: Record<string, string> = {};
  const [first] = secrets?.notSearched ?? [];
  if (first !== undefined) gaps["secrets"] = `not everything was searched: ${first}`;
  else if (secrets !== null && secrets.notListed > 0)
    gaps["secrets"] = `${secrets.notListed} findings were not listed`;
  if (systemFiles?.compared === 0)
    gaps["systemFiles"] =
      "the bytes of system files were not compared: a policy asks for it with system_files";
  return gaps;
}

function imageOf(
  { annotations, imageDigest }: ImageFacts,
  config: ImageConfig,
  image: NonNullable<ImageFacts["image"]>,
): FactsDocument["image"] {
  return {
    digest: imageDigest,
    os: config.platform.os,
    architecture: config.platform.architecture,
    variant: config.platform.variant,
    createdAt: image.createdAt,
    sizeBytes: image.sizeBytes,
    layerCount: image.layerCount,
    revision: image.revision,
    user: config.user,
    env: [...config.env],
    labels: { ...config.labels },
    annotations: { ...annotations },
    entrypoint: [...config.entrypoint],
    cmd: [...config.cmd],
    workingDir: config.workingDir,
    exposedPorts: [...config.exposedPorts],
    history: config.history.map(({ createdBy, emptyLayer }) => ({ command: createdBy, emptyLayer })),
  };
}

function distroOf({
  id,
  versionId,
  codename,
  name,
}: NonNullable<ImageFacts["distro"]>): FactsDocument["distro"] {
  return { id, versionId, codename, name };
}

function packageOf(pkg: Package, baseLayers: number | null): NonNullable<FactsDocument["packages"]>[number] {
  return {
    purl: pkg.purl,
    ecosystem: pkg.ecosystem,
    namespace: pkg.namespace,
    name: pkg.name,
    version: pkg.version,
    sourcePackage: pkg.sourcePackage?.name ?? null,
    licenses: [...pkg.licenses],
    sizeBytes: pkg.sizeBytes,
    paths: pkg.evidence.map(({ path }) => path),
    layers: layersOf(pkg),
    fromBase: isFromBase(pkg, baseLayers),
    ownedBy: pkg.ownedBy ?? null,
  };
}

function findingOf(
  finding: FindingFacts,
  baseLayers: number | null,
  now: Date,
): NonNullable<FactsDocument["findings"]>[number] {
  const { package: pkg, context } = finding;
  return {
    id: finding.vulnerability,
    aliases: [...finding.aliases],
    kind: finding.kind,
    severity: finding.severity,
    score: finding.cvss?.score ?? null,
    vector: finding.cvss?.vector ?? null,
    status: finding.status,
    suppressed: finding.suppressed,
    counted: isCounted(finding),
    purl: pkg.purl,
    package: packageName(pkg),
    version: pkg.version,
    ecosystem: pkg.ecosystem,
    fixedVersion: finding.fixedVersion,
    fixState: finding.fixState,
    affectedRange: finding.affectedRange,
    publishedAt: finding.publishedAt,
    ageDays: ageInDays(finding.publishedAt, now),
    cwes: [...finding.cwes],
    kev: context.kev !== null,
    kevAddedAt: context.kev?.dateAdded ?? null,
    epss: context.epss?.score ?? null,
    epssPercentile: context.epss?.percentile ?? null,
    layers: layersOf(pkg),
    fromBase: isFromBase(pkg, baseLayers),
    url: finding.url,
  };
}

function layersOf({ evidence }: Package): string[] {
  return [...new Set(evidence.flatMap(({ layer }) => (layer === null ? [] : [layer])))];
}

/** Null where the base's layers or the package's are not known. */
function isFromBase({ evidence }: Package, baseLayers: number | null): boolean | null {
  if (baseLayers === null || evidence.length === 0) return null;
  if (evidence.some(({ layerIndex }) => layerIndex === null)) return null;
  return evidence.every(({ layerIndex }) => (layerIndex ?? 0) < baseLayers);
}

function ageInDays(publishedAt: string | null, now: Date): number | null {
  const published = Date.parse(publishedAt ?? "");
  if (Number.isNaN(published)) return null;
  return Math.max(0, Math.floor((now.getTime() - published) / DAY_MS));
}

const DAY_MS = 86_400_000;

function systemFilesOf(files: NonNullable<ImageFacts["systemFiles"]>): FactsDocument["systemFiles"] {
  const list = ({ count, paths }: { count: number; paths: readonly string[] }) => ({
    count,
    paths: [...paths],
  });
  return {
    listed: files.listed,
    compared: files.compared,
    modified: list(files.modified),
    missing: list(files.missing),
    unowned: list(files.unowned),
  };
}

function baseOf(base: NonNullable<ImageFacts["baseImage"]>): FactsDocument["baseImage"] {
  const { name, tag, digest, evidence, scratch, currentDigest } = base;
  return { name, tag, digest, evidence, scratch, currentDigest };
}

function databaseOf(database: NonNullable<ImageFacts["database"]>): FactsDocument["database"] {
  const { updatedAt, ageHours, stale, missingSpaces } = database;
  return { updatedAt, ageHours, stale, missingSpaces: [...missingSpaces] };
}

function gateOf(gate: NonNullable<ImageFacts["qualityGate"]>): FactsDocument["qualityGate"] {
  const { provider, project, revision, status, url } = gate;
  return { provider, project, revision, passed: status === "passed", url };
}
