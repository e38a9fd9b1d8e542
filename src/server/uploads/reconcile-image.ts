/** An image's findings beside those of another scanner's report. */
import type { z } from "zod";
import type { reconciliationQuery, ReconciliationView } from "../../api/rest/reconciliation.ts";
import { reconcile, type OwnFinding, type ReconciledRow } from "../../comparison/outside/reconcile.ts";
import { PlimsollError } from "../../domain/error.ts";
import type { StoreTransaction } from "../../store/connect.ts";
import { listOutsideFindings } from "../../store/stores/outside-findings.ts";
import { findImagesOf } from "../../store/stores/uploads.ts";
import { listAllFindings, listComparedPackages } from "../../store/views/compared-image.ts";
import type { ImageFindingRow } from "../../store/views/image-findings.ts";
import { findImage } from "../../store/views/image.ts";
import { listUploads, type UploadRow } from "../../store/views/uploads.ts";
import { viewUpload } from "./view-upload.ts";

/** @throws PlimsollError NOT_FOUND; IMAGE_NOT_ANALYSED while there is nothing to compare with */
export async function reconcileImage(
  tx: StoreTransaction,
  orgId: string,
  imageId: string,
  query: z.output<typeof reconciliationQuery>,
): Promise<ReconciliationView> {
  const image = await findImage(tx, orgId, imageId);
  if (image === null) throw new PlimsollError("NOT_FOUND", "There is no such image.");
  if (image.state !== "analysed")
    throw new PlimsollError("IMAGE_NOT_ANALYSED", "There is no inventory of the image yet.");
  const report = await findReport(tx, orgId, imageId, query.upload);
  const rows = reconcile({
    ours: (await listAllFindings(tx, orgId, imageId)).map(ownFinding),
    packages: await listComparedPackages(tx, orgId, imageId),
    hasDatabase: (image.evaluation?.database ?? null) !== null,
    theirs: await listOutsideFindings(tx, orgId, report.id),
  });
  const countOf = (agreement: ReconciledRow["agreement"]): number =>
    rows.filter((row) => row.agreement === agreement).length;
  const wanted = rows.filter(
    ({ agreement }) => query.agreement === undefined || agreement === query.agreement,
  );
  return {
    report: viewUpload(report),
    sameImage:
      report.subjectDigest === null ? null : await isOfImage(tx, orgId, imageId, report.subjectDigest),
    counts: {
      "only-theirs": countOf("only-theirs"),
      "only-ours": countOf("only-ours"),
      differ: countOf("differ"),
      agree: countOf("agree"),
    },
    rows: wanted.slice(0, query.limit).map(viewRow),
  };
}

/** @throws PlimsollError NOT_FOUND */
async function findReport(
  tx: StoreTransaction,
  orgId: string,
  imageId: string,
  asked: string | undefined,
): Promise<UploadRow> {
  const uploads = await listUploads(tx, orgId, { imageId, state: "read", limit: 200 });
  const found = uploads.find(({ id, kind }) => kind === "report" && (asked === undefined || id === asked));
  if (found !== undefined) return found;
  throw new PlimsollError("NOT_FOUND", "No report of another scanner was read for this image.");
}

/** Its own digest, or that of an index with it. */
async function isOfImage(
  tx: StoreTransaction,
  orgId: string,
  imageId: string,
  digest: string,
): Promise<boolean> {
  return (await findImagesOf(tx, orgId, digest)).some(({ id }) => id === imageId);
}

function ownFinding({
  body,
  purl,
  packageName,
  packageVersion,
  status,
  suppressed,
}: ImageFindingRow): OwnFinding {
  return {
    vulnerability: body.vulnerability,
    aliases: body.aliases,
    purl,
    package: packageName,
    version: packageVersion,
    severity: body.severity,
    fixedVersion: body.fixedVersion,
    fixState: body.fixState,
    status: status ?? body.state,
    suppressed,
  };
}

function viewRow({ ours, theirs, ...row }: ReconciledRow): ReconciliationView["rows"][number] {
  return {
    ...row,
    reasons: [...row.reasons],
    ours:
      ours === null
        ? null
        : {
            vulnerability: ours.vulnerability,
            aliases: [...ours.aliases],
            purl: ours.purl,
            severity: ours.severity,
            fixedVersion: ours.fixedVersion,
            status: ours.status,
            fixState: ours.fixState,
            suppressed: ours.suppressed,
          },
    theirs:
      theirs === null
        ? null
        : {
            vulnerability: theirs.vulnerability,
            aliases: [...theirs.aliases],
            purl: theirs.purl,
            severity: theirs.severity,
            fixedVersion: theirs.fixedVersion,
            status: theirs.status,
          },
  };
}
