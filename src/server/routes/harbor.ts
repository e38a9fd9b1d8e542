/**
 * Harbor's pluggable scanner API. Two scanners can be registered there: `findings` reports what was found, `verdict` one grave entry
 * for each reason why the gate lets an image not pass, so that Harbor blocks pulls by the organisation's policies.
 */
import { z } from "zod";
import { harborMediaTypes, harborScanRequest, type HarborReport } from "../../api/rest/harbor.ts";
import { PlimsollError } from "../../domain/error.ts";
import { printable } from "../../domain/problem.ts";
import { inOrg } from "../../store/in-org.ts";
import { findDatabaseState } from "../../store/stores/database-state.ts";
import { gravest, reportFindings, reportVerdict, type Scanned } from "../harbor/report.ts";
import { readScanId, scanIdPattern, startScan, writeScanId } from "../harbor/scan.ts";
import { orgRoute, type Route } from "../route.ts";

const tag = "Harbor";
const scanners = [
  { name: "findings", title: "Plimsoll", report: reportFindings },
  { name: "verdict", title: "Plimsoll verdict", report: reportVerdict },
] as const;
type Scanner = (typeof scanners)[number];

export const harborRoutes: readonly Route[] = scanners.flatMap((scanner) => [
  metadataRoute(scanner),
  scanRoute(scanner),
  reportRoute(scanner),
]);

function pathOf({ name }: Scanner, rest: string): string {
  return `/orgs/{org}/harbor/${name}/api/v1/${rest}`;
}

function metadataRoute(scanner: Scanner): Route {
  return orgRoute(
    {
      method: "get",
      path: pathOf(scanner, "metadata"),
      permission: "read",
      summary: `What Harbor's scanner "${scanner.title}" is and can`,
      tag,
      response: { mediaTypes: harborMediaTypes.metadata },
    },
    async ({ org, request }, { store, version }) => {
      const state = await inOrg(store, org.id, findDatabaseState, { readOnly: true });
      const updatedAt = state?.status.updatedAt;
      return json(choose(request, harborMediaTypes.metadata) ?? harborMediaTypes.metadata[0], {
        scanner: scannerOf(scanner, version),
        capabilities: [
          {
            type: "vulnerability",
            consumes_mime_types: [
              "application/vnd.oci.image.manifest.v1+json",
              "application/vnd.docker.distribution.manifest.v2+json",
            ],
            produces_mime_types: harborMediaTypes.reports,
          },
        ],
        properties: {
          "harbor.scanner-adapter/scanner-type": "os-package-vulnerability",
          ...(updatedAt === undefined
            ? {}
            : { "harbor.scanner-adapter/vulnerability-database-updated-at": updatedAt }),
        },
      });
    },
  );
}

function scanRoute(scanner: Scanner): Route {
  return orgRoute(
    {
      method: "post",
      path: pathOf(scanner, "scan"),
      permission: "analyse",
      summary: `Have an image of a connected Harbor analysed, as its scanner "${scanner.title}"`,
      tag,
      body: harborScanRequest,
      response: { mediaTypes: [harborMediaTypes.scanned] },
      status: 202,
      problems: ["REGISTRY_UNKNOWN", "REPOSITORY_NOT_ENABLED"],
    },
    async ({ org, caller, now, body }, { store, queue }) => {
      try {
        const scan = await inOrg(store, org.id, (tx) =>
          startScan({ tx, queue, orgId: org.id, caller, now }, body),
        );
        return json(harborMediaTypes.scanned, { id: writeScanId(scan) }, 202);
      } catch (error) {
        // What Harbor shows to people is the message of its own shape.
        if (!(error instanceof PlimsollError) || !REFUSALS.includes(error.code)) throw error;
        return refusal(422, `${error.message} ${error.advice}`);
      }
    },
  );
}

const REFUSALS: readonly string[] = ["REGISTRY_UNKNOWN", "REPOSITORY_NOT_ENABLED", "REFERENCE_INVALID"];

function reportRoute(scanner: Scanner): Route {
  return orgRoute(
    {
      method: "get",
      path: pathOf(scanner, "scan/{scanId}/report"),
      permission: "read",
      summary: `The report of Harbor's scanner "${scanner.title}"; 302 while there is none yet`,
      tag,
      params: z.object({ scanId: z.string().regex(scanIdPattern, "as the scan was answered") }),
      response: { mediaTypes: harborMediaTypes.reports },
    },
    async ({ org, now, request, params: { scanId } }, parts) => {
      const mediaType = choose(request, harborMediaTypes.reports);
      if (mediaType === null) return refusal(501, "There is no report of this media type.");
      const scan = readScanId(scanId);
      const scanned: Scanned = await scanner.report(parts, { org, scan, now });
      if (scanned.kind === "waiting")
        return new Response(null, { status: 302, headers: { "refresh-after": "5" } });
      if (scanned.kind === "failed") return refusal(500, scanned.message);
      const report: HarborReport = {
        generated_at: now.toISOString(),
        artifact: { repository: scanned.repository, digest: scan.digest },
        scanner: scannerOf(scanner, parts.version),
        severity: gravest(scanned.items),
        vulnerabilities: scanned.items,
      };
      return json(mediaType, report);
    },
  );
}

function scannerOf({ title }: Scanner, version: string): HarborReport["scanner"] {
  return { name: title, vendor: "Plimsoll", version };
}

/** The first that the request accepts; null: none of them. */
function choose<Type extends string>(request: Request, offered: readonly Type[]): Type | null {
  const accepted = (request.headers.get("accept") ?? "*/*").replaceAll(" ", "").toLowerCase();
  if (accepted.includes("*/*")) return offered[0] ?? null;
  return offered.find((type) => accepted.includes(type.replaceAll(" ", ""))) ?? null;
}

function json(mediaType: string, value: unknown, status = 200): Response {
  return new Response(JSON.stringify(value), { status, headers: { "content-type": mediaType } });
}

function refusal(status: number, message: string): Response {
  return json(harborMediaTypes.error, { error: { message: printable(message, 1000) } }, status);
}
