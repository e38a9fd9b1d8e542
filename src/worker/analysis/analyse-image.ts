/** One image of one platform: opened, its inventory taken, recorded, judged. */
import { isDeepStrictEqual } from "node:util";
import { PlimsollError } from "../../domain/error.ts";
import { formatPlatform, type ResolvedImage } from "../../domain/image.ts";
import type { AdvisoryDatabase } from "../../domain/ports.ts";
import { printable } from "../../domain/problem.ts";
import { readImageDocument, type ImageDocument } from "../../analysis/image-document.ts";
import { withLayerSources } from "../../analysis/layer-sources.ts";
import { readTrustedSigners } from "../../analysis/read-signers.ts";
import { redactImage } from "../../analysis/redact-image.ts";
import { withVerified } from "../../analysis/verify-signed.ts";
import type { OpenedImage } from "../../image/types.ts";
import { openAccurate } from "../../monitoring/accurate-database.ts";
import { isDatabaseFailure } from "../../monitoring/watch-database.ts";
import { needComparedFiles, outsideNeeds } from "../../policies/policy-types.ts";
import { asEngine } from "../../store/in-org.ts";
import { recordEvent } from "../../store/stores/events.ts";
import { findDocument } from "../../store/stores/image-documents.ts";
import type { KnownImage } from "../../store/stores/images.ts";
import { listPoliciesInForce } from "../../store/views/evaluation-sources.ts";
import type { WorkerContext } from "../context.ts";
import { evaluateImage } from "../evaluation/evaluate-image.ts";
import { lookInto } from "./look-into.ts";
import { recordAnalysis } from "./record-analysis.ts";
import { takeStoredInventory } from "./take-stored-inventory.ts";

export interface ImageTask {
  readonly orgId: string;
  readonly repositoryId: string;
  /** As people know it: `acme/my-app:1.2`. */
  readonly name: string;
  readonly image: KnownImage;
  /** Opens the image with the organisation's own sign-in. */
  readonly open: () => Promise<OpenedImage>;
  readonly signal: AbortSignal;
}

/**
 * What was recorded of the digest before is used again, and only what differs is written.
 * @throws PlimsollError of opening and reading the image; whatever the store throws
 */
export async function analyseImage(context: WorkerContext, task: ImageTask): Promise<void> {
  const { orgId, image } = task;
  const stored = image.state === "analysed" ? await readStored(context, orgId, image.id) : null;
  const document = await readOpened(context, task, stored);
  task.signal.throwIfAborted();
  await takeDocument(context, task, { document, stored });
}

/** What was read of an image is recorded where it differs from what is stored, judged, and told. */
export async function takeDocument(
  context: WorkerContext,
  task: Omit<ImageTask, "open" | "signal">,
  { document, stored }: { readonly document: ImageDocument; readonly stored: ImageDocument | null },
): Promise<void> {
  if (!isDeepStrictEqual(document, stored)) await recordWith(context, task, document);
  await evaluateImage(context, task.orgId, task.image.id, document);
  await tellAnalysed(context, task, document);
}

/** A document that cannot be read any more, of an older version perhaps, is made anew. */
export async function readStored(
  { store, log }: WorkerContext,
  orgId: string,
  imageId: string,
): Promise<ImageDocument | null> {
  try {
    const bytes = await findDocument(store.engine, orgId, imageId);
    return bytes === null ? null : readImageDocument(bytes);
  } catch (error) {
    if (!(error instanceof PlimsollError) || error.code !== "IMAGE_DOCUMENT_UNREADABLE") throw error;
    log(`image ${imageId}: ${printable(error.message)}`);
    return null;
  }
}

