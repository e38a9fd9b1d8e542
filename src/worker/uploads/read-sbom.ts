/**
 * An uploaded SBOM becomes an image: under the digest that it names, or its own when it names none. It is the word of whoever uploaded
 * it, so it is unverified, no gate lets it pass, and it never takes the place of what was read of the image itself.
 */
import type { ImageDocument } from "../../analysis/image-document.ts";
import { takeInventory } from "../../analysis/inventory.ts";
import { startStopwatch } from "../../analysis/stopwatch.ts";
import { formatPlatform } from "../../domain/image.ts";
import { defaultUnpackLimits } from "../../domain/files.ts";
import { unlayeredImage } from "../../image/shared/unlayered-image.ts";
import { asEngine } from "../../store/in-org.ts";
import type { StoreTransaction } from "../../store/connect.ts";
import { findKnownTag } from "../../store/stores/analysis-places.ts";
import { expandDocument } from "../../store/stores/image-documents.ts";
import { openImages, recordPlaces, startAnalysis, type KnownImage } from "../../store/stores/images.ts";
import { insertPush, moveTag, requestAnalysis } from "../../store/stores/pushes.ts";
import {
  findImagesOf,
  findOwnPlace,
  recordRead,
  type ReadUpload,
  type UploadTask,
} from "../../store/stores/uploads.ts";
import { isUploaded, readStored, takeDocument } from "../analysis/analyse-image.ts";
import type { WorkerContext } from "../context.ts";

type Project = NonNullable<UploadTask["project"]>;

interface Task {
  readonly orgId: string;
  readonly upload: UploadTask;
  readonly project: Project;
  readonly signal: AbortSignal;
}

/** @throws PlimsollError of reading the document; whatever the store throws */
export async function readSbomUpload(context: WorkerContext, task: Task): Promise<void> {
  const { orgId, upload, project } = task;
  const document = await readDocument(context, task);
  const format = document.sbom.origin?.format ?? "unknown";
  const tool = Object.keys(document.sbom.producers)[0] ?? null;
  const subjectDigest = document.image.digest;
  const finish = (tx: StoreTransaction, read: Pick<ReadUpload, "imageId" | "outcome">): Promise<void> =>
    recordRead(tx, orgId, upload.id, { ...read, format, tool, subjectDigest });

  const { store } = context;
  const known = subjectDigest === null ? null : await findOwn(context, orgId, subjectDigest);
  if (known !== null && subjectDigest !== null) {
    await asEngine(store, async (tx) => {
      await place(tx, task, subjectDigest, known);
      await finish(tx, { imageId: known[0] ?? null, outcome: "known" });
    });
    return;
  }
  const digest = subjectDigest ?? upload.digest;
  const image = await asEngine(store, async (tx) => {
    const platform = formatPlatform(document.image.config.platform);
    const [opened] = await openImages(tx, orgId, [{ digest, platform }]);
    if (opened === undefined) throw new TypeError("an image that was opened is gone");
    await place(tx, task, digest, [opened.id]);
    await startAnalysis(tx, orgId, opened.id);
    return opened;
  });
  task.signal.throwIfAborted();
  const stored = image.state === "analysed" ? await readStored(context, orgId, image.id) : null;
  const about = { orgId, repositoryId: project.repositoryId, name: project.title, image };
  await takeDocument(context, about, { document, stored });
  await asEngine(store, async (tx) => {
    await finish(tx, { imageId: image.id, outcome: "recorded" });
    await readAfterAll(tx, context, orgId, image);
  });
}

/** The inventory as the document tells it. @throws PlimsollError SBOM_UNSUPPORTED, DOCUMENT_INVALID, LIMIT_EXCEEDED, … */
async function readDocument(
  { monotonicMs }: Pick<WorkerContext, "monotonicMs">,
  { upload, project, signal }: Task,
): Promise<ImageDocument> {
  const document = new Uint8Array(await expandDocument(upload.body));
  const opened = { ...unlayeredImage("sbom", `${project.repository}:${project.tag}`), document };
  const options = { ...READING, limits: defaultUnpackLimits, monotonicMs, signal };
  const { image, sbom } = await takeInventory(opened, options, startStopwatch(monotonicMs));
  const { repository, tag } = project;
  // Nobody can compare the files with a package database any more.
  const { systemFiles: _, ...told } = sbom;
  const isDigest = /^sha256:[0-9a-f]{64}$/.test(image.digest ?? "");
  return {
    image: { ...image, repository, tag, digest: isDigest ? image.digest : null },
    sbom: { ...told, verification: "unverified" },
    openProblems: [],
    contentProved: false,
  };
}

/** A document is not unpacked, so what is said of layers says nothing here. */
const READING = { walled: false, verify: false, cache: null } as const;

/** Ids of the images that this digest names where somebody else than an uploader speaks for it; null: nobody does. */
async function findOwn(
  context: WorkerContext,
  orgId: string,
  digest: string,
): Promise<readonly string[] | null> {
  const { engine } = context.store;
  const images = await findImagesOf(engine, orgId, digest);
  if ((await findOwnPlace(engine, orgId, digest)) !== null) return images.map(({ id }) => id);
  // Its registry may have been forgotten since it was analysed.
  const [image] = images;
  if (image === undefined || image.state !== "analysed") return null;
  const stored = await readStored(context, orgId, image.id);
  return stored === null || isUploaded(stored) ? null : [image.id];
}

async function place(
  tx: StoreTransaction,
  { orgId, upload, project }: Task,
  digest: string,
  images: readonly string[],
): Promise<void> {
  const { repositoryId, tag } = project;
  await recordPlaces(tx, orgId, { repositoryId, pushedDigest: digest }, images);
  if ((await findKnownTag(tx, orgId, repositoryId, tag)) === digest) return;
  const at = upload.uploadedAt;
  const push = { repositoryId, tag, digest, source: "upload", actor: upload.uploadedBy, at } as const;
  await insertPush(tx, orgId, push);
  await moveTag(tx, orgId, { repositoryId, name: tag, digest, at });
}

/** It was pushed to a registry while its SBOM was read: the image itself counts, whoever of the two came last. */
async function readAfterAll(
  tx: StoreTransaction,
  { queue }: Pick<WorkerContext, "queue">,
  orgId: string,
  { digest }: KnownImage,
): Promise<void> {
  const own = await findOwnPlace(tx, orgId, digest);
  if (own === null) return;
  const { repositoryId } = own;
  await requestAnalysis(tx, queue, { orgId, repositoryId, digest, tag: null, pushId: null });
}
