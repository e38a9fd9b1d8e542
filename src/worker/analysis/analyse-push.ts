/**
 * One pushed digest: the manifest is fetched with the organisation's own sign-in, and every image that it stands for is analysed.
 * Failures of one platform leave the others alone.
 */
import { PlimsollError } from "../../domain/error.ts";
import { formatPlatform } from "../../domain/image.ts";
import { printable } from "../../domain/problem.ts";
import { openImage } from "../../image/open.ts";
import { OciError } from "../../oci/error.ts";
import { asEngine } from "../../store/in-org.ts";
import {
  findAnalysisPlace,
  findKnownTag,
  findUnconfirmedPlaces,
  recordPushFailure,
  type AnalysisPlace,
} from "../../store/stores/analysis-places.ts";
import { findBasedOnTag } from "../../store/stores/bases.ts";
import { requestEvaluations } from "../../store/stores/evaluation-requests.ts";
import {
  forgetImage,
  openImages,
  recordPlaces,
  startAnalysis,
  type KnownImage,
} from "../../store/stores/images.ts";
import { forgetTags, insertPush, moveTag } from "../../store/stores/pushes.ts";
import { recordSignIn } from "../../store/stores/registries.ts";
import { uploadsHost } from "../../store/stores/uploads.ts";
import type { WorkerContext } from "../context.ts";
import { openAccess, type RegistryAccess } from "../registry-access.ts";
import { readAgain } from "../uploads/read-again.ts";
import { analyseImage } from "./analyse-image.ts";
import { confirmTags } from "./confirm-tags.ts";
import { failureOf } from "./failure.ts";
import { fetchPushed, type PushedContent, type Target } from "./pushed-content.ts";
import { recordImageFailure } from "./record-failure.ts";

export interface PushTask {
  readonly orgId: string;
  readonly repositoryId: string;
  /** Null: what the tag names now. */
  readonly digest: string | null;
  readonly tag: string | null;
  readonly pushId: number | null;
  readonly signal: AbortSignal;
  /** No try comes after this one: what may pass is a failure too. */
  readonly isLastAttempt: boolean;
}

/** @throws PlimsollError when nothing of it could be analysed, or another try is to be made */
export async function analysePush(context: WorkerContext, task: PushTask): Promise<void> {
  const { store, secrets, registries = null, log } = context;
  const { orgId, repositoryId, signal } = task;
  const place = await findAnalysisPlace(store.engine, orgId, repositoryId);
  if (place === null) return log(`repository ${repositoryId} is not enabled any more`);
  if (place.host === uploadsHost) return readAgain(context, task);
  const access = openAccess(place, secrets, { registries, signal });
  const content = await fetchFrom(context, task, place, access);
  if (content.kind === "artifact") return leaveOut(context, task, content);
  const images = await openTargets(context, task, place, content);
  const failures: unknown[] = [];
  for (const [index, target] of content.targets.entries()) {
    const image = images[index];
    if (image === undefined) continue;
    const failure = await analyseTarget(context, { task, place, access, content, target, image });
    if (failure !== null) failures.push(failure);
  }
  await confirmOthers(context, task, content, images);
  await confirmTags(context, { orgId, digest: content.digest, signal });
  if (failures.length > 0) throw failures[0];
}

/** Whoever looks at the registry sees whether it lets us in. */
async function fetchFrom(
  { store }: WorkerContext,
  { orgId, digest, tag }: PushTask,
  place: AnalysisPlace,
  { client }: RegistryAccess,
): Promise<PushedContent> {
  const tell = (failure: string | null) => recordSignIn(store.engine, orgId, place.registryId, failure);
  try {
    const content = await fetchPushed(client, nameIn(place), digest ?? tag ?? "latest");
    await tell(null);
    return content;
  } catch (error) {
    const { code, message } = failureOf(error);
    if (code === "REGISTRY_UNAUTHORIZED" || code === "REGISTRY_DENIED") await tell(message);
    throw error;
  }
}

function nameIn({ host, name }: AnalysisPlace): { registry: string; path: string } {
  return { registry: host, path: name };
}

/**
 * Charts, signatures and attestations stand beside images and are none: nothing is shown of them, and their tags are not the latest
 * of a repository. Only who asked for it by hand is told.
 */
async function leaveOut(
  { store }: WorkerContext,
  { orgId, repositoryId, digest: askedDigest, tag, pushId }: PushTask,
  { digest, type }: Extract<PushedContent, { kind: "artifact" }>,
): Promise<void> {
  await asEngine(store, async (tx) => {
    await forgetImage(tx, orgId, digest);
    await forgetTags(tx, orgId, { repositoryId, tag: askedDigest === null ? tag : null, digest });
    await recordPushFailure(tx, orgId, { repositoryId, digest }, NO_IMAGE);
  });
  if (tag === null || pushId !== null) return;
  throw new OciError(NO_IMAGE.code, NO_IMAGE.message, {
    details: { type },
  });
}

