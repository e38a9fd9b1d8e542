/**
 * One analysis recorded in one transaction: the image with its layers and packages, what the vulnerability database says of packages
 * that were not compared with it yet, and evaluations of images that turn out to be built on this one.
 */
import { chainIds } from "../../domain/chain-id.ts";
import { historyIds } from "../../domain/history-id.ts";
import { formatPlatform } from "../../domain/image.ts";
import type { Distro } from "../../domain/package.ts";
import type { AdvisoryDatabase } from "../../domain/ports.ts";
import { writeImageDocument, type ImageDocument } from "../../analysis/image-document.ts";
import { matchKeyOf, packageOfMatchKey } from "../../analysis/match-key.ts";
import { matchingId } from "../../analysis/matching-id.ts";
import { matchKeys, type KeyFindings } from "../../monitoring/match-stored.ts";
import { storeMatches } from "../../monitoring/store-matches.ts";
import { requestDatabase } from "../../monitoring/watch-database.ts";
import type { StoreTransaction } from "../../store/connect.ts";
import { asEngine } from "../../store/in-org.ts";
import { retryDeadlocks } from "../../store/retry-deadlocks.ts";
import { findBuiltOn } from "../../store/stores/bases.ts";
import { findDatabaseState } from "../../store/stores/database-state.ts";
import { requestEvaluations } from "../../store/stores/evaluation-requests.ts";
import { compressDocument, recordDocument } from "../../store/stores/image-documents.ts";
import { recordImage, type ImageRecord } from "../../store/stores/images.ts";
import {
  findPackages,
  openPackages,
  recordImagePackages,
  type PackageState,
  type PlacedPackage,
  type StoredPackage,
} from "../../store/stores/packages.ts";
import type { WorkerContext } from "../context.ts";
import { shownProblems } from "./shown-problems.ts";

export interface AnalysisRecord {
  readonly orgId: string;
  readonly imageId: string;
  readonly document: ImageDocument;
  /** Null: there is none; the packages are compared when there is. */
  readonly database: AdvisoryDatabase | null;
}

/** @throws PlimsollError DATABASE_INVALID when a damaged block of the database is met; nothing is recorded then */
export async function recordAnalysis(
  { store, queue }: Pick<WorkerContext, "store" | "queue">,
  { orgId, imageId, document, database }: AnalysisRecord,
): Promise<void> {
  const { packages, distro } = document.sbom;
  const identities = packages.map((pkg) => matchKeyOf(pkg, distro));
  // Compared before the transaction, which then holds its locks for no longer than writing takes.
  const found =
    database === null ? new Map<string, KeyFindings>() : await matchStale(store, identities, database);
  const body = await compressDocument(writeImageDocument(document));
  const record = imageRecord(document);
  const write = async (tx: StoreTransaction): Promise<void> => {
    const states = await openPackages(tx, identities.map(toStoredPackage));
    if (database !== null) await storeMatches(tx, queue, database, ofPackages(found, states));
    await recordImage(tx, orgId, imageId, record);
    await recordImagePackages(tx, orgId, imageId, placed(document, identities, states));
    await recordDocument(tx, orgId, imageId, body);
    await requestBuiltOn(tx, queue, { orgId, imageId, chainId: record.chainId });
    if (database !== null) await requestIfOther(tx, queue, database);
  };
  await retryDeadlocks(() => asEngine(store, write));
}

/** What the database says of the packages that were not compared with it yet, whoever else holds them. */
async function matchStale(
  store: WorkerContext["store"],
  identities: readonly string[],
  database: AdvisoryDatabase,
): Promise<ReadonlyMap<string, KeyFindings>> {
  const known = await findPackages(store.engine, [...new Set(identities)]);
  const current = matchingId(database.status.digest);
  return matchKeys(
    identities.filter((identity) => known.get(identity)?.matchedWith !== current),
    database,
  );
}

function ofPackages(found: ReadonlyMap<string, KeyFindings>, states: ReadonlyMap<string, PackageState>) {
  return [...found].flatMap(([identity, findings]) => {
    const state = states.get(identity);
    return state === undefined ? [] : [{ ...findings, packageId: state.id }];
  });
}

function toStoredPackage(identity: string): StoredPackage {
  const { package: pkg, distro } = packageOfMatchKey(identity);
  return {
    identity,
    purl: pkg.purl,
    ecosystem: pkg.ecosystem,
    name: pkg.name,
    version: pkg.version,
    distro: distro === null ? null : nameOfDistro(distro),
    sourceName: pkg.sourcePackage?.name ?? null,
    sourceVersion: pkg.sourcePackage?.version ?? null,
  };
}

function nameOfDistro({ id, versionId, codename }: Distro): string {
  const release = versionId ?? codename;
  return release === null ? id : `${id} ${release}`;
}

function placed(
  { sbom }: ImageDocument,
  identities: readonly string[],
  states: ReadonlyMap<string, PackageState>,
) {
  return sbom.packages.flatMap((pkg, position): PlacedPackage[] => {
    const { purl, evidence, licenses, fileCount = null, ownedBy = null } = pkg;
    const state = states.get(identities[position] ?? "");
    if (state === undefined) return [];
    const bySignature = pkg.foundBy === "signature";
    return [{ position, packageId: state.id, purl, evidence, licenses, fileCount, ownedBy, bySignature }];
  });
}

function imageRecord({ image, sbom, openProblems, contentProved }: ImageDocument): ImageRecord {
  const { config } = image;
  const { coverage = null, systemFiles = null } = sbom;
  const problems = [...openProblems, ...sbom.problems];
  const chain = chainIds(image.layers.map(({ diffId }) => diffId));
  const createdAt = config.createdAt === null ? NaN : Date.parse(config.createdAt);
  return {
    platform: formatPlatform(config.platform),
    sizeBytes: image.sizeBytes,
    createdAt: Number.isNaN(createdAt) ? null : new Date(createdAt),
    distro: sbom.distro,
    completeness: sbom.completeness,
    verification: sbom.verification,
    packageCount: sbom.packages.length,
    inventory: {
      coverage,
      systemFiles,
      problems: shownProblems(problems),
      problemCount: problems.length,
    },
    chainId: contentProved ? (chain.at(-1) ?? null) : null,
    historyId: historyIds(config.history).at(-1) ?? null,
    labels: config.labels,
    userName: config.user,
    layers: image.layers.map((layer, index) => ({ ...layer, chainId: chain[index] ?? "" })),
  };
}

/** Whichever of the two was pushed first. */
async function requestBuiltOn(
  tx: StoreTransaction,
  queue: WorkerContext["queue"],
  base: { readonly orgId: string; readonly imageId: string; readonly chainId: string | null },
): Promise<void> {
  const { orgId, imageId, chainId } = base;
  if (chainId === null) return;
  const images = await findBuiltOn(tx, orgId, { imageId, chainId });
  await requestEvaluations(tx, queue, orgId, { images });
}

/** While a database was replaced, packages may have been compared with the older one after the newer was applied. */
async function requestIfOther(
  tx: StoreTransaction,
  queue: WorkerContext["queue"],
  { status }: AdvisoryDatabase,
): Promise<void> {
  const known = await findDatabaseState(tx);
  if (known?.status.digest !== status.digest) await requestDatabase(queue, tx, status.digest);
}
