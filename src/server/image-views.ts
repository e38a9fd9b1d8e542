/** Images in the wire's shapes. */
import type { z } from "zod";
import type {
  AffectedView,
  EvaluationView,
  ImageFindingView,
  ImageInventoryView,
  ImagePackageView,
  ImagePolicyResultView,
  ImageRowView,
  ImageView,
  imageLayers,
} from "../api/rest/images.ts";
import { errorCodes } from "../domain/error-codes.ts";
import type { PathList } from "../domain/package.ts";
import { endOfLifeText } from "../policies/shared/distro-support.ts";
import { problemCodes, type Problem } from "../domain/problem.ts";
import type { ShownInventory } from "../store/views/image-inventory.ts";
import type { AffectedImages } from "../store/views/affected-images.ts";
import type { ImageFindingRow } from "../store/views/image-findings.ts";
import type { EvaluationRow } from "../store/views/image-history.ts";
import type { ImageLayerRow } from "../store/views/image-layers.ts";
import type { ImageRow } from "../store/views/image-list.ts";
import type { ImagePackageRow } from "../store/views/image-packages.ts";
import type { ImageResult } from "../store/views/image-results.ts";
import type { ImageDetail } from "../store/views/image.ts";

export function viewImageRow(row: ImageRow): ImageRowView {
  const { status, met, notMet, noData, trend, pushedAt } = row;
  return {
    repositoryId: row.repositoryId,
    repository: row.repository,
    tag: row.tag,
    tagCount: row.tagCount,
    pushedAt: pushedAt?.toISOString() ?? null,
    imageId: row.imageId,
    digest: row.digest,
    platform: row.platform,
    platformCount: row.platformCount,
    state: row.state,
    failure: row.state === "failed" ? failureOf(row) : null,
    incomplete: row.incomplete,
    findings: row.findings,
    compliance: status === null ? null : { status, met, notMet, noData, total: met + notMet + noData, trend },
    grade: row.grade,
  };
}

/** `demonstration`: the database that the verdict rests on is the project's own example. */
export function viewImage(
  image: ImageDetail,
  { demonstration, now }: { readonly demonstration: boolean; readonly now: Date },
): ImageView {
  const { evaluation, hasDemonstration } = image;
  return {
    id: image.id,
    digest: image.digest,
    platform: image.platform,
    state: image.state,
    failure:
      image.state === "failed" ? { ...failureOf(image), advice: adviceOf(image.failureCode ?? "") } : null,
    places: image.places.map((place) => ({
      repository: place.repository,
      tags: [...place.tags],
      pushedAt: place.pushedAt.toISOString(),
    })),
    environments: [...image.environments],
    createdAt: image.createdAt?.toISOString() ?? null,
    analysedAt: image.analysedAt?.toISOString() ?? null,
    sizeBytes: image.sizeBytes,
    distro: image.distro,
    endOfLife: endOfLifeOf(image, now),
    user: image.user,
    completeness: image.completeness,
    verification: image.verification,
    packageCount: image.packageCount,
    noPackageDatabase: image.noPackageDatabase,
    layerCount: image.layerCount,
    base: image.base,
    baseReason: image.baseReason,
    findings: image.findings,
    outdated: image.outdated,
    verdict:
      evaluation === null
        ? null
        : {
            evaluationId: evaluation.id,
            status: evaluation.status,
            grade: evaluation.grade,
            percent: evaluation.percent,
            scoreReason: evaluation.scoreReason,
            evaluatedAt: evaluation.evaluatedAt.toISOString(),
            causes: [...evaluation.causes],
            demonstration: hasDemonstration || (demonstration && evaluation.database !== null),
          },
  };
}

function endOfLifeOf({ distro, distroId, distroVersion }: ImageDetail, now: Date): string | null {
  if (distroId === null) return null;
  return endOfLifeText({ id: distroId, versionId: distroVersion, name: distro ?? distroId }, now);
}

/** Of a failed image or push. */
export function failureOf(row: {
  readonly failureCode: string | null;
  readonly failureMessage: string | null;
}): { code: string; message: string } {
  return { code: row.failureCode ?? "INTERNAL", message: row.failureMessage ?? "" };
}

/** Codes are stored, and may be those of a newer version. */
function adviceOf(code: string): string {
  return code in errorCodes ? errorCodes[code as keyof typeof errorCodes].advice : "Analyse the image again.";
}