/** What a gate that is asked for it says. */
const NO_IMAGE = {
  code: "IMAGE_UNSUPPORTED",
  message: "What was pushed is an artifact, not an image.",
} as const;

/** From here on the images are shown as being analysed. */
async function openTargets(
  { store, queue, clock }: WorkerContext,
  { orgId, repositoryId, tag, digest: askedDigest }: PushTask,
  { host, name }: AnalysisPlace,
  { digest, targets }: Extract<PushedContent, { kind: "images" }>,
): Promise<readonly KnownImage[]> {
  return asEngine(store, async (tx) => {
    const images = await openImages(
      tx,
      orgId,
      targets.map((target) => ({
        digest: target.digest,
        platform: target.platform === null ? null : formatPlatform(target.platform),
      })),
    );
    await recordPlaces(
      tx,
      orgId,
      { repositoryId, pushedDigest: digest },
      images.map(({ id }) => id),
    );
    for (const { id } of images) await startAnalysis(tx, orgId, id);
    await recordPushFailure(tx, orgId, { repositoryId, digest }, null);
    if (
      askedDigest === null &&
      tag !== null &&
      (await findKnownTag(tx, orgId, repositoryId, tag)) !== digest
    ) {
      const at = clock();
      const push = { repositoryId, tag, digest, source: "manual", actor: null, at } as const;
      await insertPush(tx, orgId, push);
      await moveTag(tx, orgId, { repositoryId, name: tag, digest, at });
    }
    const repository = `${host}/${name}`;
    const built = tag === null ? [] : await findBasedOnTag(tx, orgId, { repository, tag });
    await requestEvaluations(tx, queue, orgId, { images: built });
    return images;
  });
}

interface TargetTask {
  readonly task: PushTask;
  readonly place: AnalysisPlace;
  readonly access: RegistryAccess;
  readonly content: Extract<PushedContent, { kind: "images" }>;
  readonly target: Target;
  readonly image: KnownImage;
}

/** The error for which another try is to be made, or null. @throws the signal's reason */
async function analyseTarget(
  context: WorkerContext,
  { task, place, access, content, target, image }: TargetTask,
): Promise<unknown> {
  const { orgId, repositoryId, tag, signal } = task;
  const name = tag === null ? `${place.name}@${content.digest.slice(0, 19)}` : `${place.name}:${tag}`;
  try {
    await analyseImage(context, {
      orgId,
      repositoryId,
      name,
      image,
      signal,
      open: () =>
        openImage(`registry://${place.host}/${place.name}@${content.digest}`, {
          ...access.options,
          platform: target.platform,
          findsSignatures: findsSignatures(context.config),
        }),
    });
    return null;
  } catch (error) {
    signal.throwIfAborted();
    context.log(printable(`${name}: ${describe(error)}`, 4000));
    const failure = failureOf(error);
    const passes = failure.mayPass && !task.isLastAttempt;
    await recordImageFailure(context, { ...task, name, imageId: image.id, failure: passes ? null : failure });
    return passes ? error : null;
  }
}

/** Of our own errors the message says enough. */
function describe(error: unknown): string {
  if (error instanceof PlimsollError) return `${error.code} ${error.message}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/**
 * Of several pushes of one digest only one job is queued. The other repositories hold it too, if their registry says so to the
 * organisation's sign-in: a notification alone is the word of whoever sent it.
 */
async function confirmOthers(
  { store, queue, secrets, registries = null, log }: WorkerContext,
  { orgId, signal }: PushTask,
  { digest }: Extract<PushedContent, { kind: "images" }>,
  images: readonly KnownImage[],
): Promise<void> {
  for (const place of await findUnconfirmedPlaces(store.engine, orgId, digest)) {
    try {
      const { client } = openAccess(place, secrets, { registries, signal });
      await client.fetchManifest(nameIn(place), digest);
    } catch (error) {
      signal.throwIfAborted();
      log(`${place.name}: ${failureOf(error).message}`);
      continue;
    }
    const ids = images.map(({ id }) => id);
    await asEngine(store, async (tx) => {
      await recordPlaces(tx, orgId, { repositoryId: place.repositoryId, pushedDigest: digest }, ids);
      // Policies of that repository are about them too.
      await requestEvaluations(tx, queue, orgId, { images: ids });
    });
  }
}

/** Where nobody is trusted, no signature would be verified. */
function findsSignatures({ signing }: WorkerContext["config"]): boolean {
  if (signing === undefined) return false;
  const { trustedKeys, trustedIdentities, notationTrust } = signing;
  return trustedKeys.length + trustedIdentities.length > 0 || notationTrust !== null;
}
