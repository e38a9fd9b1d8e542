/** Uploads: SBOMs and reports that others made, which workers read, and how they compare with our findings. */
import { z } from "zod";
import { uuid } from "../../api/rest/fields.ts";
import { reconciliationQuery, reconciliationView, reportUpload } from "../../api/rest/reconciliation.ts";
import { sbomUpload, uploadList, uploadQuery, uploadView, type UploadView } from "../../api/rest/uploads.ts";
import { PlimsollError } from "../../domain/error.ts";
import type { Store } from "../../store/connect.ts";
import { inOrg } from "../../store/in-org.ts";
import { findUpload, listUploads } from "../../store/views/uploads.ts";
import { orgRoute, type Route } from "../route.ts";
import { reconcileImage } from "../uploads/reconcile-image.ts";
import { takeReport } from "../uploads/take-report.ts";
import { takeSbom, UPLOAD_REQUEST_BYTES_MAX } from "../uploads/take-sbom.ts";
import { viewUpload } from "../uploads/view-upload.ts";

const tag = "Uploads";

export const uploadRoutes: readonly Route[] = [
  orgRoute(
    {
      method: "post",
      path: "/orgs/{org}/sboms",
      permission: "analyse",
      summary:
        "Upload an SBOM: it becomes an image with findings and a verdict, on the word of whoever made it",
      tag,
      body: sbomUpload,
      bodyBytesMax: UPLOAD_REQUEST_BYTES_MAX,
      response: uploadView,
      status: 202,
      problems: ["REPOSITORY_NOT_ENABLED", "RATE_LIMITED"],
    },
    async ({ org, caller, body }, parts) => {
      const { project: name, version } = body;
      const { uploadId } = await takeSbom(parts, {
        orgId: org.id,
        caller,
        project: { kind: "name", name, version, creates: true },
        document: Buffer.from(body.document, "base64"),
      });
      return getUpload(parts.store, org.id, uploadId);
    },
  ),
  orgRoute(
    {
      method: "get",
      path: "/orgs/{org}/uploads",
      permission: "read",
      summary: "Uploads and what became of them, the newest first",
      tag,
      query: uploadQuery,
      response: uploadList,
    },
    ({ org, query: { image, state, limit } }, { store }) =>
      inOrg(store, org.id, async (tx) => ({
        uploads: (await listUploads(tx, org.id, { imageId: image, state, limit })).map(viewUpload),
      })),
  ),
  orgRoute(
    {
      method: "get",
      path: "/orgs/{org}/uploads/{uploadId}",
      // Who sends a document may see what came of it; a list of all is for readers.
      permission: "analyse",
      summary: "One upload",
      tag,
      params: z.object({ uploadId: uuid }),
      response: uploadView,
    },
    ({ org, params: { uploadId } }, { store }) => getUpload(store, org.id, uploadId),
  ),
  orgRoute(
    {
      method: "post",
      path: "/orgs/{org}/images/{imageId}/reports",
      permission: "analyse",
      summary:
        "Upload what another scanner says of an image; it is compared with our findings and never becomes one",
      tag,
      params: z.object({ imageId: uuid }),
      body: reportUpload,
      bodyBytesMax: UPLOAD_REQUEST_BYTES_MAX,
      response: uploadView,
      status: 202,
      problems: ["RATE_LIMITED"],
    },
    async ({ org, caller, params: { imageId }, body }, parts) => {
      const document = Buffer.from(body.document, "base64");
      const uploadId = await takeReport(parts, { orgId: org.id, caller, imageId, document });
      return getUpload(parts.store, org.id, uploadId);
    },
  ),
  orgRoute(
    {
      method: "get",
      path: "/orgs/{org}/images/{imageId}/reconciliation",
      permission: "read",
      summary: "Who says what of an image, another scanner or we, and why they differ; differences first",
      tag,
      params: z.object({ imageId: uuid }),
      query: reconciliationQuery,
      response: reconciliationView,
      problems: ["IMAGE_NOT_ANALYSED"],
    },
    ({ org, params: { imageId }, query }, { store }) =>
      inOrg(store, org.id, (tx) => reconcileImage(tx, org.id, imageId, query), { readOnly: true }),
  ),
];

/** @throws PlimsollError NOT_FOUND */
async function getUpload(store: Store, orgId: string, id: string): Promise<UploadView> {
  const found = await inOrg(store, orgId, (tx) => findUpload(tx, orgId, id));
  if (found === null) throw new PlimsollError("NOT_FOUND", "There is no such upload.");
  return viewUpload(found);
}