export function viewResult(result: ImageResult): ImagePolicyResultView {
  const { policyId, policyVersion, title, type, effect, status, reason, weight, lost } = result;
  const deviations = result.deviations.map((deviation) => ({
    message: deviation.message,
    purl: deviation.purl,
    vulnerability: deviation.vulnerability,
    layer: deviation.layer,
    columns: { ...deviation.columns },
    remediation: deviation.remediation,
    layerIndex: deviation.layerIndex,
  }));
  return { policyId, policyVersion, title, type, effect, status, reason, weight, lost, deviations };
}

export function viewLayers(
  base: ImageDetail["base"],
  layers: readonly ImageLayerRow[],
): z.output<typeof imageLayers> {
  return { base, layers: layers.map((layer) => ({ ...layer })) };
}

export function viewPackage({ evidence, licenses, ...row }: ImagePackageRow): ImagePackageView {
  const locations = evidence.map(({ path, layer, layerIndex }) => ({ path, layer, layerIndex }));
  return { ...row, licenses: [...licenses], locations };
}

/** `inventory`: null while the image is not analysed. */
export function viewInventory(
  { completeness, verification, noPackageDatabase }: ImageDetail,
  inventory: ShownInventory | null,
): ImageInventoryView {
  const { coverage = null, systemFiles = null, problems = [], problemCount = 0 } = inventory ?? {};
  return {
    completeness,
    verification,
    noPackageDatabase,
    coverage: coverage === null ? null : { ...coverage, unexplained: [...coverage.unexplained] },
    systemFiles:
      systemFiles === null
        ? null
        : {
            ...systemFiles,
            modified: viewPaths(systemFiles.modified),
            missing: viewPaths(systemFiles.missing),
            unowned: viewPaths(systemFiles.unowned),
          },
    problems: problems.map((problem) => ({
      ...problem,
      effect: effectOf(problem),
    })),
    problemCount,
  };
}

/** Codes are stored, and one of a newer version may mean anything. */
function effectOf({ code }: Problem): "incomplete" | "notice" {
  return Object.hasOwn(problemCodes, code) ? problemCodes[code] : "incomplete";
}

function viewPaths({ count, paths }: PathList): { count: number; paths: string[] } {
  return { count, paths: [...paths] };
}

export function viewFinding(row: ImageFindingRow): ImageFindingView {
  const { body, evidence, statement } = row;
  return {
    vulnerability: body.vulnerability,
    aliases: [...body.aliases],
    purl: row.purl,
    packageName: row.packageName,
    packageVersion: row.packageVersion,
    layerIndex: evidence?.layerIndex ?? null,
    path: evidence?.path ?? null,
    severity: body.severity,
    severitySource: body.rating?.source ?? null,
    score: body.cvss?.score ?? null,
    scoreSource: body.cvss?.source ?? null,
    kind: body.kind,
    fixedVersion: body.fixedVersion,
    fixState: body.fixState,
    fixNote: body.fixNote,
    affectedRange: body.affectedRange,
    summary: body.summary,
    status: row.status ?? body.state,
    reason: body.reason,
    suppressed: row.suppressed,
    exception: viewException(row),
    statement:
      statement === null
        ? null
        : {
            author: statement.author,
            status: statement.status,
            justification: statement.justification,
            document: statement.document,
          },
    kev: row.kev,
    epss: row.epss,
    why: body.evidence.map(({ advisory, comparison }) => ({
      advisory: advisory.id,
      feed: advisory.feed,
      url: advisory.url,
      comparison,
    })),
    foundAt: row.foundAt.toISOString(),
    demonstration: body.demonstration,
  };
}

function viewException(row: ImageFindingRow): ImageFindingView["exception"] {
  const { exceptionId: id, exceptionKind: kind } = row;
  if (id === null || kind === null) return null;
  return {
    id,
    kind,
    reason: row.exceptionReason ?? "",
    decidedBy: row.exceptionDecidedBy ?? "",
    expiresAt: row.exceptionExpiresAt?.toISOString() ?? null,
  };
}

export function viewEvaluation({ causes, evaluatedAt, ...row }: EvaluationRow): EvaluationView {
  return { ...row, evaluatedAt: evaluatedAt.toISOString(), causes: [...causes] };
}

export function viewAffected(
  { finding, images, ...known }: AffectedImages,
  unknownCount: number,
): AffectedView {
  const { vulnerability, aliases, kev, epss, imageCount } = known;
  const { severity, summary } = finding;
  return {
    vulnerability,
    aliases: [...aliases],
    severity,
    summary,
    kev,
    epss,
    imageCount,
    unknownCount,
    images: images.map((image) => ({ ...image, tags: [...image.tags], purls: [...image.purls] })),
  };
}
