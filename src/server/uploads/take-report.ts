/** Another scanner's report on an image: kept as it came, and read by a worker. */
import { createHash } from "node:crypto";
import { PlimsollError } from "../../domain/error.ts";
import { inOrg } from "../../store/in-org.ts";
import { recordAudit } from "../../store/stores/audit.ts";
import { compressDocument } from "../../store/stores/image-documents.ts";
import { insertUpload } from "../../store/stores/uploads.ts";
import { findImage } from "../../store/views/image.ts";
import { callerActor, type Caller } from "../caller.ts";
import type { ServerParts } from "../parts.ts";
import { checkSize, checkWaiting } from "./take-sbom.ts";

export interface TakenReport {
  readonly orgId: string;
  readonly caller: Caller;
  readonly imageId: string;
  readonly document: Uint8Array;
}

/** Id of the upload. @throws PlimsollError NOT_FOUND, REQUEST_TOO_LARGE, REQUEST_INVALID, RATE_LIMITED */
export async function takeReport(
  { store, queue }: Pick<ServerParts, "store" | "queue">,
  { orgId, caller, imageId, document }: TakenReport,
): Promise<string> {
  checkSize(document);
  const body = await compressDocument(document);
  const digest = `sha256:${createHash("sha256").update(document).digest("hex")}`;
  return inOrg(store, orgId, async (tx) => {
    const image = await findImage(tx, orgId, imageId);
    if (image === null) throw new PlimsollError("NOT_FOUND", "There is no such image.");
    await checkWaiting(tx, orgId);
    const actor = callerActor(caller);
    const uploadId = await insertUpload(tx, queue, orgId, {
      content: { kind: "report", imageId },
      body,
      sizeBytes: document.byteLength,
      digest,
      uploadedBy: actor.name,
    });
    const after = { upload: uploadId, digest, sizeBytes: document.byteLength };
    await recordAudit(tx, {
      orgId,
      actor,
      action: "report.uploaded",
      target: image.digest,
      before: null,
      after,
    });
    return uploadId;
  });
}
