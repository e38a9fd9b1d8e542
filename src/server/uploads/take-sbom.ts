/** An SBOM that somebody uploads: kept as it came, and read by a worker. The server does not look into it. */
import { createHash } from "node:crypto";
import { PlimsollError } from "../../domain/error.ts";
import type { StoreTransaction } from "../../store/connect.ts";
import { inOrg } from "../../store/in-org.ts";
import type { Queue } from "../../store/queue.ts";
import { recordAudit } from "../../store/stores/audit.ts";
import { compressDocument } from "../../store/stores/image-documents.ts";
import { findProject, insertProject, type UploadedProject } from "../../store/stores/uploaded-projects.ts";
import { countWaiting, insertUpload } from "../../store/stores/uploads.ts";
import { callerActor, type Caller } from "../caller.ts";
import type { ServerParts } from "../parts.ts";
import { RequestInvalidError } from "../problem.ts";
import { placeOfProject } from "./project-place.ts";

/** Bytes of one document. */
export const UPLOAD_BYTES_MAX = 32 * 1024 ** 2;
/** Of a request that carries one in base64. */
export const UPLOAD_REQUEST_BYTES_MAX = Math.ceil((UPLOAD_BYTES_MAX / 3) * 4) + 64 * 1024;
/** Documents of an organisation that wait for a worker. */
export const WAITING_MAX = 500;

/** A project by the id that it got with its first upload, or by name; `version` empty: none. */
export type AskedProject =
  | { readonly kind: "id"; readonly id: string }
  | {
      readonly kind: "name";
      readonly name: string;
      readonly version: string;
      /** Whether it is made when there is none. */
      readonly creates: boolean;
    };

export interface TakenSbom {
  readonly orgId: string;
  readonly caller: Caller;
  readonly project: AskedProject;
  readonly document: Uint8Array;
}

/**
 * Id of the upload. @throws PlimsollError PROJECT_UNKNOWN, REPOSITORY_NOT_ENABLED, REQUEST_TOO_LARGE, REQUEST_INVALID, RATE_LIMITED
 */
export async function takeSbom(
  { store, queue }: Pick<ServerParts, "store"> & { readonly queue: Queue },
  { orgId, caller, project: asked, document }: TakenSbom,
): Promise<{ readonly uploadId: string; readonly project: UploadedProject }> {
  checkSize(document);
  const body = await compressDocument(document);
  const digest = `sha256:${createHash("sha256").update(document).digest("hex")}`;
  return inOrg(store, orgId, async (tx) => {
    await checkWaiting(tx, orgId);
    const project = await openProject(tx, orgId, asked);
    if (!project.enabled) {
      throw new PlimsollError("REPOSITORY_NOT_ENABLED", "The project's repository was switched off.");
    }
    const actor = callerActor(caller);
    const uploadId = await insertUpload(tx, queue, orgId, {
      content: { kind: "sbom", projectId: project.id },
      body,
      sizeBytes: document.byteLength,
      digest,
      uploadedBy: actor.name,
    });
    const target = `${project.name} ${project.version}`.trim();
    const after = { upload: uploadId, digest, sizeBytes: document.byteLength };
    await recordAudit(tx, { orgId, actor, action: "sbom.uploaded", target, before: null, after });
    return { uploadId, project };
  });
}

/** @throws PlimsollError REQUEST_TOO_LARGE; REQUEST_INVALID for none */
export function checkSize(document: Uint8Array): void {
  if (document.byteLength > UPLOAD_BYTES_MAX)
    throw new PlimsollError("REQUEST_TOO_LARGE", `A document may have ${UPLOAD_BYTES_MAX} bytes.`);
  if (document.byteLength > 0) return;
  throw new RequestInvalidError("The document is empty.", [
    { path: "document", message: "no bytes in base64" },
  ]);
}

/** @throws PlimsollError RATE_LIMITED */
export async function checkWaiting(tx: StoreTransaction, orgId: string): Promise<void> {
  if ((await countWaiting(tx, orgId)) < WAITING_MAX) return;
  throw new PlimsollError("RATE_LIMITED", "Too many uploads wait to be read.", {
    details: { retryAfterSeconds: 30 },
  });
}

async function openProject(
  tx: StoreTransaction,
  orgId: string,
  asked: AskedProject,
): Promise<UploadedProject> {
  const found = await findProject(tx, orgId, asked);
  if (found !== null) return found;
  if (asked.kind === "id" || !asked.creates)
    throw new PlimsollError("PROJECT_UNKNOWN", "There is no such project.");
  const { name, version } = asked;
  return insertProject(tx, orgId, { name, version }, placeOfProject({ name, version }));
}
