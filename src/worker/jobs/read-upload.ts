/** Job `read-upload`: an SBOM or another scanner's report that somebody uploaded is read. */
import { PlimsollError } from "../../domain/error.ts";
import { printable } from "../../domain/problem.ts";
import { asEngine } from "../../store/in-org.ts";
import type { TakenJob } from "../../store/queue-loop.ts";
import { recordEvent } from "../../store/stores/events.ts";
import { findUploadTask, recordUploadFailure, type UploadTask } from "../../store/stores/uploads.ts";
import { failureOf, type AnalysisFailure } from "../analysis/failure.ts";
import type { Job, WorkerContext } from "../context.ts";
import { textOf } from "../payload.ts";
import { readReportUpload } from "../uploads/read-report.ts";
import { readSbomUpload } from "../uploads/read-sbom.ts";

export const readUpload: Job = {
  kind: "read-upload",
  // Each may hold a parsed document of some hundred megabytes.
  concurrencyMax: 2,
  async run(context, job) {
    const [orgId, uploadId] = [textOf(job, "org"), textOf(job, "upload")];
    const upload = await findUploadTask(context.store.engine, orgId, uploadId);
    if (upload === null) return;
    try {
      await readAny(context, orgId, upload, job.signal);
    } catch (error) {
      job.signal.throwIfAborted();
      const failure = failureOf(error);
      if (!(error instanceof PlimsollError) && error instanceof Error)
        context.log(printable(`read-upload: ${error.stack ?? error.message}`, 4000));
      if (failure.mayPass && !job.isLastAttempt) throw error;
      await fail(context, orgId, upload, failure);
    }
  },
};

/** A job that failed for good without a word: its worker died each time. */
export async function uploadLost(context: WorkerContext, job: TakenJob): Promise<void> {
  const orgId = textOf(job, "org");
  const upload = await findUploadTask(context.store.engine, orgId, textOf(job, "upload"));
  if (upload === null) return;
  await fail(context, orgId, upload, {
    code: "ANALYSIS_INTERRUPTED",
    message: `Reading the upload did not come to an end: ${printable(job.failure ?? "its worker died")}.`,
    mayPass: false,
  });
}

async function readAny(
  context: WorkerContext,
  orgId: string,
  upload: UploadTask,
  signal: AbortSignal,
): Promise<void> {
  const { project, imageId } = upload;
  if (upload.kind === "report" && imageId !== null)
    return readReportUpload(context, { orgId, upload, imageId });
  if (project !== null) return readSbomUpload(context, { orgId, upload, project, signal });
  throw new PlimsollError("INTERNAL", "An upload is about nothing.");
}

async function fail(
  { store, queue, log }: WorkerContext,
  orgId: string,
  upload: UploadTask,
  failure: AnalysisFailure,
): Promise<void> {
  const { project } = upload;
  const name = project === null ? "A scanner's report" : `The SBOM of ${printable(project.title, 300)}`;
  log(printable(`${name}: ${failure.code} ${failure.message}`));
  await asEngine(store, async (tx) => {
    await recordUploadFailure(tx, orgId, upload.id, failure);
    // The image itself is as it was; who uploaded the report sees what became of it.
    if (project === null) return;
    await recordEvent(tx, queue, {
      orgId,
      kind: "image.failed",
      title: `${name} could not be read: ${printable(failure.message)}`,
      actor: null,
      imageId: upload.imageId,
      repositoryId: project.repositoryId,
      body: { code: failure.code, message: failure.message, upload: upload.id },
      onceKey: `upload-failed:${upload.id}`,
    });
  });
}
