/**
 * The parts that every JSON report has: what was looked at, how far it can be believed, what it was compared with.
 */
import type { Analysis, DatabaseState } from "../../domain/analysis.ts";
import { formatPlatform } from "../../domain/image.ts";
import type { FindingFacts } from "../../domain/policy.ts";
import { problemCodes, type Problem } from "../../domain/problem.ts";
import { countFindings } from "../shared/counts.ts";
import { allProblems, findStates, unjudgedPackages } from "../shared/states.ts";
import { targetName } from "../shared/words.ts";

/** Of `schemas` in `src/api/schemas.ts`: target, states, problems, counts and database. */
export function toSharedView(analysis: Analysis, findings: readonly FindingFacts[] | null) {
  return {
    target: toTargetView(analysis),
    demonstration: analysis.demonstration,
    completeness: analysis.sbom.completeness,
    verification: analysis.sbom.verification,
    states: findStates(analysis, findings).map(({ id, message, details }) => ({ id, message, details })),
    problems: allProblems(analysis).map(toProblemView),
    packageCount: analysis.sbom.packages.length,
    counts: findings === null ? null : countFindings(findings),
    database: analysis.database === null ? null : toDatabaseView(analysis.database, analysis),
  };
}

function toTargetView({ image, sbom, baseImage, baseImageReason }: Analysis) {
  return {
    name: targetName(image),
    reference: image.reference,
    source: image.source,
    repository: image.repository,
    tag: image.tag,
    digest: image.digest,
    indexDigest: image.indexDigest,
    platform: image.source === "fs" || image.source === "sbom" ? null : formatPlatform(image.config.platform),
    createdAt: image.config.createdAt,
    sizeBytes: image.sizeBytes,
    layers: image.layers.map(({ index, diffId, digest, sizeBytes, command, source = null }) => ({
      index,
      diffId,
      digest,
      sizeBytes,
      command,
      source,
    })),
    distro: sbom.distro,
    inventory: toInventoryView(sbom),
    baseImage: baseImage === null ? null : toBaseImageView(baseImage),
    baseImageReason,
  };
}

function toBaseImageView(base: NonNullable<Analysis["baseImage"]>) {
  const { name, tag, digest, evidence, claimedBy, currentDigest, currentReason, scratch } = base;
  return { name, tag, digest, evidence, claimedBy, currentDigest, currentReason, scratch };
}

function toInventoryView({ origin, stages, coverage, systemFiles }: Analysis["sbom"]) {
  const attestation = origin?.kind === "attestation" ? origin : null;
  return {
    origin: origin?.kind ?? "files",
    format: origin?.format ?? null,
    predicateType: attestation?.predicateType ?? null,
    trust: attestation?.trust ?? null,
    stages: (stages ?? []).map(({ name }) => name),
    coverage: coverage ?? null,
    systemFiles: systemFiles ?? null,
  };
}

export function toProblemView(problem: Problem) {
  return {
    code: problem.code,
    effect: problemCodes[problem.code],
    message: problem.message,
    path: problem.path,
    layer: problem.layer,
  };
}

function toDatabaseView(database: DatabaseState, analysis: Analysis) {
  return {
    updatedAt: database.updatedAt,
    ageHours: database.ageHours,
    stale: database.stale,
    digest: database.digest,
    advisoryCount: database.advisoryCount,
    demonstration: database.demonstration,
    spaces: database.spaces,
    unjudged: unjudgedPackages(analysis),
    hasKev: database.hasKev,
    hasEpss: database.hasEpss,
    feeds: database.feeds.map(({ feed, part, recordCount, fetchedAt, origin, licence, failure }) => ({
      feed,
      part,
      recordCount,
      fetchedAt,
      origin,
      licence,
      failure,
    })),
  };
}
