/** An image analysed once more, because what is stored of it does not do any more. */
import type { ImageDocument } from "../../analysis/image-document.ts";
import { needComparedFiles } from "../../policies/policy-types.ts";
import { asEngine } from "../../store/in-org.ts";
import { requestAnalysis } from "../../store/stores/pushes.ts";
import { findUploadOf, requestReading, uploadsHost } from "../../store/stores/uploads.ts";
import { findPlaces } from "../../store/views/evaluation-sources.ts";
import { CHECKED } from "../analysis/take-stored-inventory.ts";
import type { WorkerContext } from "../context.ts";
import type { EvaluationSources } from "./load-sources.ts";

/** The registry has the image still, or the upload is kept that it was made of. Nothing happens where no repository holds it. */
export async function analyseAgain(
  { store, queue }: Pick<WorkerContext, "store" | "queue">,
  orgId: string,
  imageId: string,
): Promise<void> {
  await asEngine(store, async (tx) => {
    const places = await findPlaces(tx, orgId, imageId);
    const place = places.find(({ repository }) => !repository.startsWith(`${uploadsHost}/`));
    if (place === undefined) {
      const upload = await findUploadOf(tx, orgId, imageId);
      if (upload !== null) await requestReading(tx, queue, orgId, upload);
      return;
    }
    const { repositoryId, pushedDigest: digest, tag } = place;
    await requestAnalysis(tx, queue, { orgId, repositoryId, digest, tag, pushId: null });
  });
}

/**
 * Whether a policy about the image asks for compared files, and nobody was asked for them when it was analysed. Once they were,
 * this is never true again, whatever the comparison gave.
 */
export function lacksComparison({
  document,
  policies,
}: Pick<EvaluationSources, "document" | "policies">): boolean {
  return canBeCompared(document) && needComparedFiles(policies);
}

function canBeCompared({ sbom: { systemFiles, producers } }: ImageDocument): boolean {
  return systemFiles !== undefined && systemFiles.compared === 0 && producers[CHECKED] === undefined;
}