async function readOpened(
  context: WorkerContext,
  { orgId, open, image, signal }: ImageTask,
  stored: ImageDocument | null,
): Promise<ImageDocument> {
  const policies = await listPoliciesInForce(context.store.engine, orgId);
  const checksFiles = needComparedFiles(policies);
  const { examines } = outsideNeeds(policies.map((policy) => ({ ...policy, enabled: true })));
  const { signing } = context.config;
  const opened = await withVerified(await open(), signing === undefined ? null : readTrustedSigners(signing));
  try {
    if (opened.image.digest !== image.digest) {
      throw new PlimsollError("IMAGE_UNSUPPORTED", "The index gives another image for the platform.");
    }
    const inventory = await takeStoredInventory(context, opened, { orgId, stored, checksFiles, signal });
    const seen = { orgId, parts: examines, stored: stored?.examined ?? null, signal };
    const examined = await lookInto(context, opened, seen);
    // As on the command line: what is stored, shown and judged from here on has no secret of the configuration in it.
    const shown = redactImage(withLayerSources(withStored(opened.image, stored)));
    return {
      image: shown,
      openProblems: opened.problems,
      ...inventory,
      ...(examined === null ? {} : { examined }),
    };
  } finally {
    await opened.close();
  }
}

/**
 * The same image pushed again under another name, or by itself after its index, is the same document: it keeps the name it was
 * first analysed by, and the attestations that only its index holds.
 */
function withStored(opened: ResolvedImage, stored: ImageDocument | null): ResolvedImage {
  // An SBOM that was uploaded for the digest is what somebody else says of it.
  if (stored === null || isUploaded(stored)) return opened;
  const { reference, repository, indexDigest, annotations, attestations } = stored.image;
  const named = { ...opened, reference, repository };
  if (opened.indexDigest !== null || indexDigest === null) return named;
  const inIndex = (attestations ?? []).filter(({ storage }) => storage === "in-index");
  const found = opened.attestations === null && inIndex.length === 0 ? null : (opened.attestations ?? []);
  return { ...named, indexDigest, annotations, attestations: found === null ? null : [...inIndex, ...found] };
}

/** Whether it was read from an SBOM, and not from the image. */
export function isUploaded({ sbom }: ImageDocument): boolean {
  return sbom.origin?.kind === "document";
}

async function recordWith(
  context: WorkerContext,
  task: Pick<ImageTask, "orgId" | "image">,
  document: ImageDocument,
): Promise<void> {
  const record = { orgId: task.orgId, imageId: task.image.id, document };
  const database = openIfThere(context);
  try {
    await recordAnalysis(context, { ...record, database });
  } catch (error) {
    // A damaged database keeps no image from being analysed; its packages are compared with the next one.
    if (database === null || !isDatabaseFailure(error)) throw error;
    context.log(`database: ${printable(error.message)}`);
    await recordAnalysis(context, { ...record, database: null });
  } finally {
    database?.close();
  }
}

/** Null when there is none that can be used; what is wrong with it is shown by whoever watches its folder. */
function openIfThere({ config, log }: WorkerContext): AdvisoryDatabase | null {
  try {
    return openAccurate(config.databaseDir);
  } catch (error) {
    if (!isDatabaseFailure(error)) throw error;
    if (error.code !== "DATABASE_MISSING") log(`database: ${printable(error.message)}`);
    return null;
  }
}

/** Told once for each set of catalogers: pages that wait for it look again, and find the verdict too. */
async function tellAnalysed(
  { store, queue }: WorkerContext,
  { orgId, repositoryId, name, image }: Omit<ImageTask, "open" | "signal">,
  { image: resolved, sbom }: ImageDocument,
): Promise<void> {
  const platform = formatPlatform(resolved.config.platform);
  const count = sbom.packages.length;
  const producers = Object.entries(sbom.producers).map(([id, version]) => `${id}${version}`);
  await asEngine(store, (tx) =>
    recordEvent(tx, queue, {
      orgId,
      kind: "image.analysed",
      title: printable(
        `${name} (${platform}) was analysed: ${count} ${count === 1 ? "package" : "packages"}`,
      ),
      actor: null,
      imageId: image.id,
      repositoryId,
      body: { digest: image.digest, platform, packages: count },
      onceKey: `analysed:${image.id}:${producers.sort().join(",")}`,
    }),
  );
}
