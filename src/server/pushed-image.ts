/** What an organisation knows of a pushed image, found by the names that people and pipelines use. */
import type { ImageVerdictView } from "../api/rest/checks.ts";
import { PlimsollError } from "../domain/error.ts";
import { readRepository } from "../registries/known-reference.ts";
import type { StoreTransaction } from "../store/connect.ts";
import { findDatabaseState, type StoredDatabaseState } from "../store/stores/database-state.ts";
import { findImageResults } from "../store/views/image-results.ts";
import { findImage } from "../store/views/image.ts";
import { findPushedDigest, type PushedDigest, type PushedImage } from "../store/views/pushed-images.ts";
import { findRepositoryByName } from "../store/views/repositories.ts";
import type { OrgScope } from "./caller.ts";
import { databaseAgeOf } from "../domain/database-age.ts";
import { failureOf, viewResult } from "./image-views.ts";
import { RequestInvalidError } from "./problem.ts";

export interface AskedImage {
  /** `registry.example.com/acme/my-app` */
  readonly repository: string;
  readonly digest?: string | undefined;
  readonly tag?: string | undefined;
}

export interface FoundImage extends PushedDigest {
  /** Canonical. */
  readonly repository: string;
}

/** @throws PlimsollError IMAGE_UNKNOWN when it was never seen there; REFERENCE_INVALID; REQUEST_INVALID without digest and tag */
export async function getPushedImage(
  tx: StoreTransaction,
  orgId: string,
  asked: AskedImage,
): Promise<FoundImage> {
  if (asked.digest === undefined && asked.tag === undefined) {
    const fields = [{ path: "digest", message: "name a digest or a tag" }];
    throw new RequestInvalidError("The request names no image.", fields);
  }
  const { host, name } = readRepository(asked.repository);
  const repository = await findRepositoryByName(tx, orgId, { host, name });
  const found =
    repository === null
      ? null
      : await findPushedDigest(tx, orgId, {
          repositoryId: repository.id,
          digest: asked.digest ?? null,
          tag: asked.tag ?? null,
        });
  if (found !== null) return { ...found, repository: `${host}/${name}` };
  throw new PlimsollError("IMAGE_UNKNOWN", "The organisation has never seen this image in this repository.");
}

/** Path of the dashboard's page, or of the list while no image is known. */
export function pagePath(org: OrgScope, image: PushedImage | undefined): string {
  return image === undefined ? `/o/${org.name}/images` : `/o/${org.name}/images/${image.id}`;
}

interface Clock {
  readonly now: Date;
  readonly ageHoursMax: number;
}

/** Of several platforms the worst. */
export async function viewVerdict(
  tx: StoreTransaction,
  org: OrgScope,
  found: FoundImage,
  clock: Clock,
): Promise<ImageVerdictView> {
  const { repository, digest, images, failure } = found;
  const [worst] = images;
  return {
    repository,
    digest,
    imageId: worst?.id ?? null,
    platform: worst?.platform ?? null,
    state: stateOf(found),
    failure: worst?.state === "failed" ? failureOf(worst) : worst === undefined ? failure : null,
    verdict: worst === undefined ? null : await viewNewest(tx, org.id, worst),
    completeness: worst?.completeness ?? null,
    verification: worst?.verification ?? null,
    database: viewDatabase(await findDatabaseState(tx), clock),
    path: pagePath(org, worst),
  };
}

/** Of the worst image, or of the push while none is known. */
function stateOf({ images: [worst], failure }: FoundImage): ImageVerdictView["state"] {
  if (worst !== undefined) return worst.state;
  return failure === null ? "queued" : "failed";
}

async function viewNewest(
  tx: StoreTransaction,
  orgId: string,
  image: PushedImage,
): Promise<ImageVerdictView["verdict"]> {
  if (image.state !== "analysed" || image.evaluationId === null) return null;
  const found = await findImageResults(tx, orgId, image.id, image.evaluationId);
  if (found === null) return null;
  const { status, grade, percent, scoreReason, evaluatedAt } = found.evaluation;
  return {
    status,
    grade,
    percent,
    scoreReason,
    evaluatedAt: evaluatedAt.toISOString(),
    results: found.results.map(viewResult),
  };
}

function viewDatabase(state: StoredDatabaseState | null, clock: Clock): ImageVerdictView["database"] {
  if (state === null) return null;
  const { updatedAt, demonstration } = state.status;
  return { updatedAt, stale: databaseAgeOf(state.status, clock).stale, demonstration };
}

/** Whether the image's findings are those of the project's demonstration data. */
export async function isDemonstration(
  tx: StoreTransaction,
  orgId: string,
  image: PushedImage,
  database: StoredDatabaseState | null,
): Promise<boolean> {
  const detail = await findImage(tx, orgId, image.id);
  if (detail === null) return false;
  const restsOnDatabase = (detail.evaluation?.database ?? null) !== null;
  return detail.hasDemonstration || (restsOnDatabase && database?.status.demonstration === true);
}
