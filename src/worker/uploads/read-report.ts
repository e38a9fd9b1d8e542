/** An uploaded report of another scanner: kept as its word, and compared with our findings when somebody looks. */
import { readScannerReport } from "../../comparison/outside/scanner-reports.ts";
import { defaultDocumentLimits, parseDocument } from "../../sbom/json-document.ts";
import { asEngine } from "../../store/in-org.ts";
import { expandDocument } from "../../store/stores/image-documents.ts";
import { recordOutsideFindings } from "../../store/stores/outside-findings.ts";
import { recordRead, type UploadTask } from "../../store/stores/uploads.ts";
import type { WorkerContext } from "../context.ts";

/** @throws PlimsollError REPORT_UNSUPPORTED, JSON_INVALID, LIMIT_EXCEEDED; whatever the store throws */
export async function readReportUpload(
  { store }: Pick<WorkerContext, "store">,
  {
    orgId,
    upload,
    imageId,
  }: { readonly orgId: string; readonly upload: UploadTask; readonly imageId: string },
): Promise<void> {
  const bytes = await expandDocument(upload.body);
  const report = readScannerReport(parseDocument(bytes, defaultDocumentLimits));
  await asEngine(store, async (tx) => {
    await recordOutsideFindings(tx, orgId, upload.id, report.findings);
    const { format, tool, subjectDigest } = report;
    await recordRead(tx, orgId, upload.id, { imageId, format, tool, subjectDigest, outcome: null });
  });
}
