/** An upload in the wire's shape. */
import type { UploadView } from "../../api/rest/uploads.ts";
import type { UploadRow } from "../../store/views/uploads.ts";

export function viewUpload(row: UploadRow): UploadView {
  const { failureCode, failureMessage, uploadedAt, endedAt, ...rest } = row;
  return {
    ...rest,
    failure: failureCode === null ? null : { code: failureCode, message: failureMessage ?? "" },
    uploadedAt: uploadedAt.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
  };
}
