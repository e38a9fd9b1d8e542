/**
 * Harbor's pluggable scanner API, versions 1.0 to 1.2, as far as it is about vulnerabilities.
 * Source: https://github.com/goharbor/pluggable-scanner-spec
 */
import { z } from "zod";
import { digestField } from "./fields.ts";

/** `POST …/scan`. The sign-in that Harbor hands over is not used: workers have the organisation's own. */
export const harborScanRequest = z.object({
  registry: z.object({ url: z.string().max(2000), authorization: z.string().max(20_000).nullish() }),
  artifact: z.object({
    repository: z.string().min(1).max(500),
    digest: digestField,
    tag: z.string().max(128).nullish(),
    mime_type: z.string().max(300).nullish(),
  }),
});
export type HarborScanRequest = z.output<typeof harborScanRequest>;

export interface HarborArtifact {
  readonly repository: string;
  readonly digest: string;
}

export type HarborSeverity = "Unknown" | "Negligible" | "Low" | "Medium" | "High" | "Critical";

export interface HarborItem {
  readonly id: string;
  readonly package: string;
  readonly version: string;
  readonly fix_version: string;
  readonly severity: HarborSeverity;
  readonly description: string;
  readonly links: readonly string[];
}

export interface HarborReport {
  readonly generated_at: string;
  readonly artifact: HarborArtifact;
  readonly scanner: { readonly name: string; readonly vendor: string; readonly version: string };
  readonly severity: HarborSeverity;
  readonly vulnerabilities: readonly HarborItem[];
}

/** Media types with their versions, as Harbor asks for them. */
export const harborMediaTypes = {
  metadata: [
    "application/vnd.scanner.adapter.metadata+json; version=1.0",
    "application/vnd.scanner.adapter.metadata+json; version=1.1",
  ],
  scanned: "application/vnd.scanner.adapter.scan.response+json; version=1.0",
  reports: [
    "application/vnd.security.vulnerability.report; version=1.1",
    "application/vnd.scanner.adapter.vuln.report.harbor+json; version=1.0",
  ],
  error: "application/vnd.scanner.adapter.error+json; version=1.0",
} as const;
