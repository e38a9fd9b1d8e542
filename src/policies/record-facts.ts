/** Writes the facts of an image down, so that `recorded-facts.ts` reads what policies see in them. Advisories' texts are left out. */
import type { Attestation } from "../domain/image.ts";
import type { Package } from "../domain/package.ts";
import type { FindingFacts, ImageFacts } from "../domain/policy.ts";
import type { SecretFinding } from "../domain/secret.ts";
import type { FactsToRecord } from "./recorded-shapes.ts";

/** Plain JSON; text of the image in it is as it was found. */
export function recordFacts(facts: ImageFacts): FactsToRecord {
  return {
    now: facts.now.toISOString(),
    source: facts.source,
    imageDigest: facts.imageDigest,
    annotations: { ...facts.annotations },
    packages: facts.packages?.map(packageOf) ?? null,
    findings: facts.findings?.map(findingOf) ?? null,
    hasKev: facts.hasKev,
    image: facts.image,
    systemFiles: systemFilesOf(facts),
    ...systemOf(facts),
    ...lookedInto(facts),
    ...toldBeside(facts),
    missing: { ...facts.missing },
  };
}

function systemOf({ config, distro, inventory, database }: ImageFacts): Partial<FactsToRecord> {
  return {
    distro:
      distro === null
        ? null
        : { id: distro.id, versionId: distro.versionId, codename: distro.codename, name: distro.name },
    inventory: {
      completeness: inventory.completeness,
      problems: [...inventory.problems],
      fromFiles: inventory.fromFiles,
      executables: inventory.coverage?.executables.total ?? 0,
      unexplained: [...(inventory.coverage?.unexplained ?? [])],
    },
    config:
      config === null
        ? null
        : {
            user: config.user,
            labels: { ...config.labels },
            env: [...config.env],
            entrypoint: [...config.entrypoint],
            cmd: [...config.cmd],
          },
    database:
      database === null
        ? null
        : {
            updatedAt: database.updatedAt,
            ageHours: database.ageHours,
            stale: database.stale,
            demonstration: database.demonstration,
            missingSpaces: [...database.missingSpaces],
          },
  };
}

/** What stands beside the image: its base, attestations, signatures and the quality gate. */
function toldBeside(facts: ImageFacts): Partial<FactsToRecord> {
  const { baseImage, baseSupport, qualityGate } = facts;
  return {
    attestations: facts.attestations?.map(attestationOf) ?? null,
    baseImage:
      baseImage === null
        ? null
        : {
            name: baseImage.name,
            tag: baseImage.tag,
            digest: baseImage.digest,
            evidence: baseImage.evidence,
            currentDigest: baseImage.currentDigest,
            currentReason: baseImage.currentReason,
            scratch: baseImage.scratch,
            layerCount: baseImage.layerCount ?? null,
          },
    baseSupport:
      baseSupport === null ? null : { ...baseSupport, supportedTags: [...baseSupport.supportedTags] },
    baseAttestations: facts.baseAttestations?.map(attestationOf) ?? null,
    signatures:
      facts.signatures?.map(({ verified, signer, reason }) => ({
        verified,
        signer: signer?.name ?? null,
        issuer: signer?.issuer ?? null,
        keyId: signer?.keyId ?? null,
        reason,
      })) ?? null,
    qualityGate: qualityGate === null ? null : { ...qualityGate, conditions: [...qualityGate.conditions] },
  };
}

function packageOf({ ecosystem, namespace, name, version, purl, licenses, evidence }: Package) {
  return {
    ecosystem,
    namespace,
    name,
    version,
    purl,
    licenses: [...licenses],
    evidence: evidence.map(({ path, layer, layerIndex }) => ({ path, layer, layerIndex })),
  };
}

function findingOf(finding: FindingFacts) {
  const { vulnerability, aliases, kind, severity, status, suppressed, fixedVersion, fixedAt, publishedAt } =
    finding;
  return {
    vulnerability,
    aliases: [...aliases],
    package: finding.package.purl,
    kind,
    severity,
    status,
    suppressed,
    fixedVersion,
    fixedAt,
    publishedAt,
    kev: finding.context.kev?.dateAdded ?? null,
  };
}

function attestationOf(attestation: Attestation) {
  const { predicateType, predicate, subjectDigests, trust, manifestDigest, manifestRepository } = attestation;
  const place = {
    ...(manifestDigest === undefined ? {} : { manifestDigest }),
    ...(manifestRepository === undefined ? {} : { manifestRepository }),
  };
  return { predicateType, predicate, subjectDigests: [...subjectDigests], trust, ...place };
}

function systemFilesOf({ systemFiles }: ImageFacts): FactsToRecord["systemFiles"] {
  if (systemFiles === null) return null;
  const { listed, compared, modified, missing, unowned } = systemFiles;
  const copy = ({ count, paths }: typeof modified) => ({ count, paths: [...paths] });
  return { listed, compared, modified: copy(modified), missing: copy(missing), unowned: copy(unowned) };
}

function lookedInto({ secrets, hygiene }: ImageFacts): Pick<FactsToRecord, "secrets" | "hygiene"> {
  return {
    secrets:
      secrets === null
        ? null
        : {
            findings: secrets.findings.map(secretOf),
            notListed: secrets.notListed,
            notSearched: [...secrets.notSearched],
          },
    hygiene:
      hygiene?.map(({ check, status, reason, findings }) => ({
        id: check.id,
        title: check.title,
        severity: check.severity,
        fix: check.fix,
        status,
        reason,
        findings: findings.map(({ message, path }) => ({ message, path })),
      })) ?? null,
  };
}

/** The place of a secret and never a character of it. */
function secretOf({ rule, title, severity, place, removedIn }: SecretFinding) {
  const named = { rule, title, severity, place: place.kind, removedIn: removedIn?.layer ?? null };
  switch (place.kind) {
    case "file":
      return { ...named, path: place.path, line: place.line, layer: place.layer };
    case "history":
      return { ...named, path: "history", line: place.step };
    case "command":
      return { ...named, path: place.field };
    default:
      return { ...named, path: place.name };
  }
}
