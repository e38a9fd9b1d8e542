/** An image that was made of an upload has no registry to be fetched from: its upload is read once more instead. */
import { asEngine } from "../../store/in-org.ts";
import { findKnownTag } from "../../store/stores/analysis-places.ts";
import { findImagesOf, findUploadOf, requestReading } from "../../store/stores/uploads.ts";
import type { WorkerContext } from "../context.ts";

export interface UploadedPlace {
  readonly orgId: string;
  readonly repositoryId: string;
  /** Null: what the tag names. */
  readonly digest: string | null;
  readonly tag: string | null;
}

export async function readAgain(
  { store, queue }: Pick<WorkerContext, "store" | "queue">,
  { orgId, repositoryId, digest, tag }: UploadedPlace,
): Promise<void> {
  await asEngine(store, async (tx) => {
    const named = digest ?? (await findKnownTag(tx, orgId, repositoryId, tag ?? "latest"));
    const images = named === null ? [] : await findImagesOf(tx, orgId, named);
    for (const { id } of images) {
      const upload = await findUploadOf(tx, orgId, id);
      if (upload !== null) await requestReading(tx, queue, orgId, upload);
    }
  });
}
