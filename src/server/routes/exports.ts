/** Exports for those who ask later: how images stood at a time. */
import {
  complianceCsv,
  complianceExport,
  complianceQuery,
  type ComplianceExport,
} from "../../api/rest/compliance-export.ts";
import { PlimsollError } from "../../domain/error.ts";
import type { StoreTransaction } from "../../store/connect.ts";
import { inOrg } from "../../store/in-org.ts";
import { listCompliance, wasEnvironment, type ExportedImage } from "../../store/views/compliance-export.ts";
import { orgRoute, type Route } from "../route.ts";

export const exportRoutes: readonly Route[] = [
  orgRoute(
    {
      method: "get",
      path: "/orgs/{org}/exports/compliance",
      permission: "download",
      summary:
        "How images stood at a time: verdicts, policies and counts, of an environment or of the latest tags",
      tag: "Exports",
      query: complianceQuery,
      response: { mediaTypes: ["application/json", "text/csv"] },
    },
    async ({ org, now, query }, { store }) => {
      const environment = query.environment ?? null;
      const at = query.at === undefined ? now : new Date(query.at);
      const limit = IMAGES_MAX + 1;
      const list = async (tx: StoreTransaction) => {
        if (environment !== null && !(await wasEnvironment(tx, org.id, environment)))
          throw new PlimsollError("NOT_FOUND", "There never was an environment of this name.");
        return listCompliance(tx, org.id, { environment, at, limit });
      };
      const images = await inOrg(store, org.id, list, { readOnly: true });
      if (images.length === limit)
        throw new PlimsollError(
          "REQUEST_INVALID",
          `More than ${IMAGES_MAX} images: ask for one environment.`,
        );
      const report = complianceExport.parse({
        schema: "urn:plimsoll:report:compliance-export:1",
        organisation: org.name,
        environment,
        at: at.toISOString(),
        images: images.map(viewImage),
      });
      return download(report, query.format);
    },
  ),
];

const IMAGES_MAX = 20_000;

function viewImage({ since, until, verdict, ...image }: ExportedImage): ComplianceExport["images"][number] {
  return {
    ...image,
    since: since.toISOString(),
    until: until?.toISOString() ?? null,
    verdict: verdict === null ? null : viewVerdict(verdict),
  };
}

function viewVerdict({ inputs, results, ...verdict }: NonNullable<ExportedImage["verdict"]>) {
  return { ...verdict, database: inputs.database, exceptions: [...inputs.exceptions], results: [...results] };
}

function download(report: ComplianceExport, format: "json" | "csv"): Response {
  const name = `${report.organisation}-${report.environment ?? "latest"}-${report.at.slice(0, 10)}.${format}`;
  return new Response(format === "csv" ? complianceCsv(report) : JSON.stringify(report), {
    headers: {
      "content-type": format === "csv" ? "text/csv; charset=utf-8; header=present" : "application/json",
      "content-disposition": `attachment; filename="${name.replaceAll(/[^\w.-]/gu, "_")}"`,
    },
  });
}
